"""Keeping a results document: the file in the vault, the reading whole, its doubts one by one, its twin beside it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.db.models.fields.json import KT

from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor, ActorKind, Ref, new_id

from ... import rules
from ...errors import DocumentSaysNothing, DocumentTaken
from ...keeping import kept, reading_of, unsure_of
from ...models import Doubt, ReadDocument, Rules
from ...reading import read_source
from ...reading.as_json import told_merged
from ...reading.merging import Document, is_same_document, merge
from ...reading.sources import open_source
from ..claims import change

_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_PERIOD = "reading__meta__period__value__start"
State = ReadDocument.State


def check_may(by: Actor) -> None:
    """Who brings documents in: planners, and the operator at the console."""
    if by.kind != ActorKind.SYSTEM and not (by.is_staff and by.has_role(rules.PLANNER)):
        raise NotAllowed


def take_document(*, name: str, data: bytes, by: Actor) -> ReadDocument:
    """Read a file and keep it with everything the reader was unsure of. The same bytes are the same document.

    Call it outside a transaction: a long PDF takes its time. Raises what reading refuses, DocumentSaysNothing for a
    file in which no opinions were found, FileHarmful, FileWaits, NotAllowed.
    """
    check_may(by)
    digest = hashlib.sha256(data).hexdigest()
    known = ReadDocument.objects.filter(sha256=digest).exclude(state=State.DROPPED).first()
    if known is not None:
        return known
    name = name.replace("\0", "")[-200:] or "document"
    source = open_source(name, data)
    reading = read_source(source)
    if not reading.is_read:
        raise DocumentSaysNothing
    row = ReadDocument(
        pk=new_id(), sha256=digest, name=name, kind=reading.kind, reading=kept(reading, source), read_by=by.account
    )  # fmt: skip
    vault.check_harmless(content=data, about=row.ref, by=by)
    try:
        return _keep(row, data, by)
    except IntegrityError:
        # Somebody brought the same file in the same second; theirs is ours too.
        return ReadDocument.objects.get(sha256=digest)


@writes
def _keep(row: ReadDocument, data: bytes, by: Actor) -> ReadDocument:
    # One after the other: two files of one document brought at once would not see each other on PostgreSQL.
    Rules.objects.filter(pk=1).update(minimum_days=F("minimum_days"))
    known = ReadDocument.objects.filter(sha256=row.sha256).first()
    if known is not None:
        return _again(known, by)
    row.read_at = clock.now()
    row.file = vault.keep_artefact(
        content=data,
        name=row.name,
        content_type=_TYPES.get(row.kind, "text/plain"),
        about=row.ref,
        kind=vault.FileKind.UPLOAD,
    )
    row.save(force_insert=True)
    facts: dict[str, Any] = {"opinions": len(row.reading["opinions"]), "kind": row.kind}
    if not _merge(row):
        note_doubts(row)
    audit.record("consultation.document_read", row.ref, by=by, facts=facts)
    return row


def _again(known: ReadDocument, by: Actor) -> ReadDocument:
    """The same bytes once more: one that was set aside is taken up again."""
    if known.state == State.DROPPED:
        change(known, state=State.READ)
        if not _merge(known):
            note_doubts(known)
        audit.record("consultation.document_read", known.ref, by=by, facts={"again": True})
    return known


def _merge(row: ReadDocument) -> bool:
    """Put it together with one of the same document. True when `row` now stands behind the other."""
    reading = reading_of(row.reading)
    start = reading.meta.period.value.start if reading.meta.period.value else None
    others = ReadDocument.objects.filter(same_as=None, state__in=(State.READ, State.TAKEN)).exclude(pk=row.pk)
    for other in others.annotate(start=KT(_PERIOD)).order_by("read_at"):
        if start and other.start and other.start != start.isoformat():
            continue
        theirs = reading_of(working(other))
        if is_same_document(theirs, reading):
            merged, report = merge(theirs, reading)
            is_better = merged.sha256 == reading.sha256 and other.state == State.READ
            first, second = (row, other) if is_better else (other, row)
            told = told_merged(Document(merged, [report]))
            _stand_behind(first, second, merged, told["reports"][0])
            return first is other
    return False


def _stand_behind(first: ReadDocument, second: ReadDocument, merged: Any, report: dict[str, Any]) -> None:
    """`second` is the same document as `first`, in which the work goes on."""
    second.twins.update(same_as=first)
    second.doubts.all().delete()
    change(second, same_as=first, state=State.MERGED, merging={"report": report})
    if first.state == State.READ:
        change(first, merging={"reading": {**kept(merged), "lines": []}})
        note_doubts(first)


def working(document: ReadDocument) -> dict[str, Any]:
    """What the work goes on with: the reading, or that of the files put together."""
    together: dict[str, Any] = document.merging.get("reading") or document.reading
    return together


def note_doubts(document: ReadDocument) -> None:
    """Write down what is unsure now. What a person settled already stays settled."""
    whole = working(document)
    place = {str(one["no"]["value"]): row for row, one in enumerate(whole["opinions"])}
    document.doubts.filter(state=Doubt.State.OPEN).delete()
    done = set()
    for doubt in document.doubts.all():
        row = place.get(doubt.number) if doubt.number else None
        if row != doubt.row:
            Doubt.objects.filter(pk=doubt.pk).update(row=row)
        done.add((row, doubt.field))
    Doubt.objects.bulk_create(
        Doubt(
            document=document,
            row=one.row,
            number=one.number,
            field=one.field,
            value=one.value,
            confidence=one.confidence,
            reason=one.reason,
            line=one.line,
        )
        for one in unsure_of(whole)
        if (one.row, one.field) not in done
    )


@writes
def drop_document(*, document: ReadDocument, by: Actor) -> None:
    """It was the wrong file: it goes from the list. The file stays kept, and bringing it again takes it up again."""
    check_may(by)
    if document.state != State.READ:
        raise DocumentTaken
    change(document, state=State.DROPPED)
    audit.record("consultation.document_dropped", Ref.to(document), by=by)

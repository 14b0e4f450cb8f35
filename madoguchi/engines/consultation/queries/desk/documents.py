"""Result documents on the desk: the list, the review of one with its source beside it, the report of a merge."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.fields.json import KT

from madoguchi.kernel import vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import rules
from ...keeping import Total, settled, totals
from ...models import Call, Category, Doubt, ReadDocument
from ...services.importing.documents import working
from ...services.importing.doubting import said
from ...services.importing.likeness import call_like, meaning_of, signs_of

_WINDOW, _BEFORE = 60, 4
_MOST_FILES = 40
MEANINGS = tuple(Category.Meaning.choices)
_KINDS = {".txt", ".csv", ".xlsx", ".docx", ".pdf", ".html", ".htm"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the file: `parts` are its cells with what each is: hit (opinion, category), ours (answer) or ''."""

    number: int
    page: int
    begins_page: bool
    parts: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Review:
    """What the review of one document shows."""

    document: ReadDocument
    title: str
    opinions: int
    doubts: list[Doubt]
    done: list[Doubt]
    totals: list[Total]
    printed: int | None
    wrong: list[Total]
    doubt: Doubt | None = None
    place: int = 0
    before: Doubt | None = None
    after: Doubt | None = None
    row: Mapping[str, Any] | None = None
    lines: list[SourceLine] = field(default_factory=list)

    @property
    def rows_unsure(self) -> int:
        return len({one.row for one in self.doubts if one.row is not None})

    @property
    def rows_sure(self) -> int:
        return self.opinions - self.rows_unsure

    @property
    def sum_printed(self) -> int | None:
        known = [one.printed for one in self.totals if one.printed is not None]
        return sum(known) if known else None

    @property
    def sum_counted(self) -> int:
        return sum(one.counted for one in self.totals)

    @property
    def sum_difference(self) -> int | None:
        """None where a sign is missing: then the sum says nothing."""
        if self.sum_printed is None or self.without_sign:
            return None
        return self.sum_counted - self.sum_printed

    @property
    def without_sign(self) -> int:
        return self.opinions - self.sum_counted


def documents(actor: Actor) -> list[ReadDocument]:
    """Newest first, without their readings; each with `open_doubts`, `doubt_count`, `title` and `opinions`."""
    _check(actor)
    rows = ReadDocument.objects.exclude(state=ReadDocument.State.DROPPED).defer("reading", "merging")
    return list(
        rows.select_related("same_as", "call")
        .defer("same_as__reading", "same_as__merging")
        .annotate(
            open_doubts=Count("doubts", filter=Q(doubts__state=Doubt.State.OPEN)),
            doubt_count=Count("doubts"),
            title=KT("reading__meta__title__value"),
            printed=KT("reading__meta__opinions_printed__value"),
        )
        .order_by("-read_at", "-pk")
    )


def _check(actor: Actor) -> None:
    if not (actor.is_staff and actor.has_role(rules.PLANNER)):
        raise NotFound


def document(actor: Actor, document_id: UUID) -> ReadDocument:
    """Raises NotFound."""
    _check(actor)
    found = (
        ReadDocument.objects.select_related("same_as", "call", "file")
        .defer("same_as__reading", "same_as__merging")
        .filter(pk=document_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def doubt(actor: Actor, document_id: UUID, doubt_id: UUID) -> Doubt:
    """Raises NotFound."""
    _check(actor)
    found = (
        Doubt.objects.select_related("document", "document__call")
        .filter(pk=doubt_id, document_id=document_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def review(document: ReadDocument, *, doubt_id: UUID | None = None, number: int | None = None) -> Review:
    """The doubt that was asked for, or the first that is open; or any row by its place."""
    whole = settled(working(document), said(document))
    known = list(document.doubts.all())
    ordered = sorted(known, key=lambda one: (one.row is None, one.row or 0, one.field))
    waiting = [one for one in ordered if one.state == Doubt.State.OPEN]
    counted = totals(whole)
    told = Review(
        document=document,
        title=whole["meta"]["title"]["value"] or document.name,
        opinions=len(whole["opinions"]),
        doubts=waiting,
        done=[one for one in ordered if one.state != Doubt.State.OPEN],
        totals=counted,
        printed=whole["meta"]["opinions_printed"]["value"],
        wrong=[one for one in counted if one.difference],
    )
    if number is not None:
        place: int | None = number if 0 <= number < len(whole["opinions"]) else None
        line = None
    else:
        told.doubt = next(
            (one for one in known if str(one.pk) == str(doubt_id)), waiting[0] if waiting else None
        )
        _neighbours(told)
        place = told.doubt.row if told.doubt else None
        line = told.doubt.line if told.doubt else None
    if place is not None:
        told.row = whole["opinions"][place]
    told.lines = _source(document.reading["lines"], whole["opinions"], place, line)
    return told


def _neighbours(told: Review) -> None:
    """Which doubt comes before and after the one that is shown, among those still open."""
    if told.doubt is None:
        return
    ids = [one.pk for one in told.doubts]
    if told.doubt.pk in ids:
        at = ids.index(told.doubt.pk)
        told.place = at + 1
        told.before = told.doubts[at - 1] if at else None
        told.after = told.doubts[at + 1] if at + 1 < len(ids) else (told.doubts[0] if at else None)
    else:
        told.after = told.doubts[0] if told.doubts else None


def rows(document: ReadDocument) -> list[tuple[int, Mapping[str, Any], int]]:
    """(place, row, how many doubts are open) of every opinion."""
    whole = settled(working(document), said(document))
    waiting: dict[int | None, int] = {}
    for one in document.doubts.filter(state=Doubt.State.OPEN):
        waiting[one.row] = waiting.get(one.row, 0) + 1
    return [(place, row, waiting.get(place, 0)) for place, row in enumerate(whole["opinions"])]


def _source(
    lines: list[list[Any]], opinions: list[Mapping[str, Any]], place: int | None, line: int | None
) -> list[SourceLine]:
    """The lines around one opinion, from a little before it to where the next begins."""
    if place is None:
        begins = next((at for at, one in enumerate(lines) if one[1] == line), 0) if line else 0
        first, last, row = max(0, begins - _BEFORE), begins + _WINDOW // 2, None
    else:
        starts = _starts(lines, opinions)
        begins = starts[place]
        # A text that is printed apart from its number may stand before it: a few lines more on both sides.
        ends = starts[place + 1] if place + 1 < len(starts) else begins + _WINDOW
        first, last, row = (
            max(0, begins - _BEFORE),
            min(max(ends, begins + 6) + _BEFORE, begins + _WINDOW),
            opinions[place],
        )
    told = []
    page = lines[first - 1][0] if 0 < first <= len(lines) else None
    for number_of_page, number, cells in lines[first:last]:
        parts = tuple((cell, _kind(cell, row)) for cell in cells)
        told.append(SourceLine(number, number_of_page, page is not None and number_of_page != page, parts))
        page = number_of_page
    return told


def _starts(lines: list[list[Any]], opinions: list[Mapping[str, Any]]) -> list[int]:
    """Where each opinion begins. Line numbers begin anew on every page of a PDF, so they are followed in order."""
    starts, at = [], 0
    for opinion in opinions:
        found = next((place for place in range(at, len(lines)) if lines[place][1] == opinion["line"]), None)
        at = at if found is None else found
        starts.append(at)
    return starts


def _kind(cell: str, row: Mapping[str, Any] | None) -> str:
    words = _plain(cell)
    if row is None or not words:
        return ""
    if len(words) <= 3:
        marks = {_plain(str(row["no_printed"] or row["no"]["value"])), _plain(row["category_printed"] or "")}
        if words in marks - {""}:
            return "hit"
    if len(words) > 1 and _told_in(words, row["opinion"]["value"]):
        return "hit"
    return "ours" if len(words) > 1 and _told_in(words, row["answer"]["value"]) else ""


def _told_in(words: str, text: str) -> bool:
    return words in (whole := _plain(text)) or (bool(whole) and whole in words)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def report(document: ReadDocument) -> Mapping[str, Any] | None:
    """How the twin differs from what it was put together with; None when it was not."""
    told: Mapping[str, Any] | None = document.merging.get("report")
    return told


def target(document: ReadDocument) -> Call | None:
    """The call of the pack over which its words can be laid."""
    return document.call or call_like(working(document))


def past_call(actor: Actor, key: str) -> Call:
    """A call of the pack, to any planner. Raises NotFound."""
    _check(actor)
    found = Call.objects.filter(key=key, origin=Call.Origin.PACK).first()
    if found is None:
        raise NotFound
    return found


def signs(document: ReadDocument) -> list[tuple[str, str, str]]:
    """(sign, label, the meaning it seems to have) of a call made of it."""
    whole = settled(working(document), said(document))
    return [(sign, label, meaning_of(label)) for sign, label in signs_of(whole).items()]


def original(document: ReadDocument) -> bytes:
    """The file as it was brought; of a PDF its drawn pages."""
    if document.file is None:
        raise NotFound
    return vault.open_file(document.file)


def seed_files() -> list[Path]:
    """Files of the folder the operator named (MADO_SEEDS), by name; none when there is no such folder."""
    if not settings.SEEDS:
        return []
    folder = Path(settings.SEEDS)
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _KINDS and path.is_file())
    except OSError:
        return []
    return found[:_MOST_FILES]


def seeds_waiting(actor: Actor) -> int:
    """How many files a planner could load with one press; 0 once a call shows its original words."""
    if not actor.has_role(rules.PLANNER) or not (files := seed_files()):
        return 0
    laid = ReadDocument.objects.filter(state=ReadDocument.State.TAKEN, call__origin=Call.Origin.PACK)
    return 0 if laid.exists() else len(files)

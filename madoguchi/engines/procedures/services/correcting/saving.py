"""What the resident puts right, kept as often as they like where nobody else sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.kernel import clock, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Actor, Ref, is_id

from ... import procedure as procedures
from ... import rounds
from ...errors import OtherWindowSaved, TooManyFiles
from ...models import Attachment, Case, Correction
from ...models.correcting import DOCUMENTS
from ...replies import MOST_WORDS, UNCHANGED, PaperIn, read_place
from ...rounds import Buffer, Place, Round, open_round
from ..applying import MOST_FILES, refuse_photograph, take_out

SAY_WHY = _("このままで正しいと思う理由を書いてください。")


def save_correction(
    *,
    case: Case,
    by: Actor,
    seen: int,
    posted: Mapping[str, Mapping[str, str]] | None = None,
    right: Mapping[str, str] | None = None,
    papers: Mapping[str, PaperIn] | None = None,
    take_back: str = "",
) -> Correction:
    """Keep what was put right so far, for the places in `posted` (path -> inputs) and `papers` (path -> paper).

    `right` says of a place that it is right as it stands, and why. `seen` is the `buffer_version` the window was
    drawn from: of two windows the second is told (OtherWindowSaved) and keeps nothing. What is wrong is named
    by AnswerRefused (`path:input`) after everything else was kept. Nobody but the resident sees any of it.
    Raises NotFound, CorrectionClosed, CorrectionHandedIn.
    """
    open_round(case, by)
    stored, errors = taken_in(case, papers or {}, by)
    try:
        correction, wrong = _save(
            case=case,
            by=by,
            seen=seen,
            posted=posted or {},
            right=right or {},
            papers=papers or {},
            stored=stored,
            take_back=take_back,
        )
    except Refusal:
        for file in stored.values():
            vault.remove_file(stored=file, by=by)
        raise
    if errors or wrong:
        raise AnswerRefused({**wrong, **errors})
    return correction


def taken_in(case: Case, papers: Mapping[str, PaperIn], by: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Judge and store the uploads before the transaction: re-encoding a photograph is slow, and the gate is narrow."""
    stored, errors = {}, {}
    known = {DOCUMENTS + one.id for one in procedures.of(case.definition).shape.documents}
    for path, paper in papers.items():
        if paper.upload is None or path not in known:
            continue
        try:
            refuse_photograph(case.definition, path.removeprefix(DOCUMENTS), by)
            if isinstance(paper.upload, vault.StoredFile):  # judged and stored before, by who asks
                stored[path] = paper.upload
                continue
            stored[path] = vault.take_file(
                upload=paper.upload, name=paper.name, about=Ref.to(case.draft), by=by, key=case.draft.key
            )
        except Refusal as refusal:
            errors[f"{path}:value"] = str(refusal)
    return stored, errors


@writes
def _save(
    *,
    case: Case,
    by: Actor,
    seen: int,
    posted: Mapping[str, Mapping[str, str]],
    right: Mapping[str, str],
    papers: Mapping[str, PaperIn],
    stored: Mapping[str, Any],
    take_back: str,
) -> tuple[Correction, dict[str, Any]]:
    # Taking the row comes first: what is read below is what the version stands for.
    taken = Correction.objects.filter(case=case.pk, closed_at=None, buffer_version=seen)
    if not taken.update(buffer_version=F("buffer_version") + 1):
        open_round(case, by)
        raise OtherWindowSaved
    correction = open_round(case, by)
    found = rounds.opened(correction)
    buffer = rounds.buffer_of(correction)
    errors: dict[str, Any] = {}
    for place in found.places:
        if place.path in right:
            errors |= _kept_right(buffer, place, right[place.path])
        elif place.path in posted:
            buffer.right.pop(place.path, None)
            errors |= _put_right(buffer, found, place, posted[place.path], by)
        elif place.is_paper:
            buffer.right.pop(place.path, None)
    _put_papers(found, papers, stored, take_back, by)
    Correction.objects.filter(pk=correction.pk).update(sealed_buffer=buffer.sealed_for(correction))
    correction.refresh_from_db()
    return correction, errors


def _kept_right(buffer: Buffer, place: Place, why: str) -> dict[str, Any]:
    """「このままで正しい」: said with a reason, it takes the place of a change."""
    if place.item is None:
        return {}
    if not why.strip():
        return {f"{place.path}:right": SAY_WHY}
    if text.looks_like_my_number(why):
        return {f"{place.path}:right": text.MyNumberRefused.message}
    buffer.right[place.path] = why.strip()[:MOST_WORDS]
    buffer.answers.pop(place.path, None)
    return {}


def _put_right(
    buffer: Buffer, found: Round, place: Place, inputs: Mapping[str, str], by: Actor
) -> dict[str, Any]:
    """Keep one answer, or let go of it where it says again what the office has."""
    if place.question is None:
        return {}
    try:
        value = read_place(found, place, inputs, by, buffer.answers)
    except AnswerRefused as refused:
        return {f"{place.path}:{name}": words for name, words in refused.errors.items()}
    if value is UNCHANGED:
        buffer.answers.pop(place.path, None)
    else:
        buffer.answers[place.path] = value
    return {}


def _put_papers(
    found: Round, papers: Mapping[str, PaperIn], stored: Mapping[str, Any], take_back: str, by: Actor
) -> None:
    correction = found.correction
    mine = Attachment.objects.filter(draft=correction.case.draft_id, correction=correction)
    if is_id(take_back):
        drop(mine.filter(pk=take_back), by)
    for place in found.places:
        paper = papers.get(place.path)
        if paper is None or place.document is None:
            continue
        same = mine.filter(document=place.document.id)
        if place.path in stored:
            drop(same.exclude(way=Attachment.Way.UPLOAD), by)
            if same.count() >= MOST_FILES:
                raise TooManyFiles(most=MOST_FILES)
            put_in(correction, place.document.id, Attachment.Way.UPLOAD, stored[place.path])
        elif paper.way == Attachment.Way.LATER or (
            paper.way == Attachment.Way.OMITTED and place.document.omitted_by
        ):
            drop(same, by)
            put_in(correction, place.document.id, paper.way)


def put_in(correction: Correction, document: str, way: str, file: Any = None) -> Attachment:
    """A paper of the round; it counts from the moment the round was handed in."""
    return Attachment.objects.create(
        draft_id=correction.case.draft_id,
        document=document,
        way=way,
        file=file,
        at=clock.now(),
        correction=correction,
    )


def drop(rows: QuerySet[Attachment], by: Actor) -> None:
    """Take papers that were never handed in out again, with their files."""
    for row in rows.select_related("file"):
        take_out(row, by)

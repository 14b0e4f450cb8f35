"""補正 at the desk: what was asked and what came back, place by place, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import packs
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.vault.models import StoredFile

from ... import procedure as procedures
from ...models import Attachment, Case, Correction
from ...models.correcting import DOCUMENTS
from ...replies import PaperIn, attempt
from ...signers import signers_of
from .seeing import emptied, is_hidden
from .shapes import DeskCase, DeskSigner, PlaceToAnswer, PlaceToCheck

WAYS = {
    "later": gettext_lazy("あとから出します"),
    "omitted": gettext_lazy("区が確かめます"),
    "paper": gettext_lazy("紙で受け取りました"),
    "waived": gettext_lazy("要らないことにしました"),
}


def hidden_files(case: Case) -> Any:
    """Files put in while a round was answered and not sent: nobody but the resident knows of them."""
    return Attachment.objects.not_handed_in().filter(draft=case.draft_id).exclude(file=None)


def latest_round(case: Case) -> Correction | None:
    """The latest round, of those the case brought with it."""
    rows = list(case.corrections.all())
    return rows[-1] if rows else None


def places_to_check(shown: DeskCase) -> list[PlaceToCheck]:
    """Every place of the latest round, questions first; papers carry their files, old ones too."""
    case, latest = shown.case, latest_round(shown.case)
    if latest is None:
        return []
    found = [
        PlaceToCheck(
            one.item,
            one.pin,
            f"{one.question.position} {one.question.short_label}".strip(),
            one.shown,
            was=one.was if one.changed_at and latest.answered_at else "",
            reply=one.item.reply,
        )
        for one in shown.said
        if one.item
    ]
    known = {place.item.pk for place in found}
    titles = packs.texts(case.definition, "ja")
    for item in latest.items.all():
        if item.pk in known:
            continue
        place = PlaceToCheck(item, len(found) + 1, titles.get(f"{item.path}.title", ""), "", reply=item.reply)
        if item.is_paper:
            _with_papers(place, case, item.path.removeprefix(DOCUMENTS), latest)
        else:
            place.shown = _("いまの答えでは聞いていません")
        found.append(place)
    return found


def _with_papers(place: PlaceToCheck, case: Case, document: str, latest: Correction) -> None:
    rows = Attachment.objects.filter(draft=case.draft_id, document=document).select_related("file")
    current = list(rows.current())
    place.files = [one.file for one in current if one.file]
    place.files_before = [
        one.file for one in rows.replaced() if one.file and one.replaced_at == latest.answered_at
    ]
    place.shown = "、".join(str(WAYS[one.way]) for one in current if one.way in WAYS)


def previous_papers(case: Case) -> dict[str, list[StoredFile]]:
    """前のもの: files another stands for now, by document."""
    found: dict[str, list[StoredFile]] = {}
    for one in Attachment.objects.replaced().filter(draft=case.draft_id).select_related("file"):
        if one.file is not None:
            found.setdefault(one.document, []).append(one.file)
    return found


def places_to_answer(
    actor: Actor,
    shown: DeskCase,
    *,
    posted: Mapping[str, Mapping[str, str]] | None = None,
    papers: Mapping[str, PaperIn] | None = None,
    right: Mapping[str, str] | None = None,
) -> list[PlaceToAnswer]:
    """What the open round asks for, for an answer that comes by telephone or on paper.

    With what was typed (`posted`) also what these answers call for besides. Of what the resident may be writing
    themselves nothing is read.
    """
    case = shown.case
    waiting = next((one for one in case.corrections.all() if one.closed_at is None), None)
    if waiting is None or not shown.may_answer or shown.pages is None:
        return []
    found, _errors = attempt(
        waiting, posted=posted or {}, right=right or {}, papers=_without_files(papers or {}), by=actor
    )
    return [
        PlaceToAnswer(
            place.path,
            place.item.remark if place.item else _("答えが変わったので、ここも聞いてください。"),
            _answerable(place.before or place.question, case, actor)
            if place.question is not None and place.item is not None
            else place.question,
            document=place.document,
            is_named=place.item is not None,
        )
        for place in found.places
        if not place.is_gone
    ]


def _without_files(papers: Mapping[str, PaperIn]) -> dict[str, PaperIn]:
    """A file on its way stands for one that will come: nothing is stored to draw a page."""
    return {path: PaperIn(way=paper.way or "later") for path, paper in papers.items()}


def _answerable(question: Question | None, case: Case, actor: Actor) -> Question | None:
    """An account number is written anew, never corrected digit by digit: the old one need not be shown for it."""
    if question is None:
        return None
    hidden = question.kind == "bank_account" or is_hidden(question, case, actor)
    return emptied(question) if hidden else question


def signers_at_desk(case: Case, *, names: bool) -> list[DeskSigner]:
    """連署: who has agreed, who has not; names only after a look."""
    procedure = procedures.of(case.definition)
    if not procedure.shape.cosigners:
        return []
    rows = {row.signer: row for row in case.signatures.filter(superseded_at=None)}
    found = []
    for signer in signers_of(case):
        row = rows.get(signer.id)
        state = "none"
        if row is not None:
            state = (
                "signed"
                if row.signed_at
                else "refused"
                if row.refused_at
                else "asked"
                if row.token_hash
                else "none"
            )
        found.append(
            DeskSigner(
                signer.id,
                signer.title,
                state,
                name=signer.name if names else "",
                signed_name=row.name if row is not None and names else "",
                signed_at=row.signed_at if row is not None else None,
                on_paper=row is not None and row.way == "paper",
            )
        )
    return found

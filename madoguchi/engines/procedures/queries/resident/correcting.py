"""補正 as the resident sees it: what is asked, what stood there, what they put right so far."""

from __future__ import annotations

import uuid

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.merging import merged
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import rounds, rules
from ...models import Attachment, Case, Correction, CorrectionItem
from ...models.correcting import DOCUMENTS
from ...procedure import Procedure
from ...rounds import open_round
from .shapes import OpenRound, PlaceLooked


def round_for(actor: Actor, case_id: str | uuid.UUID) -> OpenRound:
    """The open round of the actor's own case, with what they kept in it.

    Raises NotFound, CorrectionClosed, CorrectionHandedIn.
    """
    case = (
        Case.objects.select_related("definition", "draft__key", "draft__definition")
        .filter(pk=case_id)
        .first()
    )
    if case is None or not rules.is_own(actor, case):
        raise NotFound
    correction = open_round(case, actor)
    opened = rounds.opened(correction)
    return OpenRound(
        case=case,
        title=packs.texts(case.definition, get_language() or "ja").get("title", ""),
        round=opened,
        version=correction.buffer_version,
        asked_at=correction.asked_at,
        saved=sum(place.is_changed or bool(place.right) for place in opened.places),
        missing=opened.missing,
    )


def why_told(item: CorrectionItem) -> str:
    """What was the matter, in words for who wrote it: nobody is told to their face that they were wrong."""
    if item.why == CorrectionItem.Why.INCORRECT:
        return _("確かめてください")
    return str(item.get_why_display())


def is_begun(correction: Correction) -> bool:
    """Whether the resident has kept something in this round that was not sent yet."""
    return bool(correction.sealed_buffer) or Attachment.objects.filter(correction=correction).exists()


def put_right(case: Case, procedure: Procedure, sheet: Sheet, texts: dict[str, str]) -> list[PlaceLooked]:
    """Every place of the rounds that were answered, as it stood before and after."""
    answered = list(
        case.corrections.exclude(answered_at=None).prefetch_related("items").order_by("answered_at")
    )
    if not answered:
        return []
    revisions = {one.number: one for one in case.draft.revisions.all()}
    current = _papers(case)
    found = []
    for correction in answered:
        number = correction.revision
        sheets = [
            form_queries.sheet_of(
                procedure.form, form_queries.answers_at(case.draft, revisions[one]), case.draft
            )
            if one in revisions
            else sheet
            for one in ((number - 1, number) if number else (0, 0))
        ]
        found += [_looked(item, sheets[0], sheets[1], texts, current) for item in correction.items.all()]
    return found


def _looked(
    item: object, before: Sheet, after: Sheet, texts: dict[str, str], papers: dict[str, list[str]]
) -> PlaceLooked:
    path: str = item.path  # type: ignore[attr-defined]
    remark, reply = item.remark, item.reply  # type: ignore[attr-defined]
    if path.startswith(DOCUMENTS):
        name = path.removeprefix(DOCUMENTS)
        return PlaceLooked(
            texts.get(f"{path}.title", name), remark, "", "、".join(papers.get(name, [])), reply
        )
    was, now = before.question(path), after.question(path)
    asked = now or was
    label = asked.place_label if asked else ""
    return PlaceLooked(label, remark, was.shown if was else "", now.shown if now else "", reply)


def _papers(case: Case) -> dict[str, list[str]]:
    """How each paper stands, in words."""
    said: dict[str, list[str]] = {}
    for row in Attachment.objects.current().filter(draft=case.draft_id).select_related("file"):
        words = row.file.name if row.file else _("あとから出します") if row.way == "later" else ""
        said.setdefault(row.document, []).append(words)
    return said


def unsent_words(case: Case, procedure: Procedure, texts: dict[str, str]) -> list[PlaceLooked]:
    """What the resident had begun to put right when the case went on without it: nothing of it is lost."""
    return _unsent_answers(case, procedure) + _unsent_papers(case, texts)


def _unsent_papers(case: Case, texts: dict[str, str]) -> list[PlaceLooked]:
    rows = Attachment.objects.not_handed_in().filter(draft=case.draft_id).exclude(correction__closed_at=None)
    return [
        PlaceLooked(texts.get(f"{DOCUMENTS}{row.document}.title", row.document), "", "", row.file.name)
        for row in rows.select_related("file")
        if row.file is not None
    ]


def _unsent_answers(case: Case, procedure: Procedure) -> list[PlaceLooked]:
    ended: Correction | None = (
        case.corrections.exclude(closed_at=None).exclude(sealed_buffer=b"").order_by("-asked_at").first()
    )
    if ended is None:
        return []
    kept = rounds.buffer_of(ended)
    base = form_queries.latest_revision(case.draft)
    answers = form_queries.answers_at(case.draft, base)
    after = form_queries.sheet_of(procedure.form, merged(procedure.form, answers, kept.answers), case.draft)
    found = [after.question(path) for path in kept.answers]
    words = [PlaceLooked(one.place_label, "", "", one.shown) for one in found if one]
    return words + [
        PlaceLooked(_place_name(after, path), "", "", "", why) for path, why in kept.right.items()
    ]


def _place_name(sheet: Sheet, path: str) -> str:
    asked = sheet.question(path)
    return asked.place_label if asked else ""

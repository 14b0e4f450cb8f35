"""What residents may know of their own drafts and cases."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.forms.questions import Question, Sheet
from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault.models import StoredFile

from .. import procedure as procedures
from .. import rules
from ..models import Attachment, Case, Correction, Decision, ReturnedDecision
from ..procedure import Eligible, NeededDocument, Procedure


@dataclass(slots=True)
class DraftCard:
    id: uuid.UUID
    key: str
    title: str
    left: int
    next_path: str
    updated_at: dt.datetime


@dataclass(slots=True)
class CaseCard:
    id: uuid.UUID
    key: str
    receipt: str
    title: str
    state: str
    state_label: str
    received_at: dt.datetime
    wants_answer: int  # places to put right
    is_over: bool


@dataclass(slots=True)
class Paper:
    """A document the answers call for, and how it was or will be handed in."""

    document: NeededDocument
    files: list[Attachment]
    way: str  # "", upload, later, omitted


@dataclass(slots=True)
class Papers:
    needed: list[Paper]

    @property
    def first_open(self) -> Paper | None:
        return next((paper for paper in self.needed if not paper.way), None)


@dataclass(slots=True)
class OpenDraft:
    """A draft with everything its pages show."""

    draft: Draft
    procedure: Procedure
    title: str
    sheet: Sheet
    papers: Papers
    eligible: Eligible


@dataclass(slots=True)
class Stop:
    """A stop of the line a case walks: done, now or todo."""

    key: str
    label: str
    state: str
    at: dt.datetime | None = None
    note: str = ""


@dataclass(slots=True)
class CorrectionPlace:
    id: uuid.UUID
    path: str
    remark: str
    question: Question


@dataclass(slots=True)
class Look:
    at: dt.datetime
    who: str
    what: str
    why: str


@dataclass(slots=True)
class ResidentCase:
    case: Case
    title: str
    stops: list[Stop]
    days_left: int | None
    days: int
    is_paused: bool
    correction: Correction | None
    places: list[CorrectionPlace]
    put_right: list[CorrectionPlace]  # of the rounds before, each with the answer in force
    sheet: Sheet
    papers: list[Paper]
    decision: Decision | None  # only once its letter was sent
    outcome_label: str
    receipt_copy: StoredFile | None
    messages: list[Any]
    looks: list[Look]
    can_withdraw: bool
    language: str = field(default="ja")


def draft_for(actor: Actor, draft_id: str | uuid.UUID) -> OpenDraft:
    """The actor's own draft, opened. Raises NotFound."""
    draft = form_queries.draft_for(actor, draft_id)
    procedure = procedures.of(draft.definition)
    texts = packs.texts(draft.definition, get_language() or "ja")
    answers = (
        form_queries.answers_of(draft)
        if draft.closed_at is None
        else form_queries.answers_at(draft, form_queries.latest_revision(draft))
    )
    return OpenDraft(
        draft=draft,
        procedure=procedure,
        title=texts.get("title", ""),
        sheet=form_queries.sheet_of(procedure.form, answers, draft),
        papers=papers(draft, procedure, answers, texts),
        eligible=procedure.eligible(answers, texts),
    )


def papers(draft: Draft, procedure: Procedure, answers: dict[str, Any], texts: dict[str, str]) -> Papers:
    """The documents these answers call for, with what was attached."""
    attached: dict[str, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(draft=draft).select_related("file"):
        attached.setdefault(attachment.document, []).append(attachment)
    needed = []
    for document in procedure.documents(answers, texts):
        mine = attached.get(document.id, [])
        way = mine[0].way if mine else ""
        needed.append(Paper(document, [one for one in mine if one.file_id], way))
    return Papers(needed)


def drafts_of(actor: Actor) -> list[DraftCard]:
    """What the actor began and has not sent."""
    cards = []
    drafts = form_queries.drafts_of(actor)
    words = packs.texts_of({draft.definition for draft in drafts}, get_language() or "ja")
    for draft in drafts:
        texts = words[draft.definition_id]
        form = procedures.of(draft.definition).form
        sheet = form_queries.sheet_of(form, form_queries.answers_of(draft), draft, texts=texts)
        following = sheet.first_open
        cards.append(
            DraftCard(
                id=draft.pk,
                key=draft.definition.key,
                title=texts.get("title", ""),
                left=sheet.left,
                next_path=following.path if following else "",
                updated_at=draft.updated_at,
            )
        )
    return cards


def cases_of(actor: Actor) -> list[CaseCard]:
    """What concerns the actor's party, whichever way it came in, the latest first."""
    if actor.party is None:
        return []
    rows = (
        Case.objects.filter(applicant=actor.party)
        .select_related("definition", "decision")
        .prefetch_related("corrections__items", "steps")
        .order_by("-received_at")
    )
    cases = list(rows)
    words = packs.texts_of({case.definition for case in cases}, get_language() or "ja")
    return [_card(case, words[case.definition_id]) for case in cases]


def _card(case: Case, texts: dict[str, str]) -> CaseCard:
    waiting = next((one for one in case.corrections.all() if one.closed_at is None), None)
    state = visible_state(case)
    return CaseCard(
        id=case.pk,
        key=case.definition.key,
        receipt=case.receipt,
        title=texts.get("title", ""),
        state=state,
        state_label=texts.get(f"flow.{state}.label", ""),
        received_at=case.received_at,
        wants_answer=len(waiting.items.all()) if waiting else 0,
        is_over=bool(procedures.of(case.definition).state(state).end),
    )


def work_on(actor: Actor, key: str) -> tuple[list[DraftCard], list[CaseCard]]:
    """What the actor already has of one procedure: open drafts, and cases that are not over."""
    drafts = [card for card in drafts_of(actor) if card.key == key]
    return drafts, [card for card in cases_of(actor) if card.key == key and not card.is_over]


def visible_state(case: Case) -> str:
    """The state the resident is told: a decision counts from the moment its letter went out."""
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is None:
        steps = list(case.steps.all())
        return steps[-1].from_state if steps else case.state
    return case.state


def case_for(actor: Actor, case_id: str | uuid.UUID) -> ResidentCase:
    """The actor's own case. Raises NotFound for anybody else's."""
    case = (
        Case.objects.select_related("definition", "draft__key", "draft__definition", "decision__letter")
        .prefetch_related("steps")
        .filter(pk=case_id)
        .first()
    )
    if case is None or not rules.is_own(actor, case):
        raise NotFound
    procedure = procedures.of(case.definition)
    texts = packs.texts(case.definition, get_language() or "ja")
    revision = form_queries.latest_revision(case.draft)
    answers = form_queries.answers_at(case.draft, revision)
    sheet = form_queries.sheet_of(procedure.form, answers, case.draft)
    correction = case.corrections.filter(closed_at=None).prefetch_related("items").first()
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is None:
        decision = None
    return ResidentCase(
        case=case,
        title=texts.get("title", ""),
        stops=_stops(case, procedure, texts),
        days_left=(case.due_on - clock.today()).days if case.due_on and not case.closed_at else None,
        days=procedure.shape.within.days,
        is_paused=case.paused_at is not None,
        correction=correction,
        places=_places(correction, sheet),
        put_right=[
            place
            for answered in case.corrections.exclude(answered_at=None).prefetch_related("items")
            for place in _places(answered, sheet)
        ],
        sheet=sheet,
        papers=papers(case.draft, procedure, answers, texts).needed,
        decision=decision,
        outcome_label=texts.get(f"flow.{decision.outcome}.label", "") if decision else "",
        receipt_copy=_receipt_copy(case),
        messages=list(messaging.about(case.ref, party=actor.party)),
        looks=_looks(case),
        can_withdraw=any(
            procedure.state(name).end == "cancelled" for name in procedure.state(case.state).next
        ),
    )


def _places(correction: Correction | None, sheet: Sheet) -> list[CorrectionPlace]:
    if correction is None:
        return []
    found = ((item, sheet.question(item.path)) for item in correction.items.all())
    return [
        CorrectionPlace(item.pk, item.path, item.remark, question) for item, question in found if question
    ]


def _receipt_copy(case: Case) -> StoredFile | None:
    return StoredFile.objects.filter(about=str(case.ref), kind="pdf", name__startswith="receipt-").first()


def _stops(case: Case, procedure: Procedure, texts: dict[str, str]) -> list[Stop]:
    """The line: the states walked, where the case is, and the straight way still to go."""
    shown = visible_state(case)
    walked: dict[str, Stop] = {}
    for step in case.steps.all():
        if step.to_state == case.state != shown:
            continue  # decided, but the letter is still being checked
        label = texts.get(f"flow.{step.to_state}.label", step.to_state)
        walked.pop(step.to_state, None)  # a second visit moves the stop to its later place
        walked[step.to_state] = Stop(step.to_state, label, "done", step.at)
    first = next(iter(walked.values()), None)
    if first is not None:
        first.note = _("%(channel)sで") % {"channel": Channel(case.channel).label}
    if shown in walked:
        walked[shown].state = "done" if procedure.state(shown).end else "now"
    ahead = [
        Stop(name, texts.get(f"flow.{name}.label", name), "todo")
        for name in _straight_on(procedure, shown)
        if name not in walked
    ]
    stops = [*walked.values(), *ahead]
    if not procedure.state(shown).end:
        stops.append(Stop("end", _("決定のお知らせ"), "todo"))
    return stops


def _straight_on(procedure: Procedure, state: str) -> list[str]:
    """The states ahead when nothing has to be put right."""
    ahead: list[str] = []
    here = state
    while True:
        following = next(
            (
                name
                for name in procedure.state(here).next
                if not procedure.state(name).end
                and procedure.state(name).tell != "returned"
                and name not in ahead
                and name != state
            ),
            None,
        )
        if following is None:
            return ahead
        ahead.append(following)
        here = following


def _looks(case: Case) -> list[Look]:
    return [
        Look(
            at=event.at,
            who=_("%(division)s 担当者") % {"division": event.actor_division},
            what=_in_my_words(event.what),
            why=_in_my_words(event.purpose),
        )
        for event in audit.reads_about(case.ref)[:50]
    ]


def _in_my_words(written: str) -> str:
    """The record as written; where the office chose one of its standing phrases, in the reader's language."""
    return _(written) if written else ""


def file_for(actor: Actor, case_id: str | uuid.UUID, file_id: str | uuid.UUID) -> StoredFile:
    """A file of the actor's own case: a paper they sent, the receipt copy, or the letter once sent. Raises NotFound."""
    case = Case.objects.select_related("draft").filter(pk=case_id).first()
    if case is None or not rules.is_own(actor, case):
        raise NotFound
    stored = StoredFile.objects.filter(pk=file_id, about__in=[str(case.ref), str(Ref.to(case.draft))]).first()
    if stored is None:
        raise NotFound
    unsent = Decision.objects.filter(case=case, letter=stored, sent_at=None)
    sent_back = ReturnedDecision.objects.filter(case=case, letter=stored)
    if unsent.exists() or sent_back.exists():
        raise NotFound
    return stored

"""One case as whoever it is about sees it."""

from __future__ import annotations

import uuid

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel
from madoguchi.engines.forms.questions import Sheet
from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault.models import StoredFile

from ... import decided, rules
from ... import procedure as procedures
from ...models import Case, Correction, Decision, ReturnedDecision
from ...procedure import Procedure
from .cards import visible_state
from .correcting import put_right, unsent_words
from .cosigning import signer_cards
from .papers import papers
from .shapes import CorrectionPlace, Look, ReadyToFetch, Recalled, ResidentCase, Stop


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
    made = getattr(case, "decision", None)
    decision = made if made is not None and made.sent_at is not None else None
    return ResidentCase(
        case=case,
        title=texts.get("title", ""),
        stops=_stops(case, procedure, texts),
        days_left=(case.due_on - clock.today()).days if case.due_on and not case.closed_at else None,
        days=procedure.shape.within.days,
        is_paused=case.paused_at is not None,
        correction=correction,
        places=_places(correction, sheet, texts),
        put_right=put_right(case, procedure, sheet, texts),
        sheet=sheet,
        papers=papers(case.draft, procedure, answers, texts).needed,
        decision=decision,
        outcome_label=texts.get(f"flow.{decision.outcome}.label", "") if decision else "",
        receipt_copy=_receipt_copy(case),
        messages=list(messaging.about(case.ref, party=actor.party)),
        looks=_looks(case),
        unsent=unsent_words(case, procedure),
        signers=signer_cards(case, sheet) if procedure.shape.cosigners else [],
        can_withdraw=any(
            procedure.state(name).end == "cancelled" for name in procedure.state(case.state).next
        ),
        decided=decided.shown(procedure, decision.outcome, decision.values, texts) if decision else [],
        ready=_ready(case, procedure, made),
        recalled=_recalled(case, texts),
    )


def _places(correction: Correction | None, sheet: Sheet, texts: dict[str, str]) -> list[CorrectionPlace]:
    """The places the office named, in the order of the form; papers last."""
    if correction is None:
        return []
    items = {item.path: item for item in correction.items.all()}
    found = [
        CorrectionPlace(
            items[question.path].pk,
            question.path,
            items[question.path].remark,
            str(items[question.path].get_why_display()),
            f"{question.position} {question.short_label}".strip(),
            question,
        )
        for question in sheet.questions
        if question.path in items
    ]
    found += [
        CorrectionPlace(
            item.pk,
            item.path,
            item.remark,
            str(item.get_why_display()),
            texts.get(f"{item.path}.title", ""),
            None,
        )
        for item in items.values()
        if item.is_paper
    ]
    return found


def _ready(case: Case, procedure: Procedure, made: Decision | None) -> ReadyToFetch | None:
    """Only who was told to come: until it is handed over, or sent back."""
    told = {procedure.state(name).tell for name in (case.state, visible_state(case))}
    if "ready" not in told or (made is not None and made.sent_at is not None):
        return None
    into = [step for step in case.steps.all() if step.to_state == case.state]
    return ReadyToFetch(into[-1].at) if into else None


def _recalled(case: Case, texts: dict[str, str]) -> list[Recalled]:
    return [
        Recalled(
            outcome=texts.get(f"flow.{row.outcome}.label", row.outcome),
            sent_at=row.sent_at,
            recalled_at=row.returned_at,
            had_letter=row.letter_id is not None,
        )
        for row in case.returned_decisions.exclude(sent_at=None)
        if row.sent_at is not None
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

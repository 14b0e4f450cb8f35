"""One case as whoever it is about sees it."""

from __future__ import annotations

import uuid

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.engines.documents.errors import LetterLacksWords, LetterUnknown
from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel
from madoguchi.engines.forms.questions import Sheet
from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault.models import StoredFile

from ... import decided, fetching, letters, rules
from ... import procedure as procedures
from ...models import Case, Correction, Decision, ReturnedDecision
from ...past import Past
from ...procedure import Procedure
from .cards import is_waiting_to_be_fetched, visible_state
from .correcting import is_begun, put_right, unsent_words, why_told
from .cosigning import signer_cards
from .looking import looks_at
from .papers import papers
from .shapes import CorrectionPlace, ReadyToFetch, Recalled, ResidentCase, Stop


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
    reasons, appeal = _refusal(case, procedure, decision)
    return ResidentCase(
        case=case,
        title=texts.get("title", ""),
        stops=_stops(case, procedure, texts),
        days_left=(case.due_on - clock.today()).days if case.due_on and not case.closed_at else None,
        days=procedure.shape.within.days,
        is_paused=case.paused_at is not None,
        correction=correction,
        places=_places(correction, sheet, texts),
        is_begun=correction is not None and is_begun(correction),
        put_right=put_right(case, procedure, sheet, texts),
        sheet=sheet,
        papers=papers(case.draft, procedure, answers, texts).needed,
        decision=decision,
        outcome_label=texts.get(f"flow.{decision.outcome}.label", "") if decision else "",
        news=texts.get(f"flow.{decision.outcome}.news", "") if decision else "",
        receipt_copy=_receipt_copy(case),
        messages=list(messaging.about(case.ref, party=actor.party)),
        looks=looks_at(case, actor),
        unsent=unsent_words(case, procedure, texts),
        signers=signer_cards(case, sheet) if procedure.shape.cosigners else [],
        can_withdraw=any(
            procedure.state(name).end == "cancelled" for name in procedure.state(case.state).next
        ),
        decided=decided.shown(procedure, decision.outcome, decision.values, texts) if decision else [],
        reasons=reasons,
        appeal=appeal,
        was_handed=decision is not None and _is_handed(procedure, decision.outcome),
        ready=_ready(case, procedure, made, texts),
        recalled=_recalled(case, texts),
        bring=procedure.bring(texts) if case.closed_at is None else [],
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
            why_told(items[question.path]),
            question.place_label,
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
            why_told(item),
            texts.get(f"{item.path}.title", ""),
            None,
        )
        for item in items.values()
        if item.is_paper
    ]
    return found


def _is_handed(procedure: Procedure, outcome: str) -> bool:
    """What was asked for was handed over at the counter; a refusal is a decision wherever it is told."""
    state = procedure.state(outcome)
    return bool(state.hands_over) and not state.requires


def _refusal(case: Case, procedure: Procedure, decision: Decision | None) -> tuple[list[str], list[str]]:
    """Why, and how to appeal: a refusal is understood without opening the paper, also by who cannot read a PDF."""
    if decision is None or not procedure.state(decision.outcome).requires:
        return [], []
    reasons = [part.strip() for part in decision.reason.split("\n\n") if part.strip()]
    try:
        return reasons, list(letters.decision_letter(case, decision).appeal_notice)
    except (LetterUnknown, LetterLacksWords):
        return reasons, []  # the paper itself was drawn when this was decided, and has both


def _ready(
    case: Case, procedure: Procedure, made: Decision | None, texts: dict[str, str]
) -> ReadyToFetch | None:
    """Only who was told to come: until it is handed over, or sent back."""
    if not is_waiting_to_be_fetched(case):
        return None
    into = [step for step in case.steps.all() if step.to_state == case.state]
    if not into:
        return None
    place = fetching.place(case, case.state, texts, made)
    facts = decided.shown(procedure, made.outcome, made.values, texts) if made is not None else []
    return ReadyToFetch(into[-1].at, place, facts)


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
    past = Past(case)
    taken_back = _taken_back(case, past)
    for step in past.steps:
        if step.to_state == case.state != shown:
            continue  # decided, but the letter is still being checked
        label = past.label(step, texts, get_language() or "ja")
        if (gone := taken_back.get(step.pk)) is not None:
            if gone.sent_at is not None:  # what was never told is not told now
                words, key = _("%(outcome)s（取り消しました）") % {"outcome": label}, f"void:{step.pk}"
                walked[key] = Stop(key, words, "done", step.at, is_void=True, void_since=gone.returned_at)
            continue
        walked.pop(step.to_state, None)  # a second visit moves the stop to its later place
        walked[step.to_state] = Stop(step.to_state, label, "done", step.at)
    first = next(iter(walked.values()), None)
    if first is not None:
        first.note = _("%(channel)sで") % {"channel": Channel(case.channel).label}
    if shown in walked:
        ended = procedure.state(shown).end and not is_waiting_to_be_fetched(case)
        walked[shown].state = "done" if ended else "now"
    ahead = [
        Stop(name, texts.get(f"flow.{name}.label", name), "todo")
        for name in _straight_on(procedure, shown)
        if name not in walked
    ]
    return [*walked.values(), *ahead, *_last(case, procedure, shown, texts)]


def _last(case: Case, procedure: Procedure, shown: str, texts: dict[str, str]) -> list[Stop]:
    """What comes at the end: the letter, or the hand-over at the counter, which is a stop of its own."""
    decision = getattr(case, "decision", None)
    here = procedure.state(shown)
    if decision is not None and decision.sent_at is not None and _is_handed(procedure, decision.outcome):
        return [Stop("end", _("お渡ししました"), "done", decision.sent_at)]
    if is_waiting_to_be_fetched(case):
        return [Stop("end", _("窓口でのお渡し"), "todo")]
    if here.end:
        return []
    if procedure.ends_at_counter:
        return [Stop("end", _("窓口でのお渡し"), "todo")]
    return [Stop("end", procedure.news_at_the_end(texts) or _("決定のお知らせ"), "todo")]


def _taken_back(case: Case, past: Past) -> dict[uuid.UUID, ReturnedDecision]:
    """The steps into decisions that were taken back: each such step made one decision, in the same order."""
    into = [step for step in past.steps if past.came_to(step).end == "done"]
    rows = sorted(case.returned_decisions.all(), key=lambda row: row.decided_at)
    return {step.pk: row for step, row in zip(into, rows, strict=False)}


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

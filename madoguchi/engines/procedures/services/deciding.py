"""The decision, its letter, and the second pair of eyes before it goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import decided, fetching, rules, sealing
from .. import procedure as procedures
from ..definition import StateDef
from ..errors import (
    CannotWithdraw,
    LetterNotOpened,
    LetterNotReady,
    NeedsAnotherPerson,
    NeedsReason,
    PapersOutstanding,
    ProtectedHere,
    ReasonTooShort,
    ReasonUnfilled,
    StepNotPossible,
)
from ..events import case_decided
from ..models import Attachment, Case, Decision, ReturnedDecision
from ..procedure import Procedure
from .casework import add_note
from .steps import handled, move, undo_move
from .telling import NOT_READY, take_back_ready, tell, tell_decided, tell_ready

# Less than this says neither the fact nor the rule (行政手続法 第8条).
LEAST_REASON = 20
# 〇〇, ［…］ and ＿＿ are the places of a prepared reason. 二〇〇六 is a number.
_UNFILLED = re.compile(
    r"(?<![一二三四五六七八九十])[〇○◯]{2,}(?![一二三四五六七八九十])|［[^］]*］|\[[^\]]*\]|[＿_]{2,}"
)


def check_reason(state: StateDef, reason: str) -> None:
    """A refusal says why, in words made for this case. Raises ReasonTooShort, ReasonUnfilled."""
    if "reason" not in state.requires:
        return
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonTooShort(least=LEAST_REASON)
    if found := _UNFILLED.search(reason):
        raise ReasonUnfilled(place=found[0][:20])


@writes
def decide(
    *,
    case: Case,
    outcome: str,
    by: Actor,
    seen: int,
    reason: str = "",
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> Decision:
    """Grant or refuse. The letter is drawn afterwards, and nothing goes out before somebody else checked it.

    `values` are the fields of `decided` as typed (key -> input -> text); None decides them as they are proposed.
    Raises NeedsHead, NeedsAnotherPerson (who passed it on does not decide it), ReasonTooShort, ReasonUnfilled,
    AnswerRefused (a decided value), GapsOpen, SignaturesAwaited, PapersOutstanding (nothing is granted on half a
    claim), StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
    if by.account is None:
        raise NotAllowed
    procedure = procedures.of(case.definition)
    here, target = procedure.state(case.state), procedure.shape.flow.get(outcome)
    if target is None or target.end != "done":
        raise StepNotPossible
    if outcome not in here.next:
        if not Case.objects.filter(pk=case.pk, version=seen).exists():
            raise SomebodyWasFaster
        raise StepNotPossible
    account, by = by.account, rules.check_may_leave(by, here, case)
    if here.second_person and rules.passed_on_by(case) == account:
        raise NeedsAnotherPerson
    check_reason(target, reason)
    if "reason" not in target.requires:
        rules.check_ready_to_grant(case)
        _check_papers(case, procedure)
    found = decided.read(case, outcome, values)
    case = move(case, outcome, by=by, seen=seen)
    decision = Decision(
        case=case,
        outcome=outcome,
        letter_form=decided.letter_form(procedure, outcome),
        decided_at=clock.now(),
        decided_by=account,
        decided_by_name=by.name,
        fetched_at=fetching.chosen(case, outcome),
    )
    decision.sealed_reason = sealing.sealed(decision, case.draft, reason.strip())
    decision.sealed_values = sealing.sealed_values(decision, case.draft, found)
    decision.save(force_insert=True)
    audit.record("case.decided", case.ref, by=by, facts={"outcome": outcome})
    if target.letter:
        jobs.enqueue("procedures.letter", about=case.ref, key=f"letter:{decision.pk}")
    if target.tell == "ready":
        tell_ready(case, key=str(decision.pk), by=by, decision=decision)
    return decision


def _check_papers(case: Case, procedure: Procedure) -> None:
    titles = {document.id: document.title for document in procedure.shape.documents}
    waiting = Attachment.objects.current().filter(draft=case.draft_id, way=Attachment.Way.LATER).first()
    if waiting is not None:
        raise PapersOutstanding(title=titles.get(waiting.document, waiting.document))


@writes
def record_letter_opened(*, case: Case, by: Actor) -> None:
    """Somebody opened the letter that waits to be checked. Only who did may send it."""
    by = handled(case, by)
    audit.record("case.letter_opened", case.ref, by=by)


def _opened(decision: Decision, by: Actor) -> bool:
    return (
        audit.events_about(decision.case.ref)
        .filter(verb="case.letter_opened", actor_account=by.account, at__gte=decision.decided_at)
        .exists()
    )


@writes
def send_back(*, case: Case, why: str, by: Actor) -> Case:
    """Whoever checks found a mistake: the decision is undone before anybody was told, and kept on record.

    The case goes back to where it was decided. Raises NeedsReason, StepNotPossible (it was sent).
    """
    by = handled(case, by)
    if not why.strip():
        raise NeedsReason
    if by.account is None:
        raise NotAllowed
    decision = Decision.objects.filter(case=case, sent_at=None).first()
    if decision is None:
        raise StepNotPossible
    keep_returned(decision, why, by=by)
    if not Decision.objects.filter(pk=decision.pk, sent_at=None).delete()[0]:
        raise SomebodyWasFaster
    if procedures.of(case.definition).state(decision.outcome).tell == "ready":
        take_back_ready(case, by=by)
        tell(case, NOT_READY, key=str(decision.pk), by=by)  # they were told to come for it
    return undo_move(case, by=by)


def keep_returned(decision: Decision, why: str, *, by: Actor) -> ReturnedDecision:
    """The decision as it was made, kept when it is taken back; also when it had gone out already."""
    if by.account is None:
        raise NotAllowed
    case = decision.case
    row = ReturnedDecision(
        case=case,
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        decided_by=decision.decided_by,
        decided_by_name=decision.decided_by_name,
        letter=decision.letter,
        returned_at=clock.now(),
        returned_by=by.account,
        returned_by_name=by.name,
        sent_at=decision.sent_at,
    )
    row.sealed_why = sealing.sealed(row, case.draft, why.strip()[:1000])
    row.sealed_values = sealing.sealed_values(row, case.draft, decision.values)
    row.save(force_insert=True)
    return row


@writes
def hand_back(*, case: Case, why: str, by: Actor, seen: int) -> Case:
    """The head wants the clerk to look again: back to the state it came from, with the reason as a note.

    Raises NeedsReason, NeedsHead, StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
    if not why.strip():
        raise NeedsReason
    here = procedures.of(case.definition).state(case.state)
    if here.by != "head":
        raise StepNotPossible
    by = rules.check_may_leave(by, here, case)
    if case.version != seen:
        raise SomebodyWasFaster
    add_note(case=case, text=why, by=by)
    return undo_move(case, by=by)


@writes
def check_and_send(*, case: Case, by: Actor) -> Decision:
    """Somebody other than who decided has read the letter: now it goes to the resident, once.

    Raises LetterNotReady, ProtectedHere, LetterNotOpened, NeedsAnotherPerson, SomebodyWasFaster (it has
    been sent).
    """
    by = handled(case, by)
    decision = Decision.objects.select_related("letter").filter(case=case).first()
    if decision is None or not procedures.of(case.definition).state(decision.outcome).letter:
        raise StepNotPossible
    if decision.letter is None:
        raise LetterNotReady
    if not rules.may_open_papers(by, case):
        raise ProtectedHere
    if decision.decided_by == by.account:
        raise NeedsAnotherPerson
    if decision.sent_at is None and not _opened(decision, by):
        raise LetterNotOpened
    sent = Decision.objects.filter(pk=decision.pk, sent_at=None).update(
        checked_by=by.account, checked_by_name=by.name, sent_at=clock.now()
    )
    if not sent:
        raise SomebodyWasFaster
    decision.refresh_from_db()
    audit.record("case.letter_sent", case.ref, by=by, facts={"outcome": decision.outcome})
    tell_decided(case, decision, by=by)
    case_decided.send(Case, case=case, decision=decision)
    return decision


@writes
def withdraw(*, case: Case, by: Actor, seen: int, told: str = "") -> Case:
    """The resident takes the application back, or a clerk does so as `told`, which stays as a note.

    Raises CannotWithdraw, NeedsHead, SomebodyWasFaster.
    """
    if not (rules.is_own(by, case) or rules.may_handle(by, case)):
        raise NotFound
    procedure = procedures.of(case.definition)
    if by.is_staff:
        by = rules.check_may_leave(by, procedure.state(case.state), case)
    to = next(
        (name for name in procedure.state(case.state).next if procedure.state(name).end == "cancelled"), None
    )
    if to is None:
        raise CannotWithdraw
    case = move(case, to, by=by, seen=seen)
    if told:
        add_note(case=case, text=told, by=by)
    # What was asked for is no longer wanted.
    case.corrections.filter(closed_at=None).update(closed_at=clock.now())
    return case

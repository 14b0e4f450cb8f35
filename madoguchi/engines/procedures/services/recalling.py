"""誤交付: a paper that went out wrong is put on the register, recalled, followed up, and learnt from."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from madoguchi.engines.messaging import queries as messages
from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import rules, sealing
from ..errors import (
    AlreadyRecalled,
    LessonMissing,
    MisissueClosed,
    MisissueUnclear,
    NeedsAnotherPerson,
    PaperStillOut,
    RecalledNotDoneAnew,
    StepNotPossible,
    StoryNotRead,
)
from ..models import Case, Decision, HandOver, Misissue, ReturnedDecision
from .deciding import keep_returned
from .steps import handled, undo_move
from .telling import GIVE_BACK, NOTHING_TO_DO, RECALLED, WENT_ASTRAY, tell

# What was decided stands; only the paper went twice, or never came.
STANDS = {Misissue.Kind.TWICE, Misissue.Kind.LOST}
MOST_WORDS = 2000
MOST_LESSON = 300


@writes
def report_misissue(
    *, case: Case, kind: str, step: str, what: str, by: Actor, seen: int, back: str = Misissue.Back.ASKED
) -> Misissue:
    """誤って交付した: put it on the register, and recall the paper where it must not be used.

    A recalled decision is kept as it was, the case goes back to where it was decided, and the resident is told
    in the thread of the case that the paper is void. `what` may name people and is sealed: nothing of it is ever
    written in a message. Raises MisissueUnclear, StepNotPossible (nothing went out), AlreadyRecalled,
    SomebodyWasFaster.
    """
    by = handled(case, by)
    if by.account is None:
        raise NotAllowed
    if kind not in Misissue.Kind.values or step not in Misissue.Step.values or not what.strip():
        raise MisissueUnclear
    if back not in {Misissue.Back.ASKED, Misissue.Back.NOT_NEEDED}:
        raise MisissueUnclear
    decision = Decision.objects.filter(case=case).exclude(sent_at=None).first()
    if decision is None:
        if ReturnedDecision.objects.filter(case=case).exclude(sent_at=None).exists():
            raise AlreadyRecalled
        raise StepNotPossible
    # Taking the row first: a letter that is being posted at this moment is posted before or not at all.
    hold(case, seen=seen)
    returned = None if kind in STANDS else _recalled(case, decision, what, by)
    row = Misissue(
        case=case,
        division_id=case.division_id,
        procedure=case.definition.key,
        returned=returned,
        kind=kind,
        step=step,
        found_at=clock.now(),
        found_by=by.account,
        found_by_name=by.name,
        back=back,
        back_at=clock.now() if back == Misissue.Back.NOT_NEEDED else None,
    )
    row.sealed_what = sealing.sealed(row, case.draft, what.strip()[:MOST_WORDS])
    row.save(force_insert=True)
    audit.record("case.misissue_found", case.ref, by=by, facts={"kind": kind, "step": step})
    if returned is not None:
        undo_move(case, by=by)
        _tell_recalled(case, returned, kind, back, by)
    return row


def hold(case: Case, *, seen: int) -> None:
    """Take the case's row at the version that was seen, and count it on. Raises SomebodyWasFaster."""
    if not Case.objects.filter(pk=case.pk, version=seen).update(version=F("version") + 1):
        raise SomebodyWasFaster
    case.refresh_from_db()


def _recalled(case: Case, decision: Decision, what: str, by: Actor) -> ReturnedDecision:
    returned = keep_returned(decision, what, by=by)
    HandOver.objects.filter(case=case, returned=None).update(returned=returned)
    if not Decision.objects.filter(pk=decision.pk).exclude(sent_at=None).delete()[0]:
        raise SomebodyWasFaster
    if decision.letter is not None:
        # In the inbox and among what is to be posted it is gone; the register keeps it.
        messaging.call_back(about=case.ref, file=decision.letter, by=by)
    audit.record(
        "case.recalled", case.ref, by=by, facts={"outcome": decision.outcome}, subject=case.applicant_id
    )
    return returned


def _tell_recalled(case: Case, returned: ReturnedDecision, kind: str, back: str, by: Actor) -> None:
    """The words are ours, whoever else got the paper: another person's name never stands in them."""
    todo: Any = GIVE_BACK if back == Misissue.Back.ASKED else NOTHING_TO_DO
    if kind == Misissue.Kind.WRONG_PERSON:
        todo = WENT_ASTRAY
    sent_on = clock.in_city(returned.sent_at or returned.returned_at).date()
    places = {"on": sent_on, "what_to_do": todo}
    tell(case, RECALLED, key=str(returned.pk), by=by, places=places)


@writes
def post_letter(*, case: Case, delivery: Any, by: Actor, seen: int) -> None:
    """印刷して、送りました. Never of a paper that was recalled meanwhile.

    The recall and this both begin by taking the row of the case, so one of them is first and the other sees it.
    Raises SomebodyWasFaster, AlreadyRecalled.
    """
    by = handled(case, by)
    if not Case.objects.filter(pk=case.pk, version=seen).update(version=F("version")):
        raise SomebodyWasFaster
    delivery.refresh_from_db()
    if messages.is_recalled(delivery):
        raise AlreadyRecalled
    messaging.hand_over(delivery, by=by)


@writes
def follow_up(*, misissue: Misissue, back: str, by: Actor) -> Misissue:
    """返ってきた・処分を確かめた: what became of the paper. Raises MisissueUnclear, MisissueClosed."""
    by = _kept_by(misissue, by)
    if back not in Misissue.Back.values:
        raise MisissueUnclear
    at = None if back == Misissue.Back.ASKED else clock.now()
    _change(misissue, back=back, back_at=at)
    audit.record("case.misissue_followed", misissue.case.ref, by=by, facts={"back": back})
    return misissue


@writes
def write_lesson(*, misissue: Misissue, lesson: str, by: Actor) -> Misissue:
    """これから変えること: about work, never about a person; colleagues read it at that step. Raises LessonMissing."""
    by = _kept_by(misissue, by)
    words = " ".join(lesson.split())[:MOST_LESSON]
    if not words:
        raise LessonMissing
    refuse_my_number(words)
    _change(misissue, lesson=words, lesson_at=clock.now(), lesson_by_name=by.name)
    audit.record("case.lesson_written", misissue.case.ref, by=by)
    return misissue


@writes
def close_misissue(*, misissue: Misissue, by: Actor) -> Misissue:
    """Another person than who reported it says that it is mended.

    Raises NeedsAnotherPerson, StoryNotRead, LessonMissing, PaperStillOut, RecalledNotDoneAnew, MisissueClosed.
    """
    by = _kept_by(misissue, by)
    misissue.refresh_from_db()
    if misissue.found_by == by.account:
        raise NeedsAnotherPerson
    if not _has_read(misissue, by):
        raise StoryNotRead
    if not misissue.lesson:
        raise LessonMissing
    if misissue.back == Misissue.Back.ASKED:
        raise PaperStillOut
    if rules.is_still_recalled(misissue):
        raise RecalledNotDoneAnew
    # Somebody may write at this moment that it is out again: the row is asked once more as it is written.
    _change(
        misissue,
        only_if=~Q(back=Misissue.Back.ASKED),
        closed_at=clock.now(),
        closed_by=by.account,
        closed_by_name=by.name,
    )
    audit.record("case.misissue_closed", misissue.case.ref, by=by)
    return misissue


def record_story_read(*, misissue: Misissue, by: Actor) -> None:
    """いきさつ is read: on record before it is shown, also where the case itself has gone to another division."""
    by = _kept_by(misissue, by)
    case = misissue.case
    audit.record_read(case.ref, by=by, purpose=rules.STORY_READ, what=rules.STORY, subject=case.applicant_id)


def _has_read(misissue: Misissue, by: Actor) -> bool:
    looks = audit.reads_about(misissue.case.ref).filter(actor_account=by.account, at__gte=misissue.found_at)
    return looks.filter(what__in=[rules.WHOLE, rules.STORY]).exists()


def _kept_by(misissue: Misissue, by: Actor) -> Actor:
    """The register is kept by the division in which it happened, wherever the case has gone since."""
    if not by.is_staff or misissue.division_id not in by.divisions_as(*rules.HANDLING):
        raise NotFound
    return by.named_for(misissue.division_id, *rules.HANDLING)


def _change(misissue: Misissue, *, only_if: Q | None = None, **fields: Any) -> None:
    changed = Misissue.objects.filter(only_if or Q(), pk=misissue.pk, closed_at=None).update(**fields)
    misissue.refresh_from_db()
    if not changed:
        raise PaperStillOut if misissue.closed_at is None else MisissueClosed

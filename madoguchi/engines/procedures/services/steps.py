"""Moving a case: always from the version somebody saw, always with a step written down."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from madoguchi.kernel import audit, clock
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import keeping_time, moving, rules
from .. import procedure as procedures
from ..errors import StepNotPossible
from ..models import Case, CorrectionItem, Step
from ..past import Past


def add_step(case: Case, from_state: str, to_state: str, *, by: Actor, places: int | None = None) -> Step:
    """Write a move down. The unique number refuses a second one made at the same moment."""
    return Step.objects.create(
        case=case,
        number=case.steps.count() + 1,
        from_state=from_state,
        to_state=to_state,
        at=clock.now(),
        by=by.account,
        by_kind=by.kind,
        by_name=by.name if by.is_staff else "",
        places=places,
    )


def handled(case: Case, by: Actor) -> Actor:
    """Who handles the case, as they are written down: 「B（Aの代理）」 where only A's chair lets them.

    Raises NotFound unless this member of staff handles it: not yours and not there are the same.
    """
    if not rules.may_handle(by, case):
        raise NotFound
    return by.named_for(case.division_id, *rules.HANDLING)


def unconfirmed(case: Case) -> int:
    """How many corrected places nobody has looked at yet."""
    return CorrectionItem.objects.filter(
        correction__case=case, correction__answered_at__isnull=False, confirmed_at=None
    ).count()


def move(case: Case, to: str, *, by: Actor, seen: int, places: int | None = None, **also: Any) -> Case:
    """Take the case from the state that was seen to `to`, with its clock and its record.

    One conditional UPDATE decides who was first. Raises SomebodyWasFaster, StepNotPossible.
    """
    shape = procedures.of(case.definition).shape
    here = case.state
    if to not in shape.flow[here].next:
        # Perhaps somebody else moved it already: say that rather than "not possible".
        if not Case.objects.filter(pk=case.pk, version=seen).exists():
            raise SomebodyWasFaster
        raise StepNotPossible
    now = clock.now()
    pauses = to in shape.within.pause_on
    paused_at = now if pauses else None
    ended = bool(shape.flow[to].end)
    moved = Case.objects.filter(pk=case.pk, version=seen, state=here).update(
        state=to,
        version=F("version") + 1,
        paused_at=paused_at,
        due_on=case.due_on if pauses else due_on(case, resumed_on=clock.in_city(now).date()),
        closed_at=now if ended else None,
        **also,
    )
    if not moved:
        raise SomebodyWasFaster
    case.refresh_from_db()
    if shape.flow[here].tell == "returned":
        # Answered, withdrawn or decided: whichever it was, nobody writes in this round any more.
        case.corrections.filter(closed_at=None).update(closed_at=now)
    if ended:
        keeping_time.begin(case)
    add_step(case, here, to, by=by, places=places)
    audit.record("case.moved", case.ref, by=by, facts={"from": here, "to": to})
    return case


def undo_move(case: Case, *, by: Actor) -> Case:
    """Take the case back to the state from which the flow brought it here, whatever was undone meanwhile.

    Raises SomebodyWasFaster, StepNotPossible.
    """
    shape, here, now = procedures.of(case.definition).shape, case.state, clock.now()
    back = _came_from(case)
    if not back:
        raise StepNotPossible
    pauses = back in shape.within.pause_on
    moved = Case.objects.filter(pk=case.pk, version=case.version, state=here).update(
        state=back,
        version=F("version") + 1,
        closed_at=None,
        paused_at=now if pauses else None,
        # Where the clock stood while somebody decided, those days are given back here as well.
        due_on=case.due_on if pauses else due_on(case, resumed_on=clock.in_city(now).date()),
    )
    if not moved:
        raise SomebodyWasFaster
    keeping_time.stop(case)
    case.refresh_from_db()
    if shape.flow[case.state].tell == "returned":
        _ask_again(case)
    add_step(case, here, back, by=by)
    audit.record("case.moved_back", case.ref, by=by, facts={"from": here, "to": back})
    return case


def _came_from(case: Case) -> str:
    """Where the flow brought the case here from; "" when nowhere.

    A version it was moved onto may not have that state any more: then the first one that leads here today.
    """
    flow, into = procedures.of(case.definition).shape.flow, Past(case).into_here()
    leads_here = [name for name, state in flow.items() if case.state in state.next]
    known = next((step.from_state for step in into if step.from_state in leads_here), "")
    working = [name for name in leads_here if flow[name].tell != "returned"]
    return known or (working[0] if into and working else "")


def _ask_again(case: Case) -> None:
    """What was decided over an open question is undone: the question is open again."""
    asked = case.corrections.filter(answered_at=None).order_by("-asked_at").first()
    if asked is not None:
        case.corrections.filter(pk=asked.pk).update(closed_at=None)


def due_on(case: Case, *, resumed_on: Any) -> Any:
    """The date the case is due, days of waiting for the resident not counted."""
    return moving.due_on(case, procedures.of(case.definition).shape.within, resumed_on=resumed_on)

"""What a desk did while it was cut off arrives: in order, each act once, and what no longer fits is told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import ActsUnclear
from ..models import Desk, Step, Ticket
from ..models import TicketState as Is
from .acting import Deed, append, claim, move
from .calling import at_desk_as, call_as

KINDS = {
    "call": "called",
    "recall": "recalled",
    "start": "started",
    "hold": "held",
    "no_show": "no_show",
    "done": "done",
}
MOST = 300


@dataclass(frozen=True, slots=True)
class Act:
    """What the desk's screen says was done: `id` is its own, so that an act sent twice is done once."""

    id: uuid.UUID
    kind: str
    ticket: uuid.UUID
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Unfit:
    """An act that could not be taken over, in words for the clerk."""

    id: uuid.UUID
    label: str
    kind: str
    why: str


@dataclass(slots=True)
class CaughtUp:
    applied: int = 0
    known: int = 0
    unfit: list[Unfit] = field(default_factory=list)


def catch_up(*, desk: Desk, acts: Sequence[Act], by: Actor) -> CaughtUp:
    """Take over what was done at the desk while it was cut off, in the order in which it was done.

    Not one transaction: each act stands by itself, so that after a crash the rest is simply sent again. No ticket
    comes to two desks by this: an act that no longer fits is remembered as such, changes nothing, and is told.
    Raises ActsUnclear, NotAllowed.
    """
    rules.check_serves(by, desk.line)
    if len(acts) > MOST or any(act.kind not in KINDS for act in acts):
        raise ActsUnclear
    made = CaughtUp()
    if acts:
        _let_go_of_unknown(desk, acts, by, made)
    for act in acts:
        _take_over(desk, act, by, made)
    return made


def _take_over(desk: Desk, act: Act, by: Actor, made: CaughtUp) -> None:
    if Step.objects.filter(said=act.id).exists():
        made.known += 1
        return
    ticket = Ticket.objects.filter(pk=act.ticket, line=desk.line_id, on=clock.today())
    found = ticket.select_related("line").first()
    if found is None:
        made.unfit.append(Unfit(act.id, "？", act.kind, _("きょうのこの窓口に、その番号はありません。")))
        return
    try:
        if _apply(desk, act, found, by):
            made.applied += 1
        else:
            made.known += 1
    except (Refusal, IntegrityError) as error:
        why = str(error) if isinstance(error, Refusal) else str(SomebodyWasFaster())
        if _remember_unfit(desk, act, found, by):
            made.unfit.append(Unfit(act.id, found.label, act.kind, why))
        else:
            made.known += 1


@writes
def _apply(desk: Desk, act: Act, ticket: Ticket, by: Actor) -> bool:
    """False when it arrived by another sending in between."""
    claim(desk.line_id)
    if Step.objects.filter(said=act.id).exists():
        return False
    deed = Deed(by, _believable(act.at, ticket), desk, act.id, was_offline=True)
    if act.kind == "call":
        call_as(desk, deed, ticket)
    else:
        at_desk_as(KINDS[act.kind], deed, ticket)
    return True


@writes
def _remember_unfit(desk: Desk, act: Act, ticket: Ticket, by: Actor) -> bool:
    """Sent again later it must not fit by chance. False when it had arrived already, by another sending."""
    claim(desk.line_id)
    if Step.objects.filter(said=act.id).exists():
        return False
    append(ticket, "unfit", Deed(by, clock.now(), desk, act.id, was_offline=True))
    audit.record("queue.act_unfit", ticket.ref, by=by, facts={"desk": desk.name, "act": act.kind})
    return True


def _believable(said: dt.datetime, ticket: Ticket) -> dt.datetime:
    """A screen's clock may be wrong: never after now, never before what is known to have happened."""
    last = ticket.steps.order_by("-at").values_list("at", flat=True).first() or ticket.issued_at
    return max(last, min(said, clock.now()))


@writes
def _let_go_of_unknown(desk: Desk, acts: Sequence[Act], by: Actor, made: CaughtUp) -> None:
    """Somebody was called here by us, and the answer never reached the screen: nobody there knows of them.

    They stand in the line again at their place, unless the acts speak of them.
    """
    claim(desk.line_id)
    current = Ticket.objects.filter(desk=desk, state=Is.CALLED).select_related("line").first()
    new = [act for act in acts if not Step.objects.filter(said=act.id).exists()]
    if current is None or not any(act.kind == "call" for act in new):
        return
    if current.pk in {act.ticket for act in acts}:
        return
    move(current, "back", Deed(by, clock.now(), desk, was_offline=True), state=Is.WAITING, desk=None)
    why = _("この席に呼び出されましたが、画面に届いていませんでした。もとの順番に戻しました。")
    made.unfit.append(Unfit(uuid.uuid4(), current.label, "call", why))

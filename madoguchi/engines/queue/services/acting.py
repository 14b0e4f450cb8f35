"""How every act on a line is done: the line's row first, then compare-and-set on the ticket, then what happened, appended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from madoguchi.kernel import clock
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from ..errors import DeskBusy, TicketMoved
from ..models import Desk, Line, Step, Ticket, TicketState

_MAY_CHANGE = [field.name for field in Ticket._meta.concrete_fields if field.name != "line"]
AT_A_DESK = (TicketState.CALLED, TicketState.SERVING)


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, where and when. `said` is the id the desk's own screen gave the act: it is done once."""

    by: Actor
    at: dt.datetime
    desk: Desk | None = None
    said: uuid.UUID | None = None
    was_offline: bool = False

    @classmethod
    def now(cls, by: Actor, desk: Desk | None = None, said: uuid.UUID | None = None) -> Deed:
        return cls(by, clock.now(), desk, said)


def claim(*line_ids: uuid.UUID, heard: bool = True) -> None:
    """The line's row first: acts on one line come one after the other, and its pages learn that it changed.

    `heard` is False for what its visitors do: a counter that fell silent does not seem alive by them.
    """
    now = clock.now()
    facts = {"changed_at": now} | ({"heard_at": now} if heard else {})
    for line_id in sorted(set(line_ids)):
        Line.objects.filter(pk=line_id).update(changes=F("changes") + 1, **facts)


def done_before(said: uuid.UUID | None) -> Ticket | None:
    """The ticket of an act that has arrived already, by the id its screen gave it."""
    if said is None:
        return None
    step = Step.objects.select_related("ticket__line__counter").filter(said=said).first()
    return step.ticket if step else None


def check_free(desk: Desk, *, but: Ticket | None = None) -> None:
    """One desk serves one visitor. Asked after `claim`, so that the answer holds; a constraint stands behind it."""
    at_desk = Ticket.objects.filter(desk=desk, state__in=AT_A_DESK).select_related("line")
    busy = at_desk.exclude(pk=but.pk).first() if but else at_desk.first()
    if busy is not None:
        raise DeskBusy(label=busy.label)


def check_state(ticket: Ticket, wanted: Collection[str], *, desk: Desk | None = None) -> None:
    """As it stands now, after `claim`; with `desk`, it must be that desk's. Raises TicketMoved."""
    _reread(ticket)
    if ticket.state not in wanted or (desk is not None and ticket.desk_id != desk.pk):
        raise TicketMoved(label=ticket.label, state=str(ticket.get_state_display()))


def move(ticket: Ticket, kind: str, deed: Deed, **fields: Any) -> Ticket:
    """Compare-and-set: of two who saw the same ticket, one moves it. Raises SomebodyWasFaster."""
    mine = Ticket.objects.filter(pk=ticket.pk, version=ticket.version, state=ticket.state)
    if not mine.update(version=F("version") + 1, **fields):
        raise SomebodyWasFaster
    append(ticket, kind, deed)
    _reread(ticket)
    return ticket


def _reread(ticket: Ticket) -> None:
    """The row as it is now; its line stays as loaded, it never changes."""
    ticket.refresh_from_db(fields=_MAY_CHANGE)


def append(ticket: Ticket, kind: str, deed: Deed) -> Step:
    return Step.objects.create(
        ticket=ticket,
        kind=kind,
        at=deed.at,
        desk=deed.desk,
        by=deed.by.account,
        said=deed.said,
        was_offline=deed.was_offline,
    )

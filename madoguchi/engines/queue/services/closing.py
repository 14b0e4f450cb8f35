"""The end of a day: nobody waits in yesterday's line, nobody sits at yesterday's desk, and no address stays."""

from __future__ import annotations

import datetime as dt
import uuid

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from ..models import OPEN_STATES, Desk, Line, Ticket
from ..models import TicketState as Is
from .acting import Deed, append, claim

# What was left open is written down as what it most likely was.
ENDS = {Is.WAITING: Is.LEFT, Is.HELD: Is.LEFT, Is.CALLED: Is.NO_SHOW, Is.SERVING: Is.DONE}


def days_left_open() -> list[tuple[Line, dt.date]]:
    """Days that are over and have tickets nobody ended, or addresses nobody needs any more."""
    today = clock.today()
    left = Ticket.objects.filter(on__lt=today, state__in=OPEN_STATES)
    told = Ticket.objects.filter(on__lt=today, key__destroyed_at=None, key__isnull=False)
    rows = {*left.values_list("line", "on"), *told.values_list("line", "on")}
    lines = Line.objects.in_bulk({line for line, _on in rows})
    return [(lines[line], on) for line, on in sorted(rows, key=str)]


@writes
def end_day(*, line: Line, on: dt.date, by: Actor) -> int:
    """End what that day left open, and destroy the keys of the addresses people gave. Doing it twice is doing it once."""
    claim(line.pk, heard=False)
    ended = 0
    for ticket in Ticket.objects.filter(line=line, on=on, state__in=OPEN_STATES).select_related("line"):
        ended += _end(ticket, by)
    for ticket in Ticket.objects.filter(line=line, on=on, key__isnull=False).select_related("key"):
        forget_address(ticket, by=by)
    left = Desk.objects.filter(line=line, opened_at__lt=_midnight(), account__isnull=False)
    left.update(account=None, opened_at=None, seen_at=None, share=[], share_until=None)
    audit.record("queue.day_ended", line.ref, by=by, facts={"on": on.isoformat(), "ended": ended})
    return ended


def _midnight() -> dt.datetime:
    return dt.datetime.combine(clock.today(), dt.time(), clock.JST)


def _end(ticket: Ticket, by: Actor) -> int:
    mine = Ticket.objects.filter(pk=ticket.pk, version=ticket.version)
    now = clock.now()
    changed = mine.update(state=ENDS[Is(ticket.state)], ended_at=now, version=ticket.version + 1)
    if changed:
        append(ticket, "day_over", Deed(by, now))
    return changed


@writes
def forget_address(ticket: Ticket, *, by: Actor) -> None:
    """Destroy what they gave to be told at, and whoever was made of it only to be written to."""
    if ticket.key is None or ticket.key.destroyed_at is not None:
        return
    vault.destroy_key(ticket.key, by=by)
    party = identity.party(ticket.told_party)
    if party is not None:
        messages.erase_about(ticket.ref, by=by)
        vault.destroy_key(party.key, by=by)
    Ticket.objects.filter(pk=ticket.pk).update(tell=b"")


@writes
def forget_person(*, party: uuid.UUID, by: Actor) -> int:
    """Numbers they held are nobody's any more; returns how many."""
    mine = list(Ticket.objects.filter(party=party).select_related("key"))
    for ticket in mine:
        forget_address(ticket, by=by)
        messages.erase_about(ticket.ref, by=by)
    return Ticket.objects.filter(pk__in=[ticket.pk for ticket in mine]).update(party=None, about="")

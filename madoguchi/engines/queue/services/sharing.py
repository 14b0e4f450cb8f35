"""What a desk may go on with while it cannot reach us, and whom the others leave to it meanwhile.

With every sign of life a desk gets a share of those who wait. When it falls silent, the share is its own: the others
pass them over until the desk is back, is closed, or its time is up. Its screen waits as long as we do before it calls
from the share, and the first in line belong to nobody's share, so that what two desks might take in those seconds is
hardly ever the same. Where it was, the record has one desk all the same, and the clerk is told (see catching_up).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import ordering, rules
from ..models import Desk, Line, Ticket, TicketState

SHARE = 5
# Not heard of for so long: the desk is cut off, and what is in its share is left to it.
SILENT = dt.timedelta(seconds=15)
SHARE_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a desk's screen is told: how far the line has changed, and the share it may go on with."""

    changes: int
    share: list[Ticket]
    seconds: int  # how long the share is its own from now on


def kept_for_others(desk: Desk, now: dt.datetime) -> set[str]:
    """The tickets left to other desks of the line that cannot be reached now."""
    silent = Desk.objects.filter(line=desk.line_id, share_until__gt=now, seen_at__lt=now - SILENT)
    return {
        ticket for share in silent.exclude(pk=desk.pk).values_list("share", flat=True) for ticket in share
    }


@writes
def note_seen(*, desk: Desk, by: Actor) -> Seen:
    """The desk's screen asks: it is there, and gets its share anew. Raises DeskNotOpen, NotAllowed."""
    rules.check_sits(by, desk)
    now = clock.now()
    # The line's row first: two desks that ask at once do not get the same ticket.
    Line.objects.filter(pk=desk.line_id).update(heard_at=now)
    line = Line.objects.get(pk=desk.line_id)
    others = list(line.desks.filter(account__isnull=False).exclude(pk=desk.pk))
    share = _share(line, desk, others, now)
    Desk.objects.filter(pk=desk.pk).update(
        seen_at=now, share=[str(ticket.pk) for ticket in share], share_until=now + SHARE_FOR
    )
    return Seen(line.changes, share, int(SHARE_FOR.total_seconds()))


def _share(line: Line, desk: Desk, others: list[Desk], now: dt.datetime) -> list[Ticket]:
    """What it has and may keep, filled up from those further back; with other desks at work, none of the first."""
    held = {
        ticket for other in others if other.share_until and other.share_until > now for ticket in other.share
    }
    waiting = Ticket.objects.filter(line=line, on=clock.today(), state=TicketState.WAITING).select_related(
        "line"
    )
    ordered = ordering.in_order(waiting, now=now, after_booked=line.after_booked)
    at_work = sum(1 for other in others if other.seen_at and other.seen_at >= now - SILENT) + 1
    far = [ticket for ticket in ordered[at_work if at_work > 1 else 0 :] if str(ticket.pk) not in held]
    own = [ticket for ticket in far if str(ticket.pk) in desk.share]
    new = [ticket for ticket in far if ticket not in own][::at_work]
    chosen = {ticket.pk for ticket in (own + new)[:SHARE]}
    return [ticket for ticket in far if ticket.pk in chosen]

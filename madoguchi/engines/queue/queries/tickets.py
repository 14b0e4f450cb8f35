"""What the holder of a slip may see: by the secret printed on it, and by nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound

from ..estimating import Range
from ..models import OPEN_STATES, Opinion, Ticket, TicketState
from ..services.issuing import digest
from ..services.surveying import QUESTIONS, is_asked
from ..waiting import LineNow, line_now


@dataclass(frozen=True, slots=True)
class Holding:
    """A ticket as its holder sees it."""

    ticket: Ticket
    here: LineNow
    ahead: int | None  # None: it does not wait
    said: Range | None
    booked_for: dt.datetime | None  # still to come
    went_to: Ticket | None
    is_today: bool
    questions: tuple[str, ...]  # of the two, those that may still be answered
    is_answered: bool

    @property
    def is_waiting(self) -> bool:
        return self.ticket.state == TicketState.WAITING and self.is_today

    @property
    def may_leave(self) -> bool:
        return self.is_today and self.ticket.state in {TicketState.WAITING, TicketState.HELD}

    @property
    def is_told(self) -> bool:
        """Whether somebody will be, or was, told when it is nearly their turn."""
        return bool(self.ticket.party or self.ticket.tell)


def held(secret: str) -> Ticket:
    """The ticket whose slip holds this secret. Raises NotFound."""
    rows = Ticket.objects.select_related("line__counter__division", "desk", "key")
    found = rows.filter(digest=digest(secret)).first()
    if found is None:
        raise NotFound
    return found


def held_open(secret: str) -> Ticket | None:
    """The same, where it is of today and still to be served; None for no secret and for every other number."""
    rows = Ticket.objects.filter(on=clock.today(), state__in=OPEN_STATES)
    rows = rows.select_related("line__counter__division", "desk", "key")
    return rows.filter(digest=digest(secret)).first() if secret else None


def holding(ticket: Ticket) -> Holding:
    """What is to be said to whoever holds it."""
    here = line_now(ticket.line)
    is_today = ticket.on == clock.today()
    ahead = here.ahead_of(ticket.number) if is_today and ticket.state == TicketState.WAITING else None
    early = ticket.stands_at if ticket.is_booked and ticket.stands_at > here.now else None
    opinion = Opinion.objects.filter(ticket=ticket).first()
    given = {name for name in QUESTIONS if opinion and getattr(opinion, name) is not None}
    return Holding(
        ticket=ticket,
        here=here,
        ahead=ahead,
        said=None if ahead is None or early else here.estimate(ahead),
        booked_for=early if ahead is not None else None,
        went_to=ticket.went_to.select_related("line__counter").first()
        if ticket.state == TicketState.TRANSFERRED
        else None,
        is_today=is_today,
        questions=tuple(name for name in QUESTIONS if name not in given) if is_asked(ticket) else (),
        is_answered=bool(given),
    )

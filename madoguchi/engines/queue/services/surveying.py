"""Two taps after the visit: 職員対応 and 利便性. Who tapped is nobody's business; only the ticket is used up."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from ..errors import OpinionGiven, OpinionUnclear, VisitNotOver
from ..models import Opinion, Ticket, TicketState

QUESTIONS = ("manner", "convenience")
# The slip is thrown away sooner or later; so long its code still asks.
ASKED_FOR = dt.timedelta(days=14)


def is_asked(ticket: Ticket) -> bool:
    """Whether the two questions are open to who holds this ticket."""
    if ticket.state != TicketState.DONE or ticket.ended_at is None:
        return False
    return clock.now() - ticket.ended_at <= ASKED_FOR


@writes
def give_opinion(*, ticket: Ticket, question: str, value: int, by: Actor) -> Opinion:
    """One tap: 4 (good) … 1 (bad) to one of the two questions, each once for a ticket.

    Nothing is written down of who did it: no audit row, no account; `by` only keeps staff from answering for
    visitors. The row of the ticket's opinion is made by the
    first tap, and a question is answered only where it was not, so that two taps of one thumb count once.
    Raises VisitNotOver, OpinionUnclear, OpinionGiven, NotAllowed.
    """
    if by.is_staff:
        raise NotAllowed
    if question not in QUESTIONS or value not in (1, 2, 3, 4):
        raise OpinionUnclear
    if not is_asked(ticket):
        raise VisitNotOver
    waited = (ticket.called_at - ticket.issued_at).total_seconds() if ticket.called_at else None
    opinion, _made = Opinion.objects.get_or_create(
        ticket=ticket,
        defaults={
            "line_id": ticket.line_id,
            "on": ticket.on,
            "waited_seconds": None if waited is None else max(round(waited), 0),
            "at": clock.now(),
        },
    )
    unanswered = Opinion.objects.filter(pk=opinion.pk, **{f"{question}__isnull": True})
    if not unanswered.update(**{question: value}):
        raise OpinionGiven
    opinion.refresh_from_db()
    return opinion

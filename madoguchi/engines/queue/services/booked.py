"""Who booked comes in: a number that stands at the booked time, with what they said they need."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.booking import queries as bookings
from madoguchi.engines.booking import services as booking_services
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor, ActorKind

from .. import ordering, rules
from ..errors import BookingUnknown
from ..languages import is_spoken
from ..models import Line, Need, Source, Ticket, TicketState
from .acting import Deed, append, claim
from .issuing import Issued, Wish, checked_secret, digest, keep_told, make, new_secret


@writes
def check_in(*, receipt: str, by: Actor, secret: str = "") -> Issued:
    """The visitor of a booking of today is here. Reading the code again shows the same number.

    Language and needs of the booking go onto the ticket. Raises BookingUnknown, BookingOver, LineClosed, NotAllowed.
    """
    booking = bookings.for_check_in(receipt)
    if booking is None:
        raise BookingUnknown
    line = Line.objects.select_related("counter").filter(booking_area=booking.area.key, withdrawn_at=None)
    # What is booked there is called like its counter; where the area has one counter only, it may be called otherwise.
    found = [one for one in line if one.counter.key == booking.resource.key] or list(line)
    if len(found) != 1:
        raise BookingUnknown
    return _check_in(found[0], booking, by, secret)


def _check_in(line: Line, booking: Any, by: Actor, secret: str) -> Issued:
    if by.kind != ActorKind.MACHINE and by.party != booking.party_id and not rules.serves(by, line):
        raise NotAllowed
    claim(line.pk)
    # Whoever stands here came: the booking says so with the number, or neither of the two is there.
    booking_services.mark_arrived(booking=booking, by=by, counter=line.counter.division_id)
    about = str(booking.ref)
    twin = Ticket.objects.filter(line=line, on=clock.today(), about=about, source=Source.BOOKED)
    known = twin.exclude(state=TicketState.LEFT).select_related("line").first()
    secret = checked_secret(secret)
    if known is not None:
        return Issued(known, secret if known.digest == digest(secret) else "")
    if Ticket.objects.filter(digest=digest(secret)).exists():
        # A form that was sent for another booking already: one secret opens one number.
        secret = new_secret()
    needs = tuple(need for need in Need.values if need in set(booking.needs))
    wish = Wish("", booking.language if is_spoken(booking.language) else "ja", needs)
    now = clock.now()
    ticket = make(
        line,
        wish,
        source=Source.BOOKED,
        secret=secret,
        stands_at=ordering.place(came_at=now, booked_for=booking.starts_at),
        booked_for=booking.starts_at,
        about=about,
    )
    append(ticket, "issued", Deed.now(by))
    keep_told(ticket, mail="", party=booking.party_id, by=by)
    audit.record("queue.checked_in", ticket.ref, by=by, subject=booking.party_id)
    return Issued(ticket, secret)


def minutes_late(ticket: Ticket) -> int:
    """How late somebody came for their time; 0 when they came before it."""
    if ticket.booked_for is None:
        return 0
    return max(0, int((ticket.issued_at - ticket.booked_for) / dt.timedelta(minutes=1)))

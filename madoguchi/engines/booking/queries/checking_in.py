"""Who booked and stands at the counter now."""

from __future__ import annotations

from madoguchi.kernel import clock

from ..models import Booking, State


def for_check_in(receipt: str) -> Booking | None:
    """The booking of today under that receipt. Another day, only held, cancelled and unknown are all None.

    Who has come already is found again: reading the code twice shows the same number.
    """
    found = Booking.objects.select_related("area", "resource__site").filter(
        receipt=receipt.strip().upper(), state__in=(State.BOOKED, State.ATTENDED)
    )
    booking = found.first() if "\0" not in receipt else None
    if booking is None or clock.in_city(booking.starts_at).date() != clock.today():
        return None
    return booking

"""Who booked and stands at the counter now."""

from __future__ import annotations

from madoguchi.kernel import clock

from ..models import OPEN, Booking


def for_check_in(receipt: str) -> Booking | None:
    """The booking of today under that receipt which still stands. Another day, cancelled and unknown are all None."""
    found = Booking.objects.select_related("area", "resource").filter(
        receipt=receipt.strip().upper(), state__in=OPEN
    )
    booking = found.first() if "\0" not in receipt else None
    if booking is None or clock.in_city(booking.starts_at).date() != clock.today():
        return None
    return booking

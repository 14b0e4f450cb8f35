"""How a booking stands in the calendar: one word for what staff must know of it at a glance."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from ...models import Booking, State
from ..own import is_offer


class Mark(StrEnum):
    """As the calendar shows it: a held place says whether it was offered, a booked one whether its time has come."""

    BOOKED = "booked"
    UNSEEN = "unseen"  # its time has come, and nobody has said whether they came
    HELD = "held"
    OFFER = "offer"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


_SAID = {State.ATTENDED: Mark.ATTENDED, State.NO_SHOW: Mark.NO_SHOW}


def mark_of(booking: Booking, now: dt.datetime) -> Mark:
    """The mark of a booking that has its place. It asks the database nothing."""
    if booking.state == State.HELD:
        return Mark.OFFER if is_offer(booking) else Mark.HELD
    if booking.state == State.BOOKED:
        return Mark.BOOKED if booking.starts_at > now else Mark.UNSEEN
    return _SAID[State(booking.state)]

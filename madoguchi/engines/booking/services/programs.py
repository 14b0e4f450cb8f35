"""What programs read of bookings is on record before they are shown it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from madoguchi.kernel import audit
from madoguchi.kernel.refs import Actor, ActorKind

from ..models import Booking

READ_BOOKING = gettext_noop("予約の内容")
FOR_APP = gettext_noop("本人がつないだアプリで見る")
FOR_MACHINE = gettext_noop("窓口などの機械で見る")


def record_program_reads(*, bookings: Iterable[Booking], by: Actor) -> None:
    """Write down that a program is shown these, once an hour each; committed before it is shown them."""
    things = [(one.ref, one.person_id) for one in bookings]
    if not things:
        return
    seen = audit.seen_lately([about for about, _party in things], by=by, what=READ_BOOKING)
    new = [(about, party) for about, party in things if str(about) not in seen]
    if new:
        purpose = FOR_MACHINE if by.kind == ActorKind.MACHINE else FOR_APP
        audit.record_reads(new, by=by, purpose=purpose, what=READ_BOOKING)

"""Giving back: cancelling, letting go of a hold, letting what ran out lapse; and what became of a visit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import DateTimeField, F, QuerySet, UUIDField

from madoguchi.kernel import clock
from madoguchi.kernel.db import Given, Prepared, writes
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM, Actor

from .. import places, rules
from ..area_rules import rules_of
from ..errors import BookingOver, CannotCancelNow
from ..models import OPEN, Booking, Paid, State
from ..times import refund_percent
from .taking import WON, record
from .waiting import lapse_offer, offer_freed


@writes
def cancel(*, booking: Booking, by: Actor, why: str = "", by_city: bool = False) -> Booking:
    """Take a booking back and give what it took to whoever waits first.

    The person within the area's rules, staff at any time; what the city itself cancels is refunded whole.
    Raises BookingOver, CannotCancelNow, NotFound.
    """
    rules.check_may_change(by, booking, booking.resource)
    if booking.state not in OPEN:
        raise BookingOver
    percent = refund_percent(rules_of(booking.definition_id).said.cancel, booking.starts_at, clock.now())
    if percent is None and not rules.works_at(by, booking.area, booking.resource.site) and by is not SYSTEM:
        raise CannotCancelNow
    refund = booking.yen * (100 if by_city else percent or 0) // 100
    paid = Paid(booking.paid)
    if paid == Paid.PAID and refund:
        paid = Paid.REFUND_DUE
    elif paid == Paid.UNPAID and refund == booking.yen:
        paid = Paid.FREE  # nothing was paid, nothing is owed
    _end(
        booking,
        State.CANCELLED,
        why=why[:300],
        by_city=by_city,
        refund_yen=refund if paid == Paid.REFUND_DUE else 0,
        paid=paid,
    )
    record(booking, "booking.cancelled", by, by_city=by_city, refund=booking.refund_yen)
    _give_back(booking)
    return booking


@writes
def let_go(*, booking: Booking, by: Actor) -> Booking:
    """Let go of a hold before its time. An offer that is declined goes to the next in line."""
    rules.check_may_change(by, booking, booking.resource)
    if booking.state != State.HELD:
        raise BookingOver
    if booking.about.startswith(WON) and by.kind != SYSTEM.kind:
        from .winning import answer_win

        return answer_win(booking=booking, takes=False, by=by)
    _end(booking, State.LAPSED)
    lapse_offer(booking, declined=True)
    record(booking, "booking.let_go", by)
    _give_back(booking)
    return booking


# The words of the partial index, which a parameter would not be.
_STALE = Prepared(
    lambda: Booking.objects.filter(
        slot_id=Given("slot", UUIDField()), held_until__lte=Given("now", DateTimeField())
    ).extra(where=["booking_booking.state = 'held'"])
)


def has_stale(slot: Any) -> bool:
    """Whether a hold of this slot ran out and nobody has ended it: asked by everybody who comes too late."""
    return _STALE.first(slot=slot, now=clock.now()) is not None


@writes
def lapse_stale(
    *, slot: Any = None, bookings: Iterable[Any] | None = None, by: Actor = SYSTEM, limit: int = 200
) -> int:
    """End holds whose time ran out: of one slot, of these bookings, or all. Returns how many."""
    stale: QuerySet[Booking] = Booking.objects.stale(clock.now()).select_related("area", "resource__site")
    if slot is not None:
        stale = stale.filter(slot_id=slot)
    if bookings is not None:
        stale = stale.filter(pk__in=list(bookings))
    lapsed = 0
    for booking in stale.order_by("held_until", "pk")[:limit]:
        try:
            _end(booking, State.LAPSED)
        except SomebodyWasFaster:
            continue
        lapse_offer(booking)
        record(booking, "booking.lapsed", SYSTEM)
        _give_back(booking)
        lapsed += 1
    return lapsed


def _end(booking: Booking, state: State, **facts: Any) -> None:
    """Compare and set: of two who end it at once one does. `once` is free again with it."""
    now = clock.now()
    mine = Booking.objects.filter(pk=booking.pk, state=booking.state, version=booking.version)
    if state == State.LAPSED:
        mine = mine.filter(state=State.HELD)
    if not mine.update(state=state, ended_at=now, held_until=None, version=F("version") + 1, **facts):
        raise SomebodyWasFaster
    booking.refresh_from_db(fields=["state", "ended_at", "held_until", "version", *facts])


def _give_back(booking: Booking) -> None:
    if booking.slot_id is not None:
        places.give_counts(booking.slot_id, booking.takes)
    else:
        places.drop_claims(booking)
    offer_freed(booking)


@writes
def mark_attended(*, booking: Booking, by: Actor) -> Booking:
    """They came."""
    return _mark(booking, State.ATTENDED, by)


@writes
def mark_no_show(*, booking: Booking, by: Actor) -> Booking:
    """They did not."""
    return _mark(booking, State.NO_SHOW, by)


@writes
def mark_arrived(*, booking: Booking, by: Actor, counter: str | None = None) -> Booking:
    """They checked in, `counter` being the division they came to. Twice is once; staff may still say otherwise later.

    Raises BookingOver when it is only held, or was cancelled meanwhile, NotAllowed.
    """
    if not rules.may_mark_arrived(by, booking, counter):
        raise NotAllowed
    if Booking.objects.filter(pk=booking.pk, state=State.BOOKED).update(
        state=State.ATTENDED, version=F("version") + 1
    ):
        booking.refresh_from_db()
        record(booking, "booking.attended", by)
        return booking
    booking.refresh_from_db()
    if booking.state != State.ATTENDED:
        raise BookingOver
    return booking


def _mark(booking: Booking, state: State, by: Actor) -> Booking:
    rules.check_works_at(by, booking.area, booking.resource.site)
    known = (State.BOOKED, State.ATTENDED, State.NO_SHOW)
    mine = Booking.objects.filter(pk=booking.pk, state__in=known, version=booking.version)
    # Who did not come gave the number back that may be had once: somebody may have it again by now.
    once = {"once": ""} if booking.state == State.NO_SHOW else {}
    if not mine.update(state=state, version=F("version") + 1, **once):
        raise SomebodyWasFaster
    booking.refresh_from_db()
    record(booking, f"booking.{state}", by)
    return booking


@writes
def mark_paid(*, booking: Booking, by: Actor) -> Booking:
    """The fee was received at the counter. (Payments will settle it by themselves where they run.)"""
    return _pay(booking, Paid.UNPAID, Paid.PAID, by)


@writes
def mark_refunded(*, booking: Booking, by: Actor) -> Booking:
    """What was due was handed back."""
    return _pay(booking, Paid.REFUND_DUE, Paid.REFUNDED, by)


def _pay(booking: Booking, was: Paid, becomes: Paid, by: Actor) -> Booking:
    rules.check_works_at(by, booking.area, booking.resource.site)
    if not Booking.objects.filter(pk=booking.pk, paid=was).update(paid=becomes, version=F("version") + 1):
        raise SomebodyWasFaster
    booking.refresh_from_db()
    record(booking, f"booking.{becomes}", by)
    return booking

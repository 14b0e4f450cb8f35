"""A slot is shut, opened again, called off, or given another capacity."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import rules
from ..desk_errors import (
    AffectedChanged,
    CapacityBelowTaken,
    CapacityUnclear,
    EventNotApproved,
    ReasonNeeded,
    SlotOver,
)
from ..errors import BookingOver
from ..models import OPEN, Booking, Count, EventPlan, Slot, SlotState, Waiting, WaitState
from .giving_back import cancel
from .waiting import lapse_offer, offer_slot

MOST = 10_000


@writes
def shut_slot(*, slot: Slot, why: str, by: Actor) -> Slot:
    """Nothing more is booked; who is in it stays. Raises SlotOver, ReasonNeeded, NotAllowed."""
    return _turn(slot, SlotState.SHUT, _reason(why), by)


@writes
def reopen_slot(*, slot: Slot, by: Actor) -> Slot:
    """It can be booked again; who waits is offered what is free. Raises SlotOver, EventNotApproved, NotAllowed."""
    if EventPlan.objects.filter(slot=slot).exclude(state=EventPlan.State.OPEN).exists():
        raise EventNotApproved
    slot = _turn(slot, SlotState.OPEN, "", by)
    offer_slot(slot.pk)
    return slot


@writes
def call_off_slot(*, slot: Slot, why: str, seen: Collection[Any], by: Actor) -> Slot:
    """It does not take place: those `seen` are cancelled by the city with their whole fee, and told.

    The counts are closed first: nobody slips in behind. Raises AffectedChanged, SlotOver, ReasonNeeded, NotAllowed.
    """
    why = _reason(why)
    slot = _turn(slot, SlotState.CANCELLED, why, by)
    rows = Booking.objects.filter(slot=slot, state__in=OPEN).order_by("pk")
    affected = list(rows.select_related("area", "resource__site", "slot"))
    if {str(one.pk) for one in affected} != {str(one) for one in seen}:
        raise AffectedChanged
    try:
        for booking in affected:
            cancel(booking=booking, by=by, why=why, by_city=True)
            lapse_offer(booking)
    except (BookingOver, SomebodyWasFaster) as error:
        raise AffectedChanged from error
    Waiting.objects.filter(slot=slot, state=WaitState.WAITING).update(
        state=WaitState.LAPSED, ended_at=clock.now()
    )
    return slot


def _turn(slot: Slot, state: SlotState, why: str, by: Actor) -> Slot:
    rules.check_works_at(by, slot.resource.area, slot.resource.site)
    standing = Slot.objects.filter(pk=slot.pk).exclude(state=SlotState.CANCELLED)
    if not standing.update(state=state, why=why, version=F("version") + 1):
        raise SlotOver
    Count.objects.filter(slot=slot).update(is_open=state == SlotState.OPEN, changes=F("changes") + 1)
    slot.refresh_from_db(fields=["state", "why", "version"])
    audit.record(f"booking.slot_{state}", slot.ref, by=by)
    return slot


def _reason(why: str) -> str:
    why = why.strip()[:300]
    refuse_my_number(why)
    if not why:
        raise ReasonNeeded
    return why


@writes
def change_capacity(*, slot: Slot, capacities: Mapping[str, int], by: Actor) -> Slot:
    """More or fewer places, never fewer than are taken; what is new goes to who waits.

    Raises CapacityBelowTaken, CapacityUnclear, SlotOver, NotAllowed.
    """
    rules.check_works_at(by, slot.resource.area, slot.resource.site)
    if any(not 0 <= number <= MOST for number in capacities.values()):
        raise CapacityUnclear
    standing = Slot.objects.filter(pk=slot.pk).exclude(state=SlotState.CANCELLED)
    # From now on it is staff who said so: the timetable leaves it alone.
    if not standing.update(origin="staff", version=F("version") + 1):
        raise SlotOver
    for kind in sorted(capacities):
        rows = Count.objects.filter(slot=slot, kind=kind)
        fits = rows.filter(taken__lte=capacities[kind])
        if not fits.update(capacity=capacities[kind], changes=F("changes") + 1) and (left := rows.first()):
            raise CapacityBelowTaken(taken=left.taken)
    audit.record("booking.capacity_changed", slot.ref, by=by, facts=dict(capacities))
    slot.refresh_from_db()
    offer_slot(slot.pk)
    return slot

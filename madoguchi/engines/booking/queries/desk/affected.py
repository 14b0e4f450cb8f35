"""Whom it meets when the city takes a time back: before a repair, before rain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from ... import rules
from ...models import OPEN, Area, Block, Booking, Claim, Import, Resource, Series, State
from ...times import DAY, at


def bookings_on(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> list[Booking]:
    """Bookings and holds that use a part of the resource in that time, oldest time first.

    Who only has it cleaned then is not among them: cleaning gives way to nobody, and nobody is sent away for it.
    """
    now = clock.now()
    claims = Claim.objects.filter(
        unit__in=resource.units.all(),
        cell__gt=starts_at - dt.timedelta(hours=1),
        cell__lt=ends_at,
        is_cleaning=False,
        booking__isnull=False,
    )
    rows = Booking.objects.filter(
        Q(state=State.BOOKED) | Q(state=State.HELD, held_until__gt=now),
        pk__in=claims.values("booking"),
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    )
    return list(
        rows.select_related("area", "resource__site", "resource__area", "slot").order_by("starts_at", "pk")
    )


def blocks_of(actor: Actor, area: Area) -> list[Block]:
    """What is kept back from now on, soonest first. One query."""
    rows = Block.objects.filter(resource__area=area, lifted_at=None, ends_at__gt=clock.now())
    found = rows.select_related("resource__site", "resource__area")
    return [one for one in found if rules.works_at(actor, area, one.resource.site)]


def block_for(actor: Actor, block_id: Any) -> Block:
    """A block of the actor's area or site. Raises NotFound."""
    rows = Block.objects.select_related("resource__area", "resource__site")
    found = rows.filter(pk=str(block_id)).first() if is_id(str(block_id)) else None
    if found is None or not rules.works_at(actor, found.resource.area, found.resource.site):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class ToSwitch:
    """A booking that has an alternative for a rainy day."""

    booking: Booking
    instead: Resource


def to_switch(actor: Actor, area: Area, day: dt.date) -> list[ToSwitch]:
    """The bookings of that day which name an alternative. Two queries."""
    begins = at(day, 0)
    rows = Booking.objects.filter(
        area=area, state=State.BOOKED, starts_at__gte=begins, starts_at__lt=begins + DAY
    ).exclude(resource__facts__instead=None)
    bookings = list(
        rows.select_related("area", "resource__site", "resource__area").order_by("starts_at", "pk")
    )
    others = {one.key: one for one in Resource.objects.filter(area=area, withdrawn_at=None)}
    return [
        ToSwitch(booking, others[booking.resource.facts["instead"]])
        for booking in bookings
        if booking.resource.facts.get("instead") in others
        and rules.works_at(actor, area, booking.resource.site)
    ]


def has_alternatives(resources: list[Resource]) -> bool:
    """Whether anything there can be changed to something else on a rainy day."""
    return any(one.facts.get("instead") for one in resources)


def series_for(actor: Actor, series_id: Any) -> Series:
    """A series of the actor's area or site. Raises NotFound."""
    rows = Series.objects.select_related("resource__area__definition", "resource__site")
    found = rows.filter(pk=str(series_id)).first() if is_id(str(series_id)) else None
    if found is None or not rules.works_at(actor, found.resource.area, found.resource.site):
        raise NotFound
    return found


def rest_of(series: Series) -> list[Booking]:
    """What of a series is still to come."""
    rows = series.bookings.filter(state__in=OPEN, starts_at__gt=clock.now())
    return list(rows.select_related("area", "resource__site", "slot").order_by("starts_at"))


def imports_of(area: Area) -> list[Import]:
    return list(Import.objects.filter(area=area)[:50])


def import_for(actor: Actor, import_id: Any) -> Import:
    """A file taken into an area of the actor's division. Raises NotFound."""
    rows = Import.objects.select_related("area__definition")
    found = rows.filter(pk=str(import_id)).first() if is_id(str(import_id)) else None
    if found is None or not rules.works_at(actor, found.area):
        raise NotFound
    return found

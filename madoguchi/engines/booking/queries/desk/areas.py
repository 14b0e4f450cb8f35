"""Which bookings are a member of staff's work, and how much of it there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Q, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ...area_rules import rules_of
from ...models import Area, Booking, Channel, Paid, Resource, Site, State
from ...rules import DESK, works_at
from ...shape import AreaFile
from ...times import at

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AreaSeen:
    """One kind of booking on the list of the desk."""

    area: Area
    said: AreaFile
    today: int
    coming: int
    refunds: int

    @property
    def title(self) -> str:
        return self.said.title


def divisions_of(actor: Actor) -> frozenset[str]:
    """The divisions whose bookings they work on."""
    return actor.divisions_as(*DESK) if actor.is_staff else frozenset()


def _mine(actor: Actor) -> QuerySet[Area]:
    mine = divisions_of(actor)
    here = Resource.objects.filter(site__division__in=mine).values("area")
    return Area.objects.filter(Q(division__in=mine) | Q(pk__in=here), withdrawn_at=None)


def my_bookings(actor: Actor) -> QuerySet[Booking]:
    """The bookings of the actor's areas, and of the sites their division looks after."""
    mine = divisions_of(actor)
    return Booking.objects.filter(Q(area__division__in=mine) | Q(resource__site__division__in=mine))


def areas_of(actor: Actor) -> list[AreaSeen]:
    """The areas somebody works in, with what today holds. Two queries."""
    areas = list(_mine(actor))
    since = at(clock.today(), 0)
    today = Q(starts_at__gte=since, starts_at__lt=since + DAY, state__in=(State.BOOKED, State.ATTENDED))
    counts: dict[Any, Any] = {
        row["area"]: row
        for row in my_bookings(actor)
        .filter(Q(starts_at__gte=since) | Q(paid=Paid.REFUND_DUE), area__in=areas)
        .order_by()
        .values("area")
        .annotate(
            today=CountOf("pk", filter=today),
            coming=CountOf("pk", filter=Q(state=State.BOOKED, starts_at__gte=since)),
            refunds=CountOf("pk", filter=Q(paid=Paid.REFUND_DUE)),
        )
    }
    return [_seen(area, counts.get(area.pk, {})) for area in areas]


def _seen(area: Area, counts: Mapping[str, Any]) -> AreaSeen:
    said = rules_of(area.definition_id).said
    return AreaSeen(area, said, counts.get("today", 0), counts.get("coming", 0), counts.get("refunds", 0))


def said_of(area: Area) -> AreaFile:
    """The rules of an area as its pack says them, in Japanese."""
    return rules_of(area.definition_id).said


def titles_of(areas: Iterable[Area]) -> dict[Any, str]:
    """How areas are called, by primary key."""
    return {area.pk: rules_of(area.definition_id).said.title for area in areas}


def works_in_booking(actor: Actor) -> bool:
    """Whether any area is theirs. One cheap query."""
    return bool(divisions_of(actor)) and _mine(actor).exists()


def today_count(actor: Actor) -> int:
    """How many come today. One query."""
    since = at(clock.today(), 0)
    coming = my_bookings(actor).filter(starts_at__gte=since, starts_at__lt=since + DAY, state=State.BOOKED)
    return coming.count() if divisions_of(actor) else 0


def area_for(actor: Actor, key: str) -> Area:
    """An area somebody works in, whole or at a site. Not there and not theirs are the same. Raises NotFound."""
    found = _mine(actor).filter(key=key).select_related("definition", "division").first()
    if found is None:
        raise NotFound
    return found


def runs(actor: Actor, area: Area) -> bool:
    """Whether the area itself is theirs, not only a site of it."""
    return works_at(actor, area)


def area_run_by(actor: Actor, key: str) -> Area:
    """An area of the actor's own division: its imports. Raises NotFound."""
    found = area_for(actor, key)
    if not runs(actor, found):
        raise NotFound
    return found


def resources_of(actor: Actor, area: Area) -> list[Resource]:
    """What they book there: all of the area's, or those of their site. Two queries."""
    rows = Resource.objects.filter(area=area, withdrawn_at=None)
    if not runs(actor, area):
        rows = rows.filter(site__division__in=divisions_of(actor))
    found = rows.select_related("site", "area").prefetch_related("units").order_by("site__order", "site__key")
    return sorted(found, key=lambda one: (one.site.order, one.site.key, one.order, one.key))


def sites_among(resources: list[Resource]) -> list[Site]:
    """The sites of these, each once, in their order."""
    return list({one.site_id: one.site for one in resources}.values())


def resource_for(actor: Actor, area: Area, resource_id: Any) -> Resource:
    """One of them. Raises NotFound."""
    for one in resources_of(actor, area):
        if str(one.pk) == str(resource_id):
            return one
    raise NotFound


@dataclass(frozen=True, slots=True)
class ByChannel:
    """How many were booked by one way."""

    channel: str
    name: str
    count: int


def channel_counts(actor: Actor, area: Area, *, days: int = 90) -> list[ByChannel]:
    """By which ways the bookings of the last days came. One query."""
    since = clock.now() - dt.timedelta(days=days)
    rows = (
        my_bookings(actor)
        .filter(area=area, made_at__gte=since)
        .order_by()
        .values_list("channel")
        .annotate(n=CountOf("pk"))
    )
    found = dict(rows)
    return [ByChannel(one.value, str(one.label), found[one.value]) for one in Channel if one.value in found]

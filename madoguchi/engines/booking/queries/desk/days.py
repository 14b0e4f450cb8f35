"""The calendar of an area: slots with what is taken of them, units as a grid. Numbers only, no names."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count as CountOf
from django.db.models import Q

from madoguchi.kernel import clock

from ... import places
from ...area_rules import rules_of
from ...models import (
    ACTIVE,
    Area,
    Block,
    Booking,
    Claim,
    Count,
    Mode,
    Resource,
    Site,
    Slot,
    SlotState,
    Waiting,
    WaitState,
)
from ...shape import AreaFile
from ...times import Offered, at, offered_on
from .marks import Mark, mark_of

DAY = dt.timedelta(days=1)
MOST_SLOTS = 400
COUNTS = {
    "places": "定員",
    "points": "職員の手",
    "venue": Mode.VENUE.label,
    "online": Mode.ONLINE.label,
    "visit": Mode.VISIT.label,
}


def count_name(kind: str) -> str:
    """定員, オンライン …; its own name where nobody gave it one."""
    return str(COUNTS.get(kind, kind))


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """One time with its counts and the bookings in it."""

    slot: Slot
    counts: list[tuple[str, Count]]
    bookings: list[tuple[Mark, Booking]]
    waiting: int
    is_over: bool
    is_begun: bool

    @property
    def is_awaited(self) -> bool:
        """Somebody comes, and it has not begun."""
        return any(mark == Mark.BOOKED for mark, _booking in self.bookings)

    @property
    def may_book(self) -> bool:
        return self.slot.state == SlotState.OPEN and not self.is_over


@dataclass(frozen=True, slots=True)
class Cell:
    """One offered time of one resource: free, or whose."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str  # free | booked | held | cleaning | blocked | over
    booking: Booking | None = None
    block: Block | None = None
    mark: Mark | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Taken by a booking of a resource that shares a part with this one."""
        return self.booking is not None and self.state in ("booked", "held")


@dataclass(frozen=True, slots=True)
class Grid:
    """The day of one site: a row for each time, a column for each resource."""

    site: Site
    resources: list[Resource]
    rows: list[tuple[Offered, list[Cell | None]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WeekDay:
    day: dt.date
    booked: int
    free: int
    blocked: int
    # Who comes first of those whose time has not begun.
    awaited: Booking | None = None

    @property
    def times(self) -> int:
        return self.booked + self.free + self.blocked

    @property
    def is_full(self) -> bool:
        return bool(self.booked) and not self.free


def slots_seen(
    resources: Sequence[Resource], since: dt.date, days: int
) -> list[tuple[dt.date, list[SlotSeen]]]:
    """The slots of these days, day by day. Four queries."""
    begins = at(since, 0)
    found = list(
        Slot.objects.filter(resource__in=resources, starts_at__gte=begins, starts_at__lt=begins + DAY * days)
        .annotate(waiting_now=CountOf("waiting", filter=Q(waiting__state=WaitState.WAITING)))
        .prefetch_related("counts")
        .order_by("starts_at", "resource__order", "pk")[:MOST_SLOTS]
    )
    known = {one.pk: one for one in resources}
    bookings = defaultdict(list)
    rows = Booking.objects.filter(slot__in=found, state__in=ACTIVE).order_by("made_at", "pk")
    for booking in rows:
        bookings[booking.slot_id].append(booking)
    out: dict[dt.date, list[SlotSeen]] = defaultdict(list)
    now = clock.now()
    for slot in found:
        slot.resource = known[slot.resource_id]
        seen = SlotSeen(
            slot,
            [(count_name(one.kind), one) for one in slot.counts.all()],
            [(mark_of(one, now), one) for one in bookings[slot.pk]],
            slot.waiting_now,
            slot.ends_at <= now,
            slot.starts_at <= now,
        )
        out[clock.in_city(slot.starts_at).date()].append(seen)
    return list(out.items())


def grids_of(area: Area, resources: Sequence[Resource], day: dt.date) -> list[Grid]:
    """The day as a grid, site by site. One query."""
    said = rules_of(area.definition_id).said
    claims = _claims(resources, day, 1)
    grids: dict[object, Grid] = {}
    for resource in resources:
        grids.setdefault(resource.site_id, Grid(resource.site, [])).resources.append(resource)
    now = clock.now()
    for grid in grids.values():
        times = {
            resource.pk: {(one.starts_at, one.ends_at): one for one in offered_on(said, resource, day)}
            for resource in grid.resources
        }
        every = {pair: one for offered in times.values() for pair, one in offered.items()}
        for pair in sorted(every):
            cells = [
                _cell(said, resource, every[pair], claims, now) if pair in times[resource.pk] else None
                for resource in grid.resources
            ]
            grid.rows.append((every[pair], cells))
    return list(grids.values())


def waiting_on(resources: Sequence[Resource], day: dt.date) -> list[Waiting]:
    """Who waits for a time of these on that day, in the order of each line. One query."""
    begins = at(day, 0)
    rows = Waiting.objects.filter(
        resource__in=list(resources),
        slot=None,
        starts_at__gte=begins,
        starts_at__lt=begins + DAY,
        state__in=(WaitState.WAITING, WaitState.OFFERED),
    )
    return list(rows.select_related("resource").order_by("starts_at", "resource__order", "number"))


def week_of(
    area: Area, resources: Sequence[Resource], since: dt.date
) -> list[tuple[Resource, list[WeekDay]]]:
    """How full each resource is on seven days. One query."""
    said, now = rules_of(area.definition_id).said, clock.now()
    claims = _claims(resources, since, 7)
    out = []
    for resource in resources:
        days = []
        for day in (since + DAY * step for step in range(7)):
            cells = [_cell(said, resource, one, claims, now) for one in offered_on(said, resource, day)]
            days.append(
                WeekDay(
                    day,
                    booked=len({one.booking.pk for one in cells if one.booking and one.is_elsewhere}),
                    free=sum(one.state == "free" for one in cells),
                    blocked=sum(one.state == "blocked" for one in cells),
                    awaited=_first_awaited(area, cells),
                )
            )
        out.append((resource, days))
    return out


def _first_awaited(area: Area, cells: Iterable[Cell]) -> Booking | None:
    """Of the area itself: what shares a part with it may be another division's."""
    rows = [one.booking for one in cells if one.booking is not None and one.mark == Mark.BOOKED]
    return min(
        (one for one in rows if one.area_id == area.pk),
        key=lambda one: (one.starts_at, one.receipt),
        default=None,
    )


def next_in(area: Area, grids: Iterable[Grid]) -> Booking | None:
    """Who comes next on that day."""
    return _first_awaited(
        area,
        (cell for grid in grids for _time, cells in grid.rows for cell in cells if cell is not None),
    )


def _claims(
    resources: Sequence[Resource], since: dt.date, days: int
) -> dict[tuple[object, dt.datetime], Claim]:
    units = {unit.pk for resource in resources for unit in resource.units.all()}
    # Cleaning reaches over midnight: four hours on either side.
    begins, ends = at(since, 0) - dt.timedelta(hours=4), at(since, 0) + DAY * days + dt.timedelta(hours=4)
    rows = Claim.objects.filter(unit__in=units, cell__gte=begins, cell__lt=ends)
    found = rows.select_related("booking__resource", "block")
    return {(one.unit_id, one.cell): one for one in found}


def _cell(
    said: AreaFile,
    resource: Resource,
    offered: Offered,
    claims: dict[tuple[object, dt.datetime], Claim],
    now: dt.datetime,
) -> Cell:
    wanted = places.wanted_cells(resource, offered.starts_at, offered.ends_at, said.cleaning)
    mine = [
        (claims[unit.pk, cell], is_cleaning)
        for unit, cell, is_cleaning in wanted
        if (unit.pk, cell) in claims
    ]
    times = (offered.starts_at, offered.ends_at)
    # What stands in the time itself says more than what stands where it would be cleaned.
    for claim, is_cleaning in sorted(mine, key=lambda one: (one[1], one[0].is_cleaning)):
        if claim.block is not None and not is_cleaning:
            return Cell(*times, "blocked", block=claim.block)
        if claim.booking is not None:
            if is_cleaning or claim.is_cleaning:
                return Cell(*times, "cleaning", booking=claim.booking)
            state = "held" if claim.booking.state == "held" else "booked"
            return Cell(*times, state, booking=claim.booking, mark=mark_of(claim.booking, now))
        return Cell(*times, "cleaning", block=claim.block)
    return Cell(*times, "over" if offered.ends_at <= now else "free")


def day_list(resources: Iterable[Resource], day: dt.date) -> list[Booking]:
    """Who comes that day, by time: for the list on paper. One query."""
    begins = at(day, 0)
    rows = Booking.objects.filter(
        resource__in=list(resources), starts_at__gte=begins, starts_at__lt=begins + DAY, state__in=ACTIVE
    )
    found = rows.exclude(state="held").select_related(
        "resource__site", "party__key", "person__key", "area", "key"
    )
    return list(found.order_by("starts_at", "resource__order", "receipt"))

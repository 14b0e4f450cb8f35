"""What is free: each time that can be booked with its state, from counts or cells, in one query for a whole range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Max, Sum
from django.db.models import Count as CountOf
from django.db.models.functions import Cast

from madoguchi.kernel import clock

from .. import places
from ..area_rules import rules_of
from ..models import Area, Claim, Count, EventPlan, Kind, Resource, Slot, SlotState
from ..shape import AreaFile
from ..times import DAY, Offered, at, closes_at, offered_on, opens_at


class Free(StrEnum):
    """How a time stands. The first two can be booked now, the third can be waited for."""

    FREE = "free"
    FEW = "few"
    FULL = "full"
    NOT_YET = "not_yet"
    OVER = "over"
    SHUT = "shut"


SIGNS = {Free.FREE: "○", Free.FEW: "△", Free.FULL: "×"}
# △ from so many left on, or when so small a part is left.
FEW_LEFT, FEW_PART = 2, 5


@dataclass(frozen=True, slots=True)
class Time:
    """One time of one resource. `left` is what is left of what one booking takes first; `lefts` by mode where there are several."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: Free
    left: int
    slot: Slot | None = None
    lefts: tuple[tuple[str, int], ...] = ()
    opens_at: dt.datetime | None = None
    key: str = ""  # of the period, where the day has periods
    yen: int | None = None

    @property
    def sign(self) -> str:
        """○ △ ×, or － where nothing can be asked for."""
        return SIGNS.get(self.state, "－")

    @property
    def is_free(self) -> bool:
        return self.state in (Free.FREE, Free.FEW)

    @property
    def day(self) -> dt.date:
        return clock.in_city(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one resource in short."""

    on: dt.date
    state: Free
    times: tuple[Time, ...]

    @property
    def sign(self) -> str:
        return SIGNS.get(self.state, "－")

    @property
    def is_free(self) -> bool:
        return self.state in (Free.FREE, Free.FEW)


# An event that is not approved is nobody's business yet.
NOT_PUBLIC = (EventPlan.State.DRAFT, EventPlan.State.ASKED)


def times(area: Area, resources: Sequence[Resource], since: dt.date, until: dt.date) -> list[Time]:
    """Every time of `resources` from the day `since` until before the day `until`, earliest first. One query.

    Of units the resources come with their units fetched (`public.resources` does).
    """
    of = _units if area.kind == Kind.UNITS else _slots
    return of(area, resources, at(since, 0), at(until, 0))


def days(found: Iterable[Time], since: dt.date, number: int = 7) -> list[Day]:
    """The times of one resource, day by day; a day without any is there too."""
    by_day: dict[dt.date, list[Time]] = {since + DAY * n: [] for n in range(number)}
    for one in found:
        if one.day in by_day:
            by_day[one.day].append(one)
    return [Day(on, _best(of), tuple(of)) for on, of in by_day.items()]


def _best(found: Sequence[Time]) -> Free:
    """A day is as free as its freest time; few only when all that is left is few."""
    states = {one.state for one in found}
    for state in (Free.FREE, Free.FEW, Free.FULL, Free.NOT_YET, Free.OVER):
        if state in states:
            return state
    return Free.SHUT


def when(said: AreaFile, starts_at: dt.datetime, now: dt.datetime) -> Free | None:
    """Whether it is too early or too late to ask for it; None while it may be asked for."""
    if now >= closes_at(said.closes, starts_at):
        return Free.OVER
    return Free.NOT_YET if now < opens_at(said.opens, starts_at) else None


def slot_time(slot: Slot, counts: Sequence[Count] | None = None) -> Time:
    """How one slot stands. One query where its counts are not given."""
    found = rules_of(slot.resource.area.definition_id).said
    return _of_slot(found, slot, list(slot.counts.all()) if counts is None else counts, clock.now())


def _slots(area: Area, resources: Sequence[Resource], since: dt.datetime, until: dt.datetime) -> list[Time]:
    said, now = rules_of(area.definition_id).said, clock.now()
    by_id = {resource.pk: resource for resource in resources}
    rows = (
        Count.objects.filter(
            slot__resource__in=list(by_id), slot__starts_at__gte=since, slot__starts_at__lt=until
        )
        .exclude(slot__plan__state__in=NOT_PUBLIC)
        .select_related("slot")
    )
    counted: dict[Any, list[Count]] = {}
    for row in rows.order_by("slot__starts_at", "pk"):
        counted.setdefault(row.slot_id, []).append(row)
    found = []
    for of in counted.values():
        slot = of[0].slot
        slot.resource = by_id[slot.resource_id]
        found.append(_of_slot(said, slot, of, now))
    return found


def _of_slot(said: AreaFile, slot: Slot, counts: Sequence[Count], now: dt.datetime) -> Time:
    left = {count.kind: (count.capacity - count.taken) if count.is_open else 0 for count in counts}
    most = {count.kind: count.capacity for count in counts}
    always = [rule.count for rule in said.takes if not rule.mode]
    by_mode = tuple((rule.mode, left.get(rule.count, 0)) for rule in said.takes if rule.mode)
    first = always[0] if always else ""
    number = left.get(first, 0) if first else sum(n for _mode, n in by_mode)
    if any(left.get(kind, 0) <= 0 for kind in always):
        # Places may be left that nobody can look after: then nothing is left.
        number = 0
    whole = most.get(first, 0) if first else sum(most.get(rule.count, 0) for rule in said.takes)
    state = when(said, slot.starts_at, now) or _how_much(number, whole)
    if slot.state != SlotState.OPEN or not any(count.is_open for count in counts):
        state = Free.SHUT
    return Time(
        resource=slot.resource,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=state,
        left=number,
        slot=slot,
        lefts=by_mode,
        opens_at=opens_at(said.opens, slot.starts_at) if state == Free.NOT_YET else None,
    )


def _how_much(left: int, whole: int) -> Free:
    if left <= 0:
        return Free.FULL
    return Free.FEW if left < whole and (left <= FEW_LEFT or left * FEW_PART <= whole) else Free.FREE


def _units(area: Area, resources: Sequence[Resource], since: dt.datetime, until: dt.datetime) -> list[Time]:
    said, now = rules_of(area.definition_id).said, clock.now()
    taken = taken_cells(resources, since, until)
    found = []
    day = clock.in_city(since).date()
    while at(day, 0) < until:
        for resource in resources:
            for one in offered_on(said, resource, day):
                found.append(_of_unit(said, resource, one, taken, now))
        day += DAY
    return sorted(found, key=lambda one: one.starts_at)


def taken_cells(
    resources: Sequence[Resource], since: dt.datetime, until: dt.datetime
) -> frozenset[tuple[Any, dt.datetime]]:
    """(unit, cell) of what is somebody's there. One query."""
    units = {unit.pk for resource in resources for unit in resource.units.all()}
    # Cleaning before and after reaches over the edge of the range by at most a few hours.
    rows = Claim.objects.filter(
        unit__in=units, cell__gte=since - dt.timedelta(hours=4), cell__lt=until + dt.timedelta(hours=4)
    )
    return frozenset(rows.values_list("unit_id", "cell"))


def _of_unit(
    said: AreaFile, resource: Resource, one: Offered, taken: frozenset[Any], now: dt.datetime
) -> Time:
    state = when(said, one.starts_at, now)
    left = 0 if state else int(is_unit_free(said, resource, one.starts_at, one.ends_at, taken))
    return Time(
        resource=resource,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        state=state or (Free.FREE if left else Free.FULL),
        left=left,
        opens_at=opens_at(said.opens, one.starts_at) if state == Free.NOT_YET else None,
        key=one.key,
        yen=one.yen,
    )


def is_unit_free(
    said: AreaFile, resource: Resource, since: dt.datetime, until: dt.datetime, taken: frozenset[Any]
) -> bool:
    """Whether every cell of that time, cleaning included, is nobody's."""
    wanted = places.wanted_cells(resource, since, until, said.cleaning)
    return not any((unit.pk, cell) in taken for unit, cell, _cleaning in wanted)


def stand(area: Area, since: dt.date, until: dt.date) -> str:
    """What changes whenever anything in that range is taken or given back: for an ETag. One query without a row read."""
    first, last = at(since, 0), at(until, 0)
    if area.kind == Kind.UNITS:
        claims = Claim.objects.filter(unit__resources__area=area, cell__gte=first, cell__lt=last)
        # Ids rise with time; PostgreSQL has no max(uuid), so it is asked of their letters.
        seen = claims.aggregate(n=CountOf("pk"), last=Max(Cast("pk", CharField())))
    else:
        counts = Count.objects.filter(
            slot__resource__area=area, slot__starts_at__gte=first, slot__starts_at__lt=last
        )
        seen = counts.aggregate(
            n=CountOf("pk"), changes=Sum("changes"), most=Sum("capacity"), versions=Sum("slot__version")
        )
    return "-".join(str(value) for value in seen.values())

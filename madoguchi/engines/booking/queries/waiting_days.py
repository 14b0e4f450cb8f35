"""申込日→受診日: how long people wait from asking to being examined, for each check-up."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Min, Q

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import (
    fiscal_label,
    fiscal_year,
    fiscal_year_end,
    fiscal_year_start,
    plus_months,
)
from madoguchi.kernel.packs.queries import texts

from ..models import Area, Booking, Resource, State, Waiting

# The plan says of the time before it: 「申込みから受診まで2か月かかることもある」 (1-1③).
MONTHS = 2
COUNTED = (State.BOOKED, State.ATTENDED, State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Wait:
    """One booking: when it was asked for, when it is."""

    asked_on: dt.date
    on: dt.date

    @property
    def days(self) -> int:
        return (self.on - self.asked_on).days

    @property
    def is_long(self) -> bool:
        """Later than the same day two months on."""
        return self.on > plus_months(self.asked_on, MONTHS)


@dataclass(frozen=True, slots=True)
class Line:
    """One check-up (or one thing that is booked, where there are no check-ups)."""

    key: str
    title: str
    n: int
    median: float
    longest: int
    over: int

    @property
    def is_over(self) -> bool:
        return self.over > 0


@dataclass(frozen=True, slots=True)
class Report:
    """A fiscal year of one area, by check-up; `whole` is None while nobody booked."""

    since: dt.date
    until: dt.date
    lines: list[Line]
    whole: Line | None

    @property
    def year(self) -> int:
        return fiscal_year(self.since)


def report(area: Area, on: dt.date | None = None) -> Report:
    """The bookings asked for in the fiscal year of `on`, up to that day. Three queries."""
    on = on or clock.today()
    since, until = fiscal_year_start(on), min(on, fiscal_year_end(on))
    named: dict[str, list[Wait]] = defaultdict(list)
    titles: dict[str, str] = {}
    for resource, wait in _waits(Booking.objects.filter(area=area), since, until):
        key, titles[key] = name_of(resource)
        named[key].append(wait)
    lines = [_line(key, titles[key], waits) for key, waits in sorted(named.items())]
    every = [wait for waits in named.values() for wait in waits]
    whole = _line("", texts(area.definition).get("title", area.key), every) if every else None
    return Report(since, until, lines, whole)


def years(area: Area) -> list[tuple[int, str]]:
    """The fiscal years in which anything was asked for, the newest first. One query."""
    moments = Booking.objects.filter(area=area).aggregate(first=Min("made_at"))
    newest = fiscal_year(clock.today())
    oldest = fiscal_year(clock.in_city(moments["first"]).date()) if moments["first"] else newest
    return [(year, fiscal_label(year)) for year in range(newest, oldest - 1, -1)]


def name_of(resource: Resource) -> tuple[str, str]:
    """What is counted together: a check-up, wherever it is taken."""
    exam = resource.facts.get("exam")
    return (
        (str(exam), str(resource.facts.get("exam_title") or exam)) if exam else (resource.key, resource.name)
    )


def of_examinations(on: dt.date) -> dict[str, list[Wait]]:
    """By check-up, over every area that has check-ups: what the measure is made of."""
    found: dict[str, list[Wait]] = defaultdict(list)
    exams = Booking.objects.filter(resource__facts__has_key="exam")
    for resource, wait in _waits(exams, fiscal_year_start(on), on):
        found[name_of(resource)[1]].append(wait)
    return found


def _waits(bookings: object, since: dt.date, until: dt.date) -> Iterator[tuple[Resource, Wait]]:
    """Each booking that stands, from the day it was asked for. Who stood in line first asked on that day."""
    begins = dt.datetime.combine(since, dt.time(), tzinfo=clock.JST)
    ends = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    rows = bookings.filter(state__in=COUNTED, made_at__gte=begins, made_at__lt=ends)  # type: ignore[attr-defined]
    found = list(rows.order_by().values_list("pk", "resource_id", "made_at", "starts_at"))
    resources = Resource.objects.only("key", "name", "facts").in_bulk({row[1] for row in found})
    queued = _queued({row[0] for row in found})
    for pk, resource_id, made_at, starts_at in found:
        asked = min(made_at, queued.get(pk, made_at))
        yield resources[resource_id], Wait(clock.in_city(asked).date(), clock.in_city(starts_at).date())


def _queued(bookings: Iterable[object]) -> dict[object, dt.datetime]:
    if not bookings:
        return {}
    rows = Waiting.objects.filter(~Q(booking=None), state="taken").order_by()
    return dict(rows.values_list("booking_id").annotate(first=Min("asked_at")))


def _line(key: str, title: str, waits: list[Wait]) -> Line:
    days = [wait.days for wait in waits]
    over = sum(wait.is_long for wait in waits)
    return Line(key, title, len(days), statistics.median(days), max(days), over)

"""毎週・毎月: bookings made by one wish. What was taken is said, never left out silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dateutil.rrule import rrulestr

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import places, rules
from ..area_rules import rules_of
from ..desk_errors import NothingOfSeries, ReasonNeeded, SeriesNotOffered, SeriesUnclear
from ..errors import BookingOver, TimeTaken
from ..models import Booking, Channel, Series, State
from ..queries.desk.affected import rest_of
from ..wanting import Checked, Wanted, check
from .giving_back import cancel
from .taking import take

MOST, MOST_DAYS = 60, 400
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY = ("week", "two_weeks", "month_day", "month_weekday")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a series: free, or why not."""

    wanted: Wanted
    checked: Checked | None = None
    refusal: Refusal | None = None

    @property
    def is_free(self) -> bool:
        return self.refusal is None


def rule_for(every: str, first: dt.date, until: dt.date) -> str:
    """The RRULE (RFC 5545) of 毎週, 2週ごと, 毎月の同じ日, 毎月の同じ曜日. Raises SeriesUnclear."""
    if every not in EVERY or not first < until <= first + dt.timedelta(days=MOST_DAYS):
        raise SeriesUnclear
    weekday = WEEKDAYS[first.weekday()]
    said = {
        "week": f"FREQ=WEEKLY;BYDAY={weekday}",
        "two_weeks": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}",
        "month_day": f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
        "month_weekday": f"FREQ=MONTHLY;BYDAY=+{(first.day - 1) // 7 + 1}{weekday}",
    }
    return f"{said[every]};UNTIL={until:%Y%m%d}T235959"


def times_of(wanted: Wanted, rule: str) -> Iterator[Wanted]:
    """The same time on each of its days, the first one first."""
    # Japan's clock knows no summer time: the rule is walked by the wall clock and put back into the zone.
    begins = clock.in_city(wanted.starts_at).replace(tzinfo=None)
    lasts = wanted.ends_at - wanted.starts_at
    for number, at in enumerate(rrulestr(rule, dtstart=begins)):
        if number >= MOST:
            return
        starts_at = at.replace(tzinfo=clock.JST)
        yield replace(wanted, starts_at=starts_at, ends_at=starts_at + lasts)


def preview_series(
    *, wanted: Wanted, rule: str, party: Party, person: Party, by: Actor, channel: Channel | str
) -> list[Day]:
    """What would come of it now, day by day: nothing is taken yet. Raises SeriesNotOffered, NotAllowed."""
    _check_offered(wanted, by)
    return [_looked_at(one, party, person, by, channel) for one in times_of(wanted, rule)]


def _check_offered(wanted: Wanted, by: Actor) -> None:
    area = wanted.resource.area
    rules.check_works_at(by, area, wanted.resource.site)
    if wanted.slot is not None or not rules_of(area.definition_id).said.series:
        raise SeriesNotOffered


def _looked_at(wanted: Wanted, party: Party, person: Party, by: Actor, channel: Channel | str) -> Day:
    try:
        found = check(wanted=wanted, party=party, person=person, by=by, channel=channel)
    except Refusal as refusal:
        return Day(wanted, refusal=refusal)
    cells = places.wanted_cells(wanted.resource, wanted.starts_at, wanted.ends_at, found.rules.said.cleaning)
    taken = places.taken_among(cells)
    now = clock.now()
    if any(one.block_id or not _is_stale(one.booking, now) for one in taken):
        return Day(wanted, found, TimeTaken())
    return Day(wanted, found)


def _is_stale(booking: Any, now: dt.datetime) -> bool:
    return bool(booking and booking.state == State.HELD and booking.held_until and booking.held_until <= now)


@writes
def book_series(
    *,
    wanted: Wanted,
    rule: str,
    party: Party,
    person: Party,
    by: Actor,
    channel: Channel | str,
    asked: str,
) -> Series:
    """Book every day of it that is free, in the order of the days, in one transaction; the others are said.

    The same `asked` again gives the series made then. Raises SeriesNotOffered, NothingOfSeries, NotAllowed.
    """
    _check_offered(wanted, by)
    if known := made_before(by, asked):
        return known
    series = Series.objects.create(
        resource=wanted.resource, party=party, rule=rule[:200], made_at=clock.now(), made_by=by.account
    )
    booked = 0
    for number, one in enumerate(times_of(wanted, rule)):
        day = _looked_at(one, party, person, by, channel)
        refusal = day.refusal
        if day.is_free and day.checked:
            refusal = _book(day.checked, series, by, f"{asked}:{number}" if asked else "")
        if refusal is None:
            booked += 1
            continue
        series.clashes.append(
            {"starts_at": one.starts_at.isoformat(), "code": refusal.code, "why": str(refusal)}
        )
    if not booked:
        raise NothingOfSeries
    series.save(update_fields=["clashes"])
    audit.record(
        "booking.series_made",
        series.ref,
        by=by,
        facts={"booked": booked, "clashes": len(series.clashes)},
        subject=person.pk,
    )
    return series


def made_before(by: Actor, asked: str) -> Series | None:
    """The series made under this key."""
    rows = Booking.objects.filter(made_by=by.account, asked__startswith=f"{asked}:") if asked else None
    first = rows.select_related("series").first() if rows is not None else None
    return first.series if first else None


def _book(found: Checked, series: Series, by: Actor, asked: str) -> Refusal | None:
    try:
        take(
            found,
            state=State.BOOKED,
            by=by,
            asked=asked[:80],
            about=str(series.ref),
            more={"series": series},
        )
    except Refusal as refusal:
        return refusal
    return None


@writes
def cancel_rest(*, series: Series, by: Actor, why: str) -> int:
    """Cancel what of a series is still to come. Returns how many. Raises ReasonNeeded, NotAllowed."""
    rules.check_works_at(by, series.resource.area, series.resource.site)
    why = why.strip()[:300]
    refuse_my_number(why)
    if not why:
        raise ReasonNeeded
    rest = rest_of(series)
    if not rest:
        raise BookingOver
    for booking in rest:
        cancel(booking=booking, by=by, why=why)
    audit.record("booking.series_ended", series.ref, by=by, facts={"cancelled": len(rest)})
    return len(rest)

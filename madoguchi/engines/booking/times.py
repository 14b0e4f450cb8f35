"""Which times are offered, from when and until when they may be taken, and which cells they are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import is_holiday, plus_months

from .models import Resource, Unit
from .shape import AreaFile, CancelStep, Cleaning, Closes, Hours, Opens

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Offered:
    """One time that can be booked by itself."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    key: str = ""
    yen: int | None = None


@lru_cache(maxsize=512)
def minutes_of(text: str) -> int:
    """09:30 → 570; 24:00 is the end of the day."""
    hours, _colon, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def at(day: dt.date, minutes: int) -> dt.datetime:
    """That minute of the city's day (Japan has had no summer time since 1951)."""
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.JST) + dt.timedelta(minutes=minutes)


def hours_of(area: AreaFile, resource: Resource) -> Hours:
    """A resource's own hours, or those of its area."""
    own = resource.hours.get("hours") if resource.hours else None
    return Hours.model_validate(own) if own else area.hours


def is_open_on(hours: Hours, day: dt.date) -> bool:
    """Whether anything is offered that day at all."""
    if day.weekday() not in hours.days or (not hours.holidays and is_holiday(day)):
        return False
    return day.isoformat() not in hours.except_ and day.strftime("%m-%d") not in hours.except_


def offered_on(area: AreaFile, resource: Resource, day: dt.date) -> list[Offered]:
    """The times of that day by themselves: the periods, or one for each step."""
    hours = hours_of(area, resource)
    if not is_open_on(hours, day):
        return []
    opens, shuts = minutes_of(hours.since), minutes_of(hours.until)
    if area.periods:
        return [
            Offered(at(day, minutes_of(one.since)), at(day, minutes_of(one.until)), one.key, one.yen)
            for one in area.periods
            if minutes_of(one.since) >= opens and minutes_of(one.until) <= shuts
        ]
    if area.step is None:
        return []
    step = area.step.minutes
    return [Offered(at(day, since), at(day, since + step)) for since in range(opens, shuts - step + 1, step)]


def is_offered(area: AreaFile, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether that time may be asked for: neighbouring periods together, or steps within the allowed length."""
    day = clock.in_city(starts_at).date()
    parts = [one for one in offered_on(area, resource, day) if starts_at <= one.starts_at < ends_at]
    if not parts or parts[0].starts_at != starts_at or parts[-1].ends_at != ends_at:
        return False
    if area.periods:
        return True
    whole = (ends_at - starts_at) // dt.timedelta(minutes=1)
    return area.step is not None and area.step.shortest <= whole <= area.step.longest


def parts_of(
    area: AreaFile, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime
) -> list[Offered]:
    """The offered times that a booking is made of."""
    day = clock.in_city(starts_at).date()
    return [one for one in offered_on(area, resource, day) if starts_at <= one.starts_at < ends_at]


def opens_at(rule: Opens, starts_at: dt.datetime) -> dt.datetime:
    """The first moment at which what begins at `starts_at` may be booked."""
    day = clock.in_city(starts_at).date()
    if rule.months is not None:
        first = plus_months(day.replace(day=1), -rule.months)
        return at(first.replace(day=rule.on_day), minutes_of(rule.at))
    return at(day - DAY * (rule.days if rule.days is not None else 400), minutes_of(rule.at))


def closes_at(rule: Closes, starts_at: dt.datetime) -> dt.datetime:
    """From this moment on it may not be booked any more (staff: until it begins)."""
    return _before(rule.days, rule.minutes, starts_at)


def refund_percent(steps: list[CancelStep], starts_at: dt.datetime, now: dt.datetime) -> int | None:
    """What comes back when it is cancelled now; None when it is too late for that (no steps: any time, all of it)."""
    if not steps:
        return 100 if now < starts_at else None
    fitting = [step.refund for step in steps if now < _before(step.days, step.minutes, starts_at)]
    return max(fitting) if fitting else None


def cancel_until(steps: list[CancelStep], starts_at: dt.datetime) -> dt.datetime:
    """The last moment at which the person may cancel."""
    return max((_before(step.days, step.minutes, starts_at) for step in steps), default=starts_at)


def _before(days: int, minutes: int, starts_at: dt.datetime) -> dt.datetime:
    """Days count whole: 「7日前まで」 is until the end of the 7th day before."""
    if days:
        day = clock.in_city(starts_at).date() - DAY * (days - 1)
        return at(day, 0) - dt.timedelta(minutes=minutes)
    return starts_at - dt.timedelta(minutes=minutes)


def cells(unit: Unit, starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[dt.datetime]:
    """The cells of `unit` that a time touches, oldest first."""
    step = dt.timedelta(minutes=unit.cell_minutes)
    midnight = at(clock.in_city(starts_at).date(), 0)
    cell = midnight + (starts_at - midnight) // step * step
    while cell < ends_at:
        yield cell
        cell += step


def with_cleaning(
    cleaning: Cleaning, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """The time that is really taken: cleaning before and after it counts like the booking itself."""
    return (
        starts_at - dt.timedelta(minutes=cleaning.before),
        ends_at + dt.timedelta(minutes=cleaning.after),
    )

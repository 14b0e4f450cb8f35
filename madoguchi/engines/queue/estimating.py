"""How long one waits: pure functions over moments and numbers. Nothing here asks the database or the clock.

The desk schedule is walked forward until the work in front of somebody is done: so much for each who stands before
them, and once more for the desk that has to become free. How long one visit takes is the mean of the last thirty,
held to what this hour of this weekday is usually like, and that to what the counter was set up with. What is shown
is a range: the middle four fifths of how far off the last estimates were.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RECENT = 30  # visits that are looked back on
# So many visits the hour's habit weighs against the last thirty, and the set minutes against the habit.
HABIT_WEIGHS = 10
SETTING_WEIGHS = 10
# Short waits are off by minutes, long ones by shares: both are one ratio when this is added to both sides.
SLACK = 120.0
LOWEST, HIGHEST = 0.1, 0.9
# What is believed of a line before anything was measured: from half as long to nearly twice.
UNKNOWN_RATIOS = (0.4, 0.6, 0.75, 0.85, 0.95, 1.0, 1.1, 1.25, 1.45, 1.9)
FINE_TO = 10  # minutes said one by one; beyond, in fives


@dataclass(frozen=True, slots=True)
class Shift:
    """A desk where somebody sits from one moment to another."""

    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Habit:
    """What visits took: how many, and seconds each."""

    n: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Range:
    """What is said: between `low` and `high` minutes. `seconds` is the estimate itself."""

    seconds: int
    low: int
    high: int


def visit_seconds(recent: Sequence[float], habit: Habit, setting: float) -> float:
    """How long one visit takes, the more from what was just seen the more of it there is."""
    usual = (habit.n * habit.seconds + SETTING_WEIGHS * setting) / (habit.n + SETTING_WEIGHS)
    last = recent[-RECENT:]
    return (sum(last) + HABIT_WEIGHS * usual) / (len(last) + HABIT_WEIGHS)


def seconds_until_called(
    *,
    now: dt.datetime,
    ahead: int,
    visit: float,
    shifts: Iterable[Shift],
    free: int = 0,
    booked: Iterable[dt.datetime] = (),
) -> float | None:
    """Seconds until somebody with `ahead` before them is called; None where the last desk closes before.

    `free` desks are open and serve nobody now. `booked` are the moments of visitors who are called before them as
    soon as it is their time. A desk that opens takes one of those waiting at once.
    """
    if ahead < free:
        return 0.0
    work = (ahead - free + 1) * visit
    changes = sorted(_changes(now, shifts, booked))
    desks, at = sum(1 for shift in shifts if shift.since <= now < shift.until), now
    for moment, opening, coming in changes:
        ready = desks * (moment - at).total_seconds()
        if desks and ready >= work:
            break
        work -= ready
        at = moment
        desks += opening
        work += coming * visit
        if opening > 0:
            work -= opening * visit
            if work <= 0:
                return (at - now).total_seconds()
    if not desks:
        return None
    return (at - now).total_seconds() + work / desks


def _changes(
    now: dt.datetime, shifts: Iterable[Shift], booked: Iterable[dt.datetime]
) -> Iterable[tuple[dt.datetime, int, int]]:
    """(moment, desks that open or close, visitors who step in front)."""
    for shift in shifts:
        if shift.since > now:
            yield shift.since, 1, 0
        if shift.until > now:
            yield shift.until, -1, 0
    for moment in booked:
        yield max(moment, now), 0, 1


def ratio(said: float, took: float) -> float:
    """How far off an estimate was: 1 = right, 2 = twice as long as said."""
    return (took + SLACK) / (said + SLACK)


def said_range(seconds: float, ratios: Sequence[float]) -> Range:
    """The estimate as a range of minutes: four of five of the last ones would have held."""
    seen = sorted((*UNKNOWN_RATIOS, *ratios))
    low = (seconds + SLACK) * _quantile(seen, LOWEST) - SLACK
    high = (seconds + SLACK) * _quantile(seen, HIGHEST) - SLACK
    return Range(round(seconds), _down(low), max(_up(high), _down(low) + 1))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _down(seconds: float) -> int:
    minutes = max(math.floor(seconds / 60), 0)
    return minutes if minutes <= FINE_TO else minutes // 5 * 5


def _up(seconds: float) -> int:
    minutes = max(math.ceil(seconds / 60), 0)
    return minutes if minutes <= FINE_TO else math.ceil(minutes / 5) * 5


def shifts_of(
    schedule: Iterable[dict[str, object]],
    *,
    on: dt.date,
    zone: dt.tzinfo,
) -> dict[str, list[Shift]]:
    """What the schedule plans for a day, by desk, in the order of the clock."""
    planned: dict[str, list[Shift]] = {}
    for entry in schedule:
        days = entry.get("days")
        if isinstance(days, list) and on.weekday() not in days:
            continue
        since, until = (
            dt.datetime.combine(on, dt.time.fromisoformat(str(entry[end])), tzinfo=zone)
            for end in ("since", "until")
        )
        if since < until:
            planned.setdefault(str(entry["desk"]), []).append(Shift(since, until))
    return {desk: sorted(shifts, key=lambda shift: shift.since) for desk, shifts in planned.items()}


def shifts_ahead(
    planned: dict[str, list[Shift]], *, open_desks: Iterable[str], now: dt.datetime, stays: dt.timedelta
) -> list[Shift]:
    """The desks as they will be: who sits there now stays to the end of their shift, who is planned for later comes.

    A desk that should be open and is not is not counted on. One that is open beyond its plan is believed to stay
    until the last desk closes, at least for `stays`.
    """
    is_open = set(open_desks)
    every = [shift for shifts in planned.values() for shift in shifts]
    closing = max([now + stays, *(shift.until for shift in every)])
    found = [shift for shift in every if shift.since > now]
    for desk in is_open:
        mine = [shift.until for shift in planned.get(desk, ()) if shift.since <= now < shift.until]
        found.append(Shift(now, mine[0] if mine else closing))
    return found

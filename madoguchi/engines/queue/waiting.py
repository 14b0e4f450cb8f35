"""What is known of the lines at this moment, read in a handful of queries, and the estimates made of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import F, Sum, Window
from django.db.models.functions import RowNumber

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import is_business_day

from . import estimating, ordering
from .models import OPEN_STATES, Desk, Hour, Line, Ticket, TicketState

# What an hour of this weekday is usually like is read from so many weeks.
WEEKS = 8
# A desk open beyond its plan is believed to stay so long.
STAYS = dt.timedelta(hours=2)
# Somebody called who does not come keeps the desk about so long.
NO_SHOW_SECONDS = 60
AT_A_DESK = (TicketState.CALLED, TicketState.SERVING)
MOST_RATIOS = 60


class Standing(StrEnum):
    """What can be said of a line."""

    OPEN = "open"
    NO_DESK = "no_desk"  # within its hours, but nobody sits there
    CLOSED = "closed"
    STALE = "stale"  # nobody has heard of it for too long: its numbers are not shown


@dataclass(frozen=True, slots=True)
class Call:
    """A number called, to which desk, when."""

    number: int
    desk: str
    at: dt.datetime
    state: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody who waits, as far as the order of calling depends on it."""

    stands_at: dt.datetime
    number: int
    is_booked: bool = False


@dataclass(slots=True)
class LineNow:
    """One line as it stands."""

    line: Line
    now: dt.datetime
    open_desks: list[str] = field(default_factory=list)
    busy: int = 0
    waiting: list[Waits] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)  # newest first
    recent: list[float] = field(default_factory=list)  # seconds of the last visits, oldest first
    ratios: list[float] = field(default_factory=list)
    habit: estimating.Habit = field(default_factory=lambda: estimating.Habit(0, 0))

    @property
    def standing(self) -> Standing:
        if self.open_desks:
            return (
                Standing.STALE
                if is_stale(self.line.heard_at, self.line.stale_minutes, self.now)
                else Standing.OPEN
            )
        if not any(shift.since <= self.now < shift.until for shift in self._planned_flat()):
            return Standing.CLOSED
        return (
            Standing.STALE
            if is_stale(self.line.heard_at, self.line.stale_minutes, self.now)
            else Standing.NO_DESK
        )

    @property
    def opens_at(self) -> dt.datetime | None:
        """The next moment today at which a desk is planned to open."""
        return min((shift.since for shift in self._planned_flat() if shift.since > self.now), default=None)

    @property
    def is_off_today(self) -> bool:
        """Whether nobody sits there today, and nobody planned to."""
        return not self.open_desks and not self._planned_flat()

    def ahead_of(self, number: int) -> int | None:
        """How many are called before that number; None where it does not wait."""
        order = ordering.in_order(self.waiting, now=self.now, after_booked=self.line.after_booked)
        return next((place for place, one in enumerate(order) if one.number == number), None)

    @property
    def ahead_of_newcomer(self) -> int:
        """How many are called before somebody who takes a number now."""
        return len(self.waiting) - len(self._booked_later())

    def estimate(self, ahead: int) -> estimating.Range | None:
        """The range for somebody with so many before them. None without a desk, or where the desks close before."""
        seconds = self.seconds_until_called(ahead)
        return None if seconds is None else estimating.said_range(seconds, self.ratios)

    def seconds_until_called(self, ahead: int) -> float | None:
        if not self.open_desks:
            return None
        return estimating.seconds_until_called(
            now=self.now,
            ahead=ahead,
            visit=estimating.visit_seconds(self.recent, self.habit, self.line.minutes * 60),
            shifts=estimating.shifts_ahead(
                self._planned(), open_desks=self.open_desks, now=self.now, stays=STAYS
            ),
            free=max(len(self.open_desks) - self.busy, 0),
            booked=self._booked_later(),
        )

    def _booked_later(self) -> list[dt.datetime]:
        return [one.stands_at for one in self.waiting if one.is_booked and one.stands_at > self.now]

    def _planned(self) -> dict[str, list[estimating.Shift]]:
        on = clock.in_city(self.now).date()
        if not is_business_day(on) and on.weekday() < 5:
            return {}  # a holiday in the week
        return estimating.shifts_of(self.line.schedule, on=on, zone=clock.JST)

    def _planned_flat(self) -> list[estimating.Shift]:
        return [shift for shifts in self._planned().values() for shift in shifts]


def is_stale(heard_at: dt.datetime | None, stale_minutes: int, now: dt.datetime) -> bool:
    """Whether the line was last heard of too long ago for its numbers to be believed."""
    return heard_at is None or now - heard_at > dt.timedelta(minutes=stale_minutes)


def lines_now(lines: Sequence[Line], now: dt.datetime | None = None) -> list[LineNow]:
    """What is known of these lines. Four queries, however many lines."""
    now = now or clock.now()
    found = {line.pk: LineNow(line, now) for line in lines}
    for pk, name in Desk.objects.filter(line__in=found, account__isnull=False).values_list("line", "name"):
        found[pk].open_desks.append(name)
    on = clock.in_city(now).date()
    _read_waiting(found, on)
    _read_called(found, on)
    _read_habits(found, now)
    return list(found.values())


def line_now(line: Line, now: dt.datetime | None = None) -> LineNow:
    return lines_now([line], now)[0]


def promise(line: Line) -> dict[str, int]:
    """What is said to somebody who takes a number now, as the fields of their ticket; {} where nothing can be said."""
    here = line_now(line)
    said = here.estimate(here.ahead_of_newcomer)
    if said is None:
        return {}
    # Whatever the figures of the day: nobody goes without a number because of what was to be said of the wait.
    facts = {"said_seconds": said.seconds, "said_low": said.low, "said_high": said.high}
    return {name: min(max(value, 0), 32_000) for name, value in facts.items()}


def _read_waiting(found: dict[Any, LineNow], on: dt.date) -> None:
    rows = Ticket.objects.filter(line__in=found, on=on, state__in=[*OPEN_STATES, TicketState.NO_SHOW])
    columns = ("line", "state", "stands_at", "number", "booked_for")
    for pk, state, stands_at, number, booked_for in rows.values_list(*columns):
        here = found[pk]
        if state == TicketState.WAITING:
            # Who came too late for their booking stands as a walk-in where they came.
            here.waiting.append(Waits(stands_at, number, is_booked=booked_for == stands_at))
        elif state in AT_A_DESK:
            here.busy += 1
        elif state == TicketState.NO_SHOW:
            here.missed.append(number)


def _read_called(found: dict[Any, LineNow], on: dt.date) -> None:
    """The last calls of each line: who was called, how long the visits took, how far off we were."""
    newest = Window(
        RowNumber(), partition_by=[F("line")], order_by=[F("called_at").desc(), F("number").desc()]
    )
    rows = Ticket.objects.filter(line__in=found, on=on, called_at__isnull=False).annotate(place=newest)
    seen: dict[Any, list[Any]] = defaultdict(list)
    for row in rows.filter(place__lte=estimating.RECENT).values_list(
        "line",
        "number",
        "desk__name",
        "called_at",
        "ended_at",
        "state",
        "issued_at",
        "said_seconds",
        "times_called",
    ):
        seen[row[0]].append(row[1:])
    for pk, calls in seen.items():
        here = found[pk]
        calls.sort(key=lambda row: (row[2], row[0]), reverse=True)
        here.calls = [Call(number, desk or "", at, state) for number, desk, at, _end, state, *_rest in calls]
        # Who was put aside and came back was away in between: that was no visit.
        whole = [
            (end, (end - at).total_seconds()) for _n, _d, at, end, *_r, times in calls if end and times == 1
        ]
        here.recent = [seconds for _end, seconds in sorted(whole)]
        here.ratios = [
            estimating.ratio(said, (at - issued).total_seconds())
            for _n, _d, at, _e, _state, issued, said, _times in calls
            if said is not None
        ]
    for here in found.values():
        before = (
            here.line.ratios[-(MOST_RATIOS - len(here.ratios)) :]
            if isinstance(here.line.ratios, list)
            else []
        )
        here.ratios = [*before, *here.ratios]


def _read_habits(found: dict[Any, LineNow], now: dt.datetime) -> None:
    """What this hour of this weekday was like in the last weeks."""
    here = clock.in_city(now)
    days = [here.date() - dt.timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    rows = Hour.objects.filter(line__in=found, on__in=days, hour=here.hour).values_list("line")
    for pk, served, missed, seconds in rows.annotate(Sum("served"), Sum("no_shows"), Sum("serve_seconds")):
        visits = served + missed
        if visits:
            each = (seconds + missed * NO_SHOW_SECONDS) / visits
            found[pk].habit = estimating.Habit(visits, each)

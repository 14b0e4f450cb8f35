"""An invented day at counters: who comes when, how long each visit takes, which desk is free. Time is simulated.

What it does at each moment is told to `acts`, which may be the city's real services or nothing but sums.
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Protocol
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
# Of a day's visitors, by the hour from 8:30 on.
PROFILE = (0.7, 1.2, 1.3, 1.0, 0.9, 1.1, 1.1, 0.8)
NO_SHOWS, NO_SHOW_SECONDS = 0.06, 60
LOAD = 0.85  # of what the desks can do
_ORDER = count()
SPREAD = 0.6  # of a visit's length: standard deviation ÷ mean


@dataclass
class Counter:
    """One counter: its desks by name with (since, until) of each shift, and what a visit truly takes."""

    key: str
    setting: int  # minutes, as somebody once typed them in
    mean: float  # minutes, as they are
    shifts: list[tuple[str, dt.time, dt.time]]

    @property
    def per_day(self) -> float:
        hours = sum(
            (until.hour * 60 + until.minute - since.hour * 60 - since.minute) / 60
            for _d, since, until in self.shifts
        )
        return LOAD * hours * 60 / self.mean


class Acts(Protocol):
    def came(self, counter: Counter, at: dt.datetime) -> Any: ...
    def opened(self, counter: Counter, desk: str, at: dt.datetime) -> None: ...
    def closed(self, counter: Counter, desk: str, at: dt.datetime) -> None: ...
    def called(self, counter: Counter, desk: str, person: Any, at: dt.datetime) -> None: ...
    def ended(self, counter: Counter, desk: str, person: Any, at: dt.datetime, *, came: bool) -> None: ...


@dataclass(slots=True)
class _Room:
    """A counter in the course of a day."""

    counter: Counter
    visit: float  # seconds, this day
    waiting: list[Any] = field(default_factory=list)
    is_open: set[str] = field(default_factory=set)
    busy: dict[str, tuple[Any, bool]] = field(default_factory=dict)


def a_day(counters: list[Counter], on: dt.date, chance: random.Random, acts: Acts) -> int:
    """Play a day from the first who comes to the last who is served; returns how many came."""
    return _Day(on, chance, acts).play(counters)


class _Day:
    def __init__(self, on: dt.date, chance: random.Random, acts: Acts) -> None:
        self.on, self.chance, self.acts, self.came = on, chance, acts, 0
        self.events: list[tuple[dt.datetime, int, int, Callable[[dt.datetime], None]]] = []

    def at(self, moment: dt.datetime, rank: int, happen: Callable[..., None], *facts: Any) -> None:
        heapq.heappush(self.events, (moment, rank, next(_ORDER), partial(happen, *facts)))

    def play(self, counters: list[Counter]) -> int:
        for counter in counters:
            room = _Room(counter, counter.mean * 60 * self.chance.lognormvariate(0, 0.08))
            for desk, since, until in counter.shifts:
                self.at(dt.datetime.combine(self.on, since, JST), 0, self.open, room, desk)
                self.at(dt.datetime.combine(self.on, until, JST), 3, self.close, room, desk)
            self.plan_visitors(room)
        while self.events:
            moment, _rank, _order, happen = heapq.heappop(self.events)
            happen(moment)
        return self.came

    def plan_visitors(self, room: _Room) -> None:
        begins = dt.datetime.combine(self.on, dt.time(8, 30), JST)
        for hour, share in enumerate(PROFILE):
            rate = room.counter.per_day * share / sum(PROFILE)
            moment = self.chance.expovariate(rate)
            while moment < 1:
                self.came += 1
                self.at(begins + dt.timedelta(hours=hour + moment), 2, self.enter, room)
                moment += self.chance.expovariate(rate)

    def enter(self, room: _Room, now: dt.datetime) -> None:
        room.waiting.append(self.acts.came(room.counter, now))
        self.serve(room, now)

    def open(self, room: _Room, desk: str, now: dt.datetime) -> None:
        self.acts.opened(room.counter, desk, now)
        room.is_open.add(desk)
        self.serve(room, now)

    def close(self, room: _Room, desk: str, now: dt.datetime) -> None:
        """A desk ends its visit first, and the last desk of a counter serves whoever still waits, as everywhere."""
        others = room.is_open - {desk}
        if desk in room.busy or (room.waiting and not others):
            if others:
                room.is_open.discard(desk)
            self.at(now + dt.timedelta(minutes=1), 3, self.close, room, desk)
            return
        room.is_open.discard(desk)
        self.acts.closed(room.counter, desk, now)

    def serve(self, room: _Room, now: dt.datetime) -> None:
        for desk in sorted(room.is_open - set(room.busy)):
            if not room.waiting:
                return
            person = room.waiting.pop(0)
            self.acts.called(room.counter, desk, person, now)
            is_here = self.chance.random() > NO_SHOWS
            shape = 1 / SPREAD**2
            took = (
                max(self.chance.gammavariate(shape, room.visit / shape), 45) if is_here else NO_SHOW_SECONDS
            )
            room.busy[desk] = (person, is_here)
            self.at(now + dt.timedelta(seconds=took), 1, self.end, room, desk)

    def end(self, room: _Room, desk: str, now: dt.datetime) -> None:
        person, is_here = room.busy.pop(desk)
        self.acts.ended(room.counter, desk, person, now, came=is_here)
        self.serve(room, now)

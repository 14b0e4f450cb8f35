"""Deadlines that stand still while the ball is in somebody else's court."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .days import add_business_days, business_days_between

Count = Literal["calendar", "business"]
Pause = tuple[dt.date, dt.date | None]


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many days from `started_on`, whose own day is not counted (民法140条).

    A pause runs from the day something was sent back up to the day it came again (None: not yet). The day it was
    sent back still counts, the day it came again does not: every day belongs to one side only. Pauses may touch or
    overlap; what lies before the start is left out.
    """

    days: int
    count: Count
    started_on: dt.date
    pauses: Sequence[Pause] = ()

    @property
    def is_paused(self) -> bool:
        return any(until is None for _since, until in self.pauses)

    def due_on(self) -> dt.date | None:
        """The last day in time; None while paused, because nobody knows yet."""
        if self.is_paused:
            return None
        due = self._add(self.started_on, self.days)
        for since, until in self._stretches():
            if since >= due:
                break
            due = self._add(due, self._length(since, until))
        return due

    def used(self, on: dt.date) -> int:
        """Days that have counted up to and with `on`."""
        counted = self._length(self.started_on, max(on, self.started_on))
        for since, until in self._stretches(on):
            counted -= self._length(since, until)
        return counted

    def remaining(self, today: dt.date) -> int:
        """Days left after `today`; 0 on the last day, negative when late. It stands still while paused."""
        return self.days - self.used(today)

    def is_late(self, today: dt.date) -> bool:
        return self.remaining(today) < 0

    def _stretches(self, on: dt.date | None = None) -> Iterable[tuple[dt.date, dt.date]]:
        """The pauses in order, melted together, up to `on`."""
        end: dt.date | None = None
        start = self.started_on
        for since, until in sorted(self.pauses, key=lambda pause: pause[0]):
            until = until or on or dt.date.max
            since, until = max(since, self.started_on), min(until, on or until)
            if until <= since:
                continue
            if end is not None and since <= end:
                end = max(end, until)
                continue
            if end is not None:
                yield start, end
            start, end = since, until
        if end is not None:
            yield start, end

    def _add(self, day: dt.date, number: int) -> dt.date:
        return add_business_days(day, number) if self.count == "business" else day + dt.timedelta(days=number)

    def _length(self, start: dt.date, end: dt.date) -> int:
        return business_days_between(start, end) if self.count == "business" else (end - start).days

"""Business days, and deadlines that stop counting while the city waits for somebody."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import holidays

from .eras import era_year

# 地方自治法 第4条の2: closed on Saturdays, Sundays, national holidays and from 29 December to 3 January.
_YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


@lru_cache(maxsize=64)
def _national_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("JP", years=year))


def is_business_day(day: dt.date) -> bool:
    """Whether the city hall is open by law on that day."""
    if day.weekday() >= 5 or (day.month, day.day) in _YEAR_END:
        return False
    return day not in _national_holidays(day.year)


def add_business_days(day: dt.date, n: int) -> dt.date:
    """The n-th business day after `day` (before it for a negative n); 0 gives `day` itself."""
    step = dt.timedelta(days=1 if n >= 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_business_day(day)
    return day


def business_days_between(first: dt.date, last: dt.date) -> int:
    """Business days after `first` up to and with `last`; negative when `last` is earlier."""
    if last < first:
        return -business_days_between(last, first)
    return sum(is_business_day(first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many days from a start, the first day not counted (民法 第140条), days of waiting left out.

    `pauses` are (from, until) with until None while the pause lasts; both ends are dates, and the day it
    resumes counts again.
    """

    days: int
    count: str  # "calendar" or "business"
    started_on: dt.date
    pauses: Sequence[tuple[dt.date, dt.date | None]] = field(default=())

    def due_on(self) -> dt.date:
        """The last day, every ended pause added."""
        due = self._after(self.started_on, self.days)
        for began, ended in self.pauses:
            if ended is not None:
                due = self._after(due, self._length(began, ended))
        return due

    def remaining(self, today: dt.date) -> int:
        """Days left; negative when it is past. During a pause, as many as when the pause began."""
        paused_since = self._paused_since()
        seen_on = min(today, paused_since) if paused_since else today
        return self._length(seen_on, self.due_on())

    @property
    def is_paused(self) -> bool:
        return self._paused_since() is not None

    def _paused_since(self) -> dt.date | None:
        return next((began for began, ended in self.pauses if ended is None), None)

    def _after(self, day: dt.date, n: int) -> dt.date:
        return add_business_days(day, n) if self.count == "business" else day + dt.timedelta(days=n)

    def _length(self, first: dt.date, last: dt.date) -> int:
        return business_days_between(first, last) if self.count == "business" else (last - first).days


_ERA_YEAR = re.compile(r"^(明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr])\s*\.?\s*(元|\d{1,2})$")


def read_year(typed: str) -> int:
    """The year somebody typed: "2026", "令和8", "R8", "令和元年", "平成30". Raises ValueError otherwise."""
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix("年").strip()
    if re.fullmatch(r"\d{4}", text):
        return int(text)
    found = _ERA_YEAR.match(text)
    if not found:
        raise ValueError(f"not a year: {typed!r}")
    return era_year(found[1], 1 if found[2] == "元" else int(found[2]))

"""Business days: not Saturdays, Sundays, national holidays, nor 29 December to 3 January.

The last is the closing of government offices (行政機関の休日に関する法律 第1条), which municipalities follow by
ordinance (地方自治法 第4条の2). A municipality's own closing days are a setting of a later issue.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _holidays(year: int) -> dict[dt.date, str]:
    # Named, or the words would follow the locale of the machine.
    return dict(holidays.country_holidays("JP", years=year, language="ja"))


def is_holiday(day: dt.date) -> bool:
    """A 国民の祝日 or the day off beside it (振替休日, 国民の休日)."""
    return day in _holidays(day.year)


def holiday_name(day: dt.date) -> str:
    """勤労感謝の日: as the law calls it; "" on any other day."""
    return _holidays(day.year).get(day, "")


def is_business_day(day: dt.date) -> bool:
    closed_for_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed_for_new_year and not is_holiday(day)


def add_business_days(day: dt.date, number: int) -> dt.date:
    """The business day `number` business days after `day` (before, when negative); `day` itself is not counted."""
    step = dt.timedelta(days=1 if number >= 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= is_business_day(day)
    return day


def next_business_day(day: dt.date) -> dt.date:
    """`day`, or the first business day after it: where a period that ends on a day off ends (民法142条)."""
    return day if is_business_day(day) else add_business_days(day, 1)


def business_days_between(start: dt.date, end: dt.date) -> int:
    """Business days after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -business_days_between(end, start)
    days = (end - start).days
    return sum(is_business_day(start + dt.timedelta(days=number)) for number in range(1, days + 1))

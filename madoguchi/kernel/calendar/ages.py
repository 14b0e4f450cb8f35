"""Ages and corresponding days, as Japanese law counts them."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange


def age_on(birth: dt.date, on: dt.date) -> int:
    """The age reached by the end of `on`: one year more on the day *before* the birthday.

    年齢計算ニ関スル法律 counts the day of birth, so that a year is full at midnight before the birthday:
    a child born on 1 April turns six on 31 March. Negative before birth.
    """
    following = on + dt.timedelta(days=1) if on < dt.date.max else on
    return following.year - birth.year - ((following.month, following.day) < (birth.month, birth.day))


def plus_months(day: dt.date, months: int) -> dt.date:
    """The corresponding day `months` later; where there is none, the last day of that month (民法143条).

    Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("no such year")
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plus_years(day: dt.date, years: int) -> dt.date:
    return plus_months(day, years * 12)

"""The functions a rule may call. Each is pure and total: what cannot be worked out is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from madoguchi.kernel import calendar

from .types import Date, Number, Type


@dataclass(frozen=True, slots=True)
class Function:
    takes: tuple[Type, ...]
    gives: Type
    work: Callable[..., Any]
    shown: str


def _moved(move: Callable[[dt.date, int], dt.date], sign: int) -> Callable[[dt.date, Any], dt.date | None]:
    def moved(day: dt.date, by: Any) -> dt.date | None:
        if by != int(by) or abs(by) > 10_000_000:
            return None
        try:
            return move(day, sign * int(by))
        except (ValueError, OverflowError):
            return None

    return moved


def _plus_days(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


FUNCTIONS: dict[str, Function] = {
    "plus_years": Function((Date, Number), Date, _moved(calendar.plus_years, 1), "plus_years(日付, 年)"),
    "minus_years": Function((Date, Number), Date, _moved(calendar.plus_years, -1), "minus_years(日付, 年)"),
    "plus_months": Function((Date, Number), Date, _moved(calendar.plus_months, 1), "plus_months(日付, 月)"),
    "minus_months": Function(
        (Date, Number), Date, _moved(calendar.plus_months, -1), "minus_months(日付, 月)"
    ),
    "plus_days": Function((Date, Number), Date, _moved(_plus_days, 1), "plus_days(日付, 日)"),
    "minus_days": Function((Date, Number), Date, _moved(_plus_days, -1), "minus_days(日付, 日)"),
    "month_start": Function((Date,), Date, lambda day: day.replace(day=1), "month_start(日付)"),
    "fiscal_year_start": Function((Date,), Date, calendar.fiscal_year_start, "fiscal_year_start(日付)"),
    "fiscal_year": Function((Date,), Number, calendar.fiscal_year, "fiscal_year(日付)"),
    "age": Function((Date, Date), Number, calendar.age_on, "age(生年月日, 基準の日)"),
}

# CEL's own, written behind the text: name.startsWith('練馬')
METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}
MACROS = ("exists", "all", "exists_one", "filter", "map")
# date, has and size take their arguments in their own way; see the compiler.
CALLS = (*FUNCTIONS, "date", "has", "size")

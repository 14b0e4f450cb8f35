"""How long a call runs: by calendar or by opening days, both ends included (001 No.82: 20 days or more)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.kernel.calendar import business_days_between, is_business_day

from .models import Call

# 29 December to 3 January: the days between the years when offices and reading places are closed.
_YEAR_END = ((12, 29), (1, 3))
LONG_CLOSURE = 3


@dataclass(frozen=True, slots=True)
class Length:
    calendar: int
    opening: int
    counted: int
    minimum: int

    @property
    def is_enough(self) -> bool:
        return self.counted >= self.minimum


def opening_days(start: dt.date, end: dt.date) -> int:
    """Days the city hall is open, first and last day included."""
    return business_days_between(start, end) + is_business_day(start)


def length(call: Call) -> Length:
    calendar = (call.closes_on - call.opens_on).days + 1
    opening = opening_days(call.opens_on, call.closes_on)
    counted = opening if call.counting == Call.Counting.OPENING else calendar
    return Length(calendar, opening, counted, call.minimum_days)


def earliest_close(call: Call) -> dt.date:
    """The first last day that keeps the rule."""
    day = call.opens_on
    counted = 0
    while True:
        counted += is_business_day(day) if call.counting == Call.Counting.OPENING else 1
        if counted >= call.minimum_days:
            return day
        day += dt.timedelta(days=1)


def warnings(call: Call) -> list[str]:
    """What whoever opens the call should know of its period."""
    found = []
    if _is_over_year_end(call):
        closed = length(call).calendar - length(call).opening
        found.append(
            _("年末年始をはさみます。閉庁日が%(days)s日あり、素案を読む場所も閉まります。") % {"days": closed}
        )
    if not is_business_day(call.closes_on):
        found.append(_("締め切りの日は閉庁日です。窓口やファクスの受け付けを、どうするか決めてください。"))
    if length(call).counted - call.minimum_days <= 1 and length(call).is_enough:
        found.append(_("期間は決まりの日数ちょうどか、1日多いだけです。"))
    return found


def _is_over_year_end(call: Call) -> bool:
    return any(
        call.opens_on <= dt.date(year + 1, *_YEAR_END[1]) and call.closes_on >= dt.date(year, *_YEAR_END[0])
        for year in range(call.opens_on.year - 1, call.closes_on.year + 1)
    )


def days_left(call: Call, today: dt.date) -> int:
    """0 on the last day."""
    return max((call.closes_on - today).days, 0)

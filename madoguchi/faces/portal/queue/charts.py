"""混雑の傾向 as bars: geometry only, in whole numbers, for `_bars.html` to draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.queue.queries import Sum, Trend

WIDTH, HEIGHT, TOP, BOTTOM, LEFT = 360, 220, 30, 180, 36
TITLES = {
    "months": gettext_lazy("月ごと"),
    "weekdays": gettext_lazy("曜日ごと"),
    "hours": gettext_lazy("時間ごと"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    label: str  # under the bar; "" where there is no room
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One breakdown: its bars, and the same figures as rows of the table beside it."""

    ident: str
    title: Any
    bars: list[Bar]
    grid: list[tuple[int, str]]
    rows: list[tuple[str, Sum]]
    words: str


def breakdowns(trend: Trend) -> Iterator[tuple[Any, list[tuple[str, Sum]]]]:
    """The three ways to look, each with its rows in words."""
    yield TITLES["months"], [(month(on), one) for on, one in trend.months.items()]
    yield TITLES["weekdays"], [(weekday(number), one) for number, one in trend.weekdays.items()]
    yield TITLES["hours"], [(hour(number), one) for number, one in trend.hours.items()]


def of(trend: Trend) -> list[Chart]:
    if not trend.days:
        return []
    short = {
        "months": [str(on.month) for on in trend.months],
        "weekdays": [str(WEEKDAYS_ABBR[number]) for number in trend.weekdays],
        "hours": [str(number) for number in trend.hours],
    }
    return [
        _chart(ident, title, rows, short[ident])
        for (title, rows), ident in zip(breakdowns(trend), TITLES, strict=True)
    ]


def _chart(ident: str, title: Any, rows: list[tuple[str, Sum]], short: Sequence[str]) -> Chart:
    highest = max([one.minutes or 0 for _when, one in rows] + [1])
    ticks = _ticks(highest)
    room = (WIDTH - LEFT) // len(rows)
    wide = max(min(room - 6, 44), 4)
    bars = []
    for place, ((_when, one), name) in enumerate(zip(rows, short, strict=True)):
        height = round((BOTTOM - TOP) * (one.minutes or 0) / ticks[-1])
        x = LEFT + place * room + (room - wide) // 2
        bars.append(Bar(x, BOTTOM - height, wide, height, name, x + wide // 2))
    grid = [(BOTTOM - round((BOTTOM - TOP) * tick / ticks[-1]), str(tick)) for tick in ticks]
    return Chart(ident, title, bars, grid, rows, _words(rows))


def _ticks(highest: float) -> list[int]:
    """Zero and two or three round numbers, the last at or above the highest."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10_000) if step * 3 >= highest)
    return list(range(0, (int(-(-highest // step)) + 1) * step, step))


def _words(rows: list[tuple[str, Sum]]) -> str:
    told = [(when, one.minutes) for when, one in rows if one.minutes is not None]
    if not told:
        return ""
    most, least = max(told, key=lambda row: row[1]), min(told, key=lambda row: row[1])
    if most[1] == least[1]:
        return _("どれも平均%(minutes)s分です。") % {"minutes": most[1]}
    facts = {"most": most[0], "longest": most[1], "least": least[0], "shortest": least[1]}
    return (
        _(
            "待った時間の平均がいちばん長いのは%(most)sの%(longest)s分、短いのは%(least)sの%(shortest)s分です。"
        )
        % facts
    )


def cells(trend: Trend) -> dict[str, Any]:
    """Weekday by hour: when to come."""
    hours = sorted(trend.hours)
    rows = [
        (weekday(day), [trend.cells.get((day, number)) for number in hours]) for day in sorted(trend.weekdays)
    ]
    return {"hours": [hour(number) for number in hours], "rows": rows}


def in_words(trend: Trend) -> dict[str, Any]:
    """The quietest and the busiest time, or {}."""
    if trend.quietest is None or trend.busiest is None or trend.quietest == trend.busiest:
        return {}
    return {"quiet": _time(trend.quietest), "busy": _time(trend.busiest)}


def _time(cell: tuple[int, int]) -> str:
    return _("%(day)sの%(hour)s") % {"day": weekday(cell[0]), "hour": hour(cell[1])}


def month(on: Any) -> str:
    return _("%(year)s年%(month)s月") % {"year": on.year, "month": on.month}


def weekday(number: int) -> str:
    return str(WEEKDAYS[number])


def hour(number: int) -> str:
    return _("%(hour)s時台") % {"hour": number}

"""Published series as drawings: geometry only, in whole numbers, for `_chart.html` to draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from madoguchi.engines.plan import queries

WIDTH, HEIGHT = 360, 226
TOP, BOTTOM, RIGHT = 38, 190, 344
DIGIT = 8  # px of one digit at the chart's 14 px


@dataclass(frozen=True, slots=True)
class AxisLabel:
    x: int
    y: int
    text: str
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template needs, ready; `description` says in words what the line does."""

    ident: str
    title: str
    description: str
    unit: str
    source: str
    left: int
    grid: list[AxisLabel]
    path: str
    marks: list[tuple[int, int]]
    years: list[AxisLabel]
    is_measured: bool = False
    targets: list[tuple[int, int]] = field(default_factory=list)


def chart_of(
    series: queries.PublishedSeries,
    ident: str,
    *,
    is_measured: bool = False,
    targets: Sequence[tuple[int, float]] = (),
) -> Chart:
    """The line of a series; `targets` are (year, value) marks that no line connects, because a target is no course."""
    points = [point for point in series.points if point.value is not None]
    ticks = _ticks(max([point.value or 0 for point in points] + [value for _year, value in targets]))
    left = 16 + DIGIT * len(f"{ticks[-1]:,}")
    places = [series.points[0].place, series.points[-1].place, *(year for year, _value in targets)]
    first, last = min(places), max(places)
    across = {p: _between(p.place, first, last, left + 4, RIGHT) for p in points}
    down = {p: _between(p.value or 0, 0, ticks[-1], BOTTOM, TOP) for p in points}
    spots = [(across[p], down[p]) for p in points]
    return Chart(
        ident=ident,
        title=series.title,
        description=_in_words(series, points),
        unit=series.unit,
        source=series.source,
        left=left,
        grid=[AxisLabel(left - 8, _between(t, 0, ticks[-1], BOTTOM, TOP) + 5, f"{t:,}") for t in ticks],
        path=_steps(spots) if series.kind == "step" else _line(spots),
        marks=spots,
        years=_axis(points, across),
        is_measured=is_measured,
        targets=[
            (_between(year, first, last, left + 4, RIGHT), _between(value, 0, ticks[-1], BOTTOM, TOP))
            for year, value in targets
        ],
    )


def _in_words(series: queries.PublishedSeries, points: list[queries.SeriesPoint]) -> str:
    most = max(points, key=lambda point: point.value or 0)
    facts = {
        "unit": series.unit,
        "first": points[0].label,
        "first_value": points[0].text,
        "last": points[-1].label,
        "last_value": points[-1].text,
        "most": most.label,
        "most_value": most.text,
    }
    if most in (points[0], points[-1]):
        return _("%(first)sは%(first_value)s%(unit)s、%(last)sは%(last_value)s%(unit)s。") % facts
    return (
        _(
            "%(first)sは%(first_value)s%(unit)s、%(last)sは%(last_value)s%(unit)s。"
            "いちばん多いのは%(most)sの%(most_value)s%(unit)s。"
        )
        % facts
    )


def _ticks(highest: float) -> list[int]:
    """Zero, some round numbers, and one at or above the highest value: 8 → 0 4 8; 230 → 0 100 200 300."""
    rough = highest / 3
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(int(power * factor) for factor in (1, 2, 2.5, 4, 5, 10) if power * factor >= rough)
    return list(range(0, math.ceil(highest / step) * step + 1, step))


def _between(value: float, low: float, high: float, start: int, end: int) -> int:
    share = (value - low) / (high - low) if high != low else 0
    return round(start + share * (end - start))


def _line(spots: list[tuple[int, int]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in spots)


def _steps(spots: list[tuple[int, int]]) -> str:
    """A number that holds until the next date: along, then up."""
    (x, y), *rest = spots
    return f"M{x} {y} " + " ".join(f"H{x} V{y}" for x, y in rest) + f" H{RIGHT + 8}"


def _axis(points: list[queries.SeriesPoint], across: dict[queries.SeriesPoint, int]) -> list[AxisLabel]:
    """The dates that fit under the line: the first, the last, and those that stand clear of both."""
    kept: list[AxisLabel] = []
    free_from, last = 0, points[-1]
    end = AxisLabel(min(across[last] + 12, WIDTH - 4), 214, last.short)
    for point in points[:-1]:
        width = DIGIT * len(point.short) + 12
        # The first may begin left of its point, but not outside the drawing.
        middle = across[point] if kept else max(across[point], width // 2)
        if middle - width / 2 < free_from or middle + width / 2 > end.x - DIGIT * len(last.short) - 6:
            continue
        kept.append(AxisLabel(middle, 214, point.short, "middle"))
        free_from = middle + width // 2
    return [*kept, end]

"""The plan before, its indicators, and the yearly numbers of the annex."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.errors import PlanNotLoaded
from madoguchi.engines.plan.models import FormerItem, IndicatorLine, Series

from .heads import current_plan

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormerRow:
    mark: str
    title: str
    result: str
    divisions: list[str]
    done: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FormerGroup:
    number: int
    title: str
    section: str
    section_title: str
    rows: list[FormerRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FormerPlan:
    title: str
    decided: str
    source: str
    legend: dict[str, str]
    grades: dict[str, int]
    groups: list[FormerGroup]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class IndicatorView:
    number: int
    title: str
    note: str
    what: str
    set: str
    target: str
    actual: str
    met: bool
    recomputed: str
    rate: float | None = None
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Indicators:
    source: str
    lines: list[IndicatorView]
    missed: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class SeriesGroupView:
    code: str
    title: str
    as_of: str
    series: list[PublishedSeries]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """`place` is the moment in years, so that a chart can be drawn to scale; `short` is for its axis."""

    label: str
    short: str
    value: float | None
    text: str
    what: str
    place: float


@dataclass(frozen=True, slots=True)
class PublishedSeries:
    code: str
    title: str
    unit: str
    source: str
    kind: str
    points: list[SeriesPoint]


def former_plan() -> FormerPlan:
    """31 items with the grade the municipality gave itself, grouped as printed."""
    plan = current_plan()
    told = plan.facts.get("former")
    if not told:
        raise PlanNotLoaded
    goals = {goal["number"]: goal for goal in told["goals"]}
    groups: dict[tuple[int, str], FormerGroup] = {}
    grades = dict.fromkeys(told["legend"], 0)
    for row in FormerItem.objects.all():
        place = (row.goal, row.section)
        if place not in groups:
            goal = goals[row.goal]
            groups[place] = FormerGroup(row.goal, goal["title"], row.section, goal["sections"][row.section])
        done = [(labels.when(step["at"]), step["what"]) for step in row.done]
        done += [_count(count) for count in row.counts]
        groups[place].rows.append(FormerRow(row.mark, row.title, row.result, row.divisions, done))
        grades[row.result] += 1
    return FormerPlan(
        title=told["title"],
        decided=labels.when(told["decided"]),
        source=told["source"],
        legend=told["legend"],
        grades=grades,
        groups=list(groups.values()),
        notes=told["notes"],
    )


def is_former_item(mark: str, title: str) -> bool:
    """Whether the former plan has an item of that number and title."""
    return bool(mark) and FormerItem.objects.filter(mark=mark, title=title).exists()


def grades() -> dict[str, int]:
    """{"A": 30, "B": 1}, counted."""
    found: dict[str, int] = {}
    for result in FormerItem.objects.values_list("result", flat=True):
        found[result] = found.get(result, 0) + 1
    return found


def indicators() -> Indicators:
    told = current_plan().facts.get("indicators") or {"source": "", "notes": []}
    points = {row.code: row.points for row in Series.objects.all()}
    lines = [_line(row, points) for row in IndicatorLine.objects.all()]
    missed = sum(1 for line in lines if not line.met)
    return Indicators(told["source"], lines, missed, told["notes"])


def rate(first: float, last: float) -> float:
    """By how many per cent `last` is less than `first`, to two decimals: 1,728,407 and 1,400,400 → 18.98."""
    return round(100 * (first - last) / first, 2) if first else 0.0


def _line(row: IndicatorLine, points: dict[str, Json]) -> IndicatorView:
    found = _rate_of(row.recomputed, points)
    printed = row.actual["value"]
    return IndicatorView(
        number=row.number,
        title=row.title,
        note=row.note,
        what=row.what,
        set=_indicator_text(row.set),
        target=_indicator_text(row.target),
        actual=_indicator_text(row.actual),
        met=row.met,
        recomputed="" if found is None else f"{found}%",
        rate=found,
        # Printed to one decimal, computed to two.
        agrees=None if found is None or printed is None else round(found, 1) == printed,
    )


def _rate_of(told: Json | None, points: dict[str, Json]) -> float | None:
    """Computed here from the yearly numbers of the annex; a year a series does not print adds nothing."""
    if not told or not told.get("years"):
        return told["rate"] if told else None
    first, last = (
        sum(points.get(name, {}).get(year, 0) for name in told["series"]) for year in told["years"]
    )
    return rate(first, last)


def time_series() -> list[SeriesGroupView]:
    """The yearly numbers of the annex, group by group, every year that any of the group prints."""
    told = current_plan().facts.get("series")
    if not told:
        return []
    rows = list(Series.objects.all())
    groups = []
    for group in told["groups"]:
        members = [row for row in rows if row.group == group["group"]]
        keys = sorted({key for row in members for key in row.points}, key=labels.western)
        series = [_yearly(row, keys, told["source"]) for row in members]
        table = [
            (labels.when(key), [one.points[place].text for one in series]) for place, key in enumerate(keys)
        ]
        groups.append(SeriesGroupView(group["group"], group["title"], group["as_of"], series, table))
    return groups


def series_notes() -> list[str]:
    told = current_plan().facts.get("series")
    return told["notes"] if told else []


def chronology() -> list[Json]:
    """情報化の歩み: [{group, steps: [{at, what: […]}]}]."""
    told = current_plan().facts.get("chronology") or {"groups": []}
    return [
        {
            "group": group["group"],
            "steps": [{"at": labels.when(step["at"]), "what": step["what"]} for step in group["steps"]],
        }
        for group in told["groups"]
    ]


def _yearly(row: Series, keys: list[str], source: str) -> PublishedSeries:
    points = []
    for key in keys:
        value = row.points.get(key)
        year = labels.western(key)
        points.append(SeriesPoint(labels.when(key), labels.short(key), value, labels.number(value), "", year))
    return PublishedSeries(row.code, row.title, row.unit, source, "line", points)


def published(told: Json | None) -> PublishedSeries | None:
    if told is None:
        return None
    points = []
    for point in told["points"]:
        at = point["at"]
        key, _dash, month = at.partition("-")
        # A month is placed in its calendar year, a bare key at its fiscal year's first day.
        place = labels.western(key) + ((int(month) - 1) / 12 if month else 3 / 12)
        text = labels.number(point["value"])
        points.append(
            SeriesPoint(labels.when(at), labels.short(at), point["value"], text, point["what"], place)
        )
    return PublishedSeries("", told["title"], told["unit"], told["source"], told["kind"], points)


def _indicator_text(value: Json) -> str:
    """As printed: 75.0%（平成26年度）, 約19.0%、約3億3千万円（平成30年度決算）, 2割削減（…）."""
    parts = []
    if value["value"] is not None and value["unit"]:
        about = _("約") if value["approx"] else ""
        parts.append(f"{about}{labels.number(value['value'])}{value['unit']}")
    if value["text"]:
        parts.append(value["text"])
    return _("%(value)s（%(when)s）") % {"value": _("、").join(parts), "when": labels.when(value["as_of"])}


def _count(count: Json) -> tuple[str, str]:
    when = labels.when(count["as_of"] or count["period"])
    return when, f"{count['what']} {labels.number(count['value'])}{count['unit']}"

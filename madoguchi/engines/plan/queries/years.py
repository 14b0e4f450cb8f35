"""A fiscal year whole: as it is frozen, and as it was frozen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.models import (
    Figure,
    Indicator,
    Item,
    Light,
    Measurement,
    Promise,
    Report,
    ReportRequest,
    ScheduleLine,
    Sheet,
    YearReport,
)
from madoguchi.engines.plan.running import Running
from madoguchi.kernel import clock, metrics
from madoguchi.kernel.calendar import fiscal_key, fiscal_year, fiscal_year_end
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.text import digest_of

from .heads import current_plan, state_of
from .measuring import is_met

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrozenYear:
    """One freeze. `is_whole`: the digest, computed again now, is the one that was written then. `is_early`: frozen
    before the year was over."""

    fiscal_year: int
    year: str
    number: int
    at: dt.datetime
    why: str
    digest: str
    is_whole: bool
    content: Json
    is_newest: bool
    is_early: bool


@dataclass(frozen=True, slots=True)
class YearLine:
    fiscal_year: int
    year: str
    number: int
    at: dt.datetime
    digest: str


def frozen_years() -> list[YearLine]:
    """The newest freeze of each year, newest year first."""
    found: dict[int, YearLine] = {}
    rows = YearReport.objects.order_by("-fiscal_year", "-number")
    for year, number, at, digest in rows.values_list("fiscal_year", "number", "at", "digest"):
        found.setdefault(year, YearLine(year, labels.fiscal_year(year), number, at, digest))
    return list(found.values())


def frozen_year(year: int, number: int | None = None) -> list[FrozenYear]:
    """The freeze asked for (the newest where none is), then all the others, newest first. Raises NotFound."""
    rows = list(YearReport.objects.filter(fiscal_year=year).order_by("-number"))
    if number is not None:
        rows.sort(key=lambda row: (row.number != number, -row.number))
        rows = rows if rows and rows[0].number == number else []
    if not rows:
        raise NotFound
    newest = max(row.number for row in rows)
    return [
        FrozenYear(
            fiscal_year=row.fiscal_year,
            year=labels.fiscal_year(row.fiscal_year),
            number=row.number,
            at=row.at,
            why=row.why,
            digest=row.digest,
            is_whole=digest_of(row.content) == row.digest,
            content=row.content,
            is_newest=row.number == newest,
            is_early=clock.in_city(row.at).date() <= fiscal_year_end(dt.date(row.fiscal_year, 4, 1)),
        )
        for row in rows
    ]


def year_content(year: int) -> Json:
    """Everything of a fiscal year as it stands now, plain: what is frozen. Staff are not named in it."""
    plan = current_plan()
    return {
        "fiscal_year": year,
        "plan": {"code": plan.code, "title": plan.title, "source": plan.source},
        "items": _items(year),
        "indicators": [_indicator(row, year) for row in Indicator.objects.filter(withdrawn_at=None)],
        "figures": _figures(year),
        "promises": [
            {"words": row.words, "item": row.item, "due_on": row.due_on.isoformat(), "about": row.about}
            for row in Promise.objects.filter(settled_at=None)
        ],
    }


def _items(year: int) -> list[Json]:
    running = Running()
    sheets = _by_item(Sheet.objects.filter(fiscal_year=year).select_related("division").order_by("number"))
    asked = _by_item(
        ReportRequest.objects.filter(fiscal_year=year)
        .select_related("division", "verified")
        .order_by("division__order", "division")
    )
    rows = Item.objects.current().select_related("measure").prefetch_related("services", "lines")
    return [
        {
            "code": item.code,
            "title": f"{item.measure.code}{item.mark} {item.title}",
            "services": str(state_of(item, running).value),
            "planned": [_planned(line, year) for line in item.lines.all()],
            "sheets": [_sheet(sheet) for sheet in sheets.get(item.pk, [])],
            "reports": [_report(one, one.verified) for one in asked.get(item.pk, []) if one.verified],
            "missing": [one.division.name for one in asked.get(item.pk, []) if not one.verified],
        }
        for item in rows.order_by("order")
    ]


def _by_item(rows: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _planned(line: ScheduleLine, year: int) -> Json:
    text = next((text for key, text in line.years.items() if fiscal_key(key) == year), None)
    return {"label": line.label, "text": text or ""}


def _sheet(row: Sheet) -> Json:
    return {
        "division": row.division.name,
        "number": row.number,
        "planned": row.planned,
        "target": row.target,
        "why": row.why,
        "fictional": row.is_fictional,
    }


def _report(request: ReportRequest, report: Report) -> Json:
    return {
        "division": request.division.name,
        "number": report.number,
        "light": report.light,
        "light_label": str(Light(report.light).label),
        "reason": report.reason,
        "done": report.done,
        "actual": report.actual,
        "source": report.source,
        "why": report.why,
        "fictional": request.is_fictional,
    }


def _indicator(row: Indicator, year: int) -> Json:
    target = next((value for key, value in row.targets.items() if fiscal_key(key) == year), None)
    told = _counted(row.metric, year) if row.metric else _typed(row, year)
    return {
        "key": row.key,
        "title": row.title,
        "unit": row.unit,
        "source": row.source,
        "target": target,
        "met": is_met(row.direction, target, told["value"]),
        **told,
    }


# Services have no past here: these can only say how it is on the day they are asked.
_ONLY_NOW = frozenset({"plan.items_running", "plan.languages"})


def _counted(metric: str, year: int) -> Json:
    """What the service counts of the year: at its end, or now while it is not over."""
    end = fiscal_year_end(dt.date(year, 4, 1))
    today = clock.today()
    if fiscal_year(today) < year or metric not in {one.key for one in metrics.catalogue()}:
        return {"value": None, "n": None, "of": None, "as_of": ""}
    day = today if metric in _ONLY_NOW else min(end, today)
    found = metrics.read(metric, day if day < today else None)
    return {
        "value": found.value,
        "n": found.n,
        "of": found.of,
        "as_of": day.isoformat(),
    }


def _typed(row: Indicator, year: int) -> Json:
    begin = dt.date(year, 4, 1)
    found = Measurement.objects.filter(
        indicator=row, on__gte=begin, on__lte=fiscal_year_end(begin), corrected_by=None
    )
    last = found.order_by("-on", "-at").first()
    if last is None:
        return {"value": None, "as_of": ""}
    return {
        "value": last.value,
        "as_of": last.on.isoformat(),
        "evidence": last.evidence,
        "method": last.method,
        "sample": last.sample,
        "fictional": last.is_fictional,
    }


def _figures(year: int) -> list[Json]:
    rows = Figure.objects.exclude(measured_by="")
    return [
        {"code": row.code, "title": row.title, "metric": row.measured_by, **_counted(row.measured_by, year)}
        for row in rows
    ]

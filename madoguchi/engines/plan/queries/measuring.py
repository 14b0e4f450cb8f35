"""The indicators measured from now on: live where a service counts them, typed with method and sample elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.models import Indicator, Measurement, YearReport
from madoguchi.kernel import clock, links
from madoguchi.kernel.calendar import fiscal_key, fiscal_year
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Ref

from .annex import PublishedSeries, SeriesPoint
from .figures import Seen, measured

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TypedValue:
    """One value with what it stands on; `is_corrected` when a later one stands in its place."""

    id: Any
    on: dt.date
    value: str
    evidence: str
    method: str
    sample: str
    why: str
    is_corrected: bool
    is_fictional: bool


@dataclass(frozen=True, slots=True)
class YearRow:
    """Target and actual of one year. `met` is None where either is missing."""

    fiscal_year: int
    label: str
    target: str
    actual: str
    met: bool | None
    is_now: bool = False
    is_fictional: bool = False
    target_value: float | None = None
    actual_value: float | None = None


@dataclass(frozen=True, slots=True)
class IndicatorNow:
    key: str
    title: str
    unit: str
    is_less_better: bool
    source: str
    source_label: str
    is_metric: bool
    item: str
    item_title: str
    item_href: str
    baseline: str
    baseline_source: str
    target_source: str
    note: str
    live: Seen | None
    values: list[TypedValue] = field(default_factory=list)
    years: list[YearRow] = field(default_factory=list)

    @property
    def has_target(self) -> bool:
        return any(row.target for row in self.years)

    @property
    def latest(self) -> YearRow | None:
        """The newest year that has an actual."""
        return next((row for row in reversed(self.years) if row.actual), None)

    @property
    def series(self) -> PublishedSeries | None:
        """What can be drawn: the years that have an actual; None with fewer than two."""
        points = [
            SeriesPoint(
                row.label, str(row.fiscal_year), row.actual_value, row.actual, row.target, row.fiscal_year
            )
            for row in self.years
            if row.actual_value is not None
        ]
        if len(points) < 2:
            return None
        return PublishedSeries(self.key, self.title, self.unit, self.source_label, "line", points)

    @property
    def targets(self) -> list[tuple[int, float]]:
        return [(row.fiscal_year, row.target_value) for row in self.years if row.target_value is not None]


def indicators_now(*, item: str = "") -> list[IndicatorNow]:
    """Every indicator in its order, or those of one item, with the value of this moment."""
    rows = _rows()
    if item:
        rows = rows.filter(item__code=item)
    found = list(rows)
    frozen = _frozen_values() if found else {}
    return [_indicator(row, frozen) for row in found]


def indicator(key: str) -> Indicator:
    """The row to measure for. Raises NotFound."""
    found = _rows().filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def indicator_now(row: Indicator) -> IndicatorNow:
    return _indicator(row, _frozen_values())


def measurement(row: Indicator, wanted: str) -> Measurement | None:
    """The value that is to be corrected; None where none is meant. Raises NotFound for one of another indicator."""
    if not wanted:
        return None
    found = next((one for one in row.measurements.all() if str(one.pk) == wanted), None)
    if found is None:
        raise NotFound
    return found


def _rows():  # type: ignore[no-untyped-def]
    measurements = Prefetch("measurements", Measurement.objects.order_by("on", "at"))
    return Indicator.objects.filter(withdrawn_at=None).select_related("item").prefetch_related(measurements)


def _indicator(row: Indicator, frozen: dict[str, dict[int, float]]) -> IndicatorNow:
    live = measured(row.metric)
    typed = list(row.measurements.all())
    corrected = {one.corrects_id for one in typed if one.corrects_id}
    return IndicatorNow(
        key=row.key,
        title=row.title,
        unit=row.unit,
        is_less_better=row.direction == "<=",
        source=row.source,
        source_label=str(Indicator.Source(row.source).label),
        is_metric=row.source == Indicator.Source.METRIC,
        item=row.item.code if row.item else "",
        item_title=str(row.item) if row.item else "",
        item_href=links.href(Ref("plan", "item", row.item.code)) if row.item else "",
        baseline=_baseline(row.baseline),
        baseline_source=row.baseline["source"] if row.baseline else "",
        target_source=row.target_source,
        note=row.note,
        live=live,
        values=[_typed(one, corrected) for one in typed],
        years=_years(row, live, [one for one in typed if one.pk not in corrected], frozen.get(row.key, {})),
    )


def _years(
    row: Indicator, live: Seen | None, typed: list[Measurement], frozen: dict[int, float]
) -> list[YearRow]:
    targets = {fiscal_key(key): float(value) for key, value in row.targets.items()}
    actuals = dict(frozen)
    made_up: set[int] = set()
    for one in typed:
        year = fiscal_year(one.on)
        actuals[year] = one.value
        made_up = made_up | {year} if one.is_fictional else made_up - {year}
    now = fiscal_year(clock.today())
    if live is not None:
        actuals[now] = live.number
    rows = []
    for year in sorted(targets.keys() | actuals.keys()):
        target, actual = targets.get(year), actuals.get(year)
        rows.append(
            YearRow(
                fiscal_year=year,
                label=labels.fiscal_year(year),
                target=labels.number(target),
                actual=labels.number(actual),
                met=is_met(row.direction, target, actual),
                is_now=live is not None and year == now,
                is_fictional=year in made_up,
                target_value=target,
                actual_value=actual,
            )
        )
    return rows


def is_met(direction: str, target: float | None, actual: float | None) -> bool | None:
    """Without rounding: 19.0 does not reach 20."""
    if target is None or actual is None:
        return None
    return actual <= target if direction == "<=" else actual >= target


def _typed(one: Measurement, corrected: set[Any]) -> TypedValue:
    return TypedValue(
        id=one.pk,
        on=one.on,
        value=labels.number(one.value),
        evidence=one.evidence,
        method=one.method,
        sample=one.sample,
        why=one.why,
        is_corrected=one.pk in corrected,
        is_fictional=one.is_fictional,
    )


def _baseline(told: Json | None) -> str:
    if told is None:
        return ""
    return labels.dated_value(told)


def _frozen_values() -> dict[str, dict[int, float]]:
    """{indicator: {fiscal year: value}} of the newest freeze of each year."""
    found: dict[str, dict[int, float]] = {}
    for year, content in YearReport.objects.order_by("number").values_list("fiscal_year", "content"):
        for one in content.get("indicators", []):
            if one.get("value") is not None:
                found.setdefault(one["key"], {})[year] = one["value"]
    return found

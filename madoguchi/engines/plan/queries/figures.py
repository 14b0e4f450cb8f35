"""Two columns that are never merged: what was published, and what was measured here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.models import Figure
from madoguchi.kernel import links, metrics
from madoguchi.kernel.refs import Ref

from .heads import current_plan

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SaidValue:
    """One published value, as printed."""

    label: str
    value: str
    unit: str
    is_approximate: bool
    as_of: str
    note: str


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    n: str
    of: str
    percent: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What this installation measured: the value with "of how many" and the moment."""

    key: str
    title: str
    explain: str
    value: str
    unit: str
    n: str
    of: str
    at: dt.datetime
    by_division: list[Share]
    by_year: list[Share]
    number: float = 0


@dataclass(frozen=True, slots=True)
class FigureView:
    code: str
    title: str
    said: list[SaidValue]
    said_by: str
    source: str
    notes: list[str]
    how: str
    seen: Seen | None
    items: list[tuple[str, str]]


def figures(*, only: Iterable[str] | None = None) -> list[FigureView]:
    """The headline figures: at the left what was published, at the right what was measured here, or None."""
    rows = Figure.objects.all()
    if only is not None:
        rows = rows.filter(code__in=list(only))
    return [_figure(row) for row in rows]


def first_figures() -> list[FigureView]:
    """The few that stand on the plan's first page, in the order the pack gives."""
    first = current_plan().facts.get("figures", {}).get("first", [])
    found = {figure.code: figure for figure in figures(only=first)}
    return [found[code] for code in first if code in found]


def figure_count() -> int:
    return Figure.objects.count()


def measured(key: str) -> Seen | None:
    """The metric's value now; None when nobody here measures it or there is nothing to count yet."""
    if not key:
        return None
    known = {measure.key: measure for measure in metrics.catalogue()}
    if key not in known:
        return None
    found = metrics.read(key)
    if found.value is None:
        return None
    measure = known[key]
    value = _said_number(found.value)
    return Seen(
        key=key,
        title=str(measure.title),
        explain=str(measure.explain),
        value=value,
        unit=str(measure.unit),
        n=_count(found.n),
        of=_count(found.of),
        at=found.at,
        by_division=[_share(part, part.name) for part in found.parts if part.group == "division"],
        # Only what was measured here. Parts that count the municipality's own dates belong to the other column.
        by_year=[_share(part, _year(part.name)) for part in found.parts if part.group == "year"],
        number=found.value,
    )


def _said_number(value: float) -> str:
    """One decimal, or two where a metric gives two: 18.98 is not rounded up to 19.0."""
    # A count is a whole number, whatever its type says.
    if not isinstance(value, float):
        return f"{value:,}"  # type: ignore[unreachable]
    return f"{value:,.1f}" if round(value, 1) == value else f"{value:,.2f}"


def _share(part: metrics.Part, name: str) -> Share:
    return Share(name, _count(part.n), _count(part.of), f"{part.share}%" if part.of else "")


def _count(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


def _year(name: str) -> str:
    return labels.fiscal_year(int(name)) if name.isdigit() else name


def _figure(row: Figure) -> FigureView:
    return FigureView(
        code=row.code,
        title=row.title,
        said=[_said(value) for value in row.said],
        said_by=row.said_by,
        source=row.source,
        notes=row.notes,
        how=row.how,
        seen=measured(row.measured_by),
        items=[(code, links.href(Ref("plan", "item", code))) for code in row.items],
    )


def _said(value: Json) -> SaidValue:
    return SaidValue(
        label=value.get("label", ""),
        value=value.get("text") or labels.number(value.get("value")),
        unit=value.get("unit", ""),
        is_approximate=value.get("approx", False),
        as_of=labels.when(value.get("as_of")),
        note=value.get("note", ""),
    )


def figures_of(code: str) -> list[FigureView]:
    """The figures that belong to one item."""
    # `items` is a short JSON list in 35 rows: read them all rather than ask each database its own way.
    return [_figure(row) for row in Figure.objects.all() if code in row.items]

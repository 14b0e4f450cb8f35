"""One item, with everything that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.errors import ItemNotFound
from madoguchi.engines.plan.models import Item, ItemChange
from madoguchi.engines.plan.running import Running, State
from madoguchi.kernel import links
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.refs import Ref
from madoguchi.kernel.text import said_of

from .annex import PublishedSeries, published
from .figures import FigureView, figures_of
from .heads import PlanHead, current_plan, head, state_of
from .measuring import IndicatorNow, indicators_now
from .reporting import Progress, PromiseView, progress, promises

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Year:
    key: str
    western: int
    label: str


@dataclass(frozen=True, slots=True)
class DivisionName:
    """A division as printed; `href` leads to it where it still exists under that name."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """`texts` holds one text for each year of the plan; "" where the plan prints 「−」."""

    label: str
    texts: list[str]
    divisions: list[DivisionName]


@dataclass(frozen=True, slots=True)
class ServiceView:
    ref: str
    title: str
    runs: bool
    href: str


@dataclass(frozen=True, slots=True)
class Change:
    at: dt.datetime
    what: ItemChange.What
    fields: list[str]


@dataclass(frozen=True, slots=True)
class ItemPage:
    plan: PlanHead
    code: str
    mark: str
    title: str
    goal: str
    goal_number: int
    goal_title: str
    measure: str
    measure_title: str
    state: State
    is_withdrawn: bool
    years: list[Year]
    lines: list[Line]
    has_empty_cells: bool
    services: list[ServiceView]
    series: PublishedSeries | None
    figures: list[FigureView]
    tables: list[Json]
    notes: list[str]
    history: list[Change]
    progress: list[Progress]
    indicators: list[IndicatorNow]
    promises: list[PromiseView]

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def is_measured(self) -> bool:
        return any(figure.seen for figure in self.figures) or any(one.live for one in self.indicators)

    @property
    def lights(self) -> list[Progress]:
        """How it goes, as its divisions say in the newest year anything was verified of."""
        told = [one for one in self.progress if one.report]
        return [one for one in told if one.fiscal_year == told[0].fiscal_year]


def item(code: str) -> ItemPage:
    """Everything that belongs to one item, in the order of its page."""
    plan = current_plan()
    rows = Item.objects.select_related("measure__goal").prefetch_related(
        "lines", "services", Prefetch("changes", ItemChange.objects.order_by("at", "id"))
    )
    row = rows.filter(code=code).first()
    if row is None:
        raise ItemNotFound(code=code)
    running = Running()
    numbers = figures_of(row.code)
    years = [Year(key, labels.western(key), labels.when(key)) for key in plan.years]
    exists = {one.pk: one for one in identity.divisions()}
    lines = [
        Line(
            line.label,
            [line.years.get(key) or "" for key in plan.years],
            [_division(name, exists) for name in line.divisions],
        )
        for line in row.lines.all()
    ]
    return ItemPage(
        plan=head(plan),
        code=row.code,
        mark=row.mark,
        title=row.title,
        goal=row.measure.goal.code,
        goal_number=row.measure.goal.order,
        goal_title=row.measure.goal.title,
        measure=row.measure.code,
        measure_title=row.measure.title,
        state=state_of(row, running),
        is_withdrawn=row.withdrawn_at is not None,
        years=years,
        lines=lines,
        has_empty_cells=any(text == "" for line in lines for text in line.texts),
        services=[
            ServiceView(
                ref=f"{service.kind}:{service.key}",
                title=service.title,
                runs=running.has(service.kind, service.key),
                href=running.href(service.kind, service.key),
            )
            for service in row.services.all()
        ],
        series=published(row.series),
        figures=numbers,
        tables=[table | {"as_of": labels.when(table["as_of"])} for table in row.tables],
        notes=row.notes,
        history=[Change(row.at, ItemChange.What(row.what), row.fields) for row in row.changes.all()],
        progress=progress(row),
        indicators=indicators_now(item=row.code),
        promises=promises(item=row.code),
    )


def _division(name: str, exists: Mapping[str, Division]) -> DivisionName:
    """As the plan prints it, or translated where it still exists."""
    if name not in exists:
        return DivisionName(name, "")
    called = said_of(exists[name])
    printed = called if called != exists[name].name else name
    return DivisionName(printed, links.href(Ref("directory", "division", name)))


def items_json() -> list[Json]:
    """Each item with its five years: the list the API shows."""
    plan = current_plan()
    running = Running()
    rows = (
        Item.objects.current()
        .select_related("measure__goal")
        .prefetch_related("lines", "services")
        .order_by("measure__goal__order", "measure__order", "order")
    )
    return [
        {
            "code": row.code,
            "mark": row.mark,
            "title": row.title,
            "goal": row.measure.goal.code,
            "measure": row.measure.code,
            "state": str(state_of(row, running).value),
            "schedule": [
                {
                    "label": line.label,
                    "years": {key: line.years.get(key) for key in plan.years},
                    "divisions": line.divisions,
                }
                for line in row.lines.all()
            ],
            "services": [
                {"ref": f"{s.kind}:{s.key}", "title": s.title, "runs": running.has(s.kind, s.key)}
                for s in row.services.all()
            ],
        }
        for row in rows
    ]


def item_titles() -> dict[str, str]:
    """{code: 「2-3① 題名」} of every item, withdrawn ones too: what other pages call an item."""
    return {
        item.code: f"{item.measure.code}{item.mark} {item.title}"
        for item in Item.objects.select_related("measure").order_by("order")
    }


def service_addresses(refs: Iterable[str]) -> dict[str, str]:
    """{`procedures:jido_teate.nintei`: where to try it} of those that run here and have a page."""
    running = Running()
    found = {ref: running.href(*ref.split(":", 1)) for ref in set(refs) if ":" in ref}
    return {ref: href for ref, href in found.items() if href}

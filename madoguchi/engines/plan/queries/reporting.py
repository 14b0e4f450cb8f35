"""Sheets and yearly reports: what the public page shows of an item, and what the desk has to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.plan import labels, rules
from madoguchi.engines.plan.errors import ItemNotFound
from madoguchi.engines.plan.models import Item, Light, Plan, Promise, Report, ReportRequest, Sheet
from madoguchi.kernel import clock, links
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref, is_id

State = ReportRequest.State


@dataclass(frozen=True, slots=True)
class SheetView:
    number: int
    planned: str
    target: str
    why: str
    at: dt.datetime
    is_fictional: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    number: int
    light: str
    light_label: str
    reason: str
    done: str
    actual: str
    source: str
    why: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """One division's year of an item: the newest sheet, those before it, and the verified reports."""

    fiscal_year: int
    year: str
    division: str
    sheets: list[SheetView] = field(default_factory=list)
    reports: list[ReportView] = field(default_factory=list)
    is_fictional: bool = False

    @property
    def sheet(self) -> SheetView | None:
        return self.sheets[-1] if self.sheets else None

    @property
    def report(self) -> ReportView | None:
        return self.reports[-1] if self.reports else None


def progress(item: Item) -> list[Progress]:
    """Year by year, newest first: what was planned and what was verified. Nothing that is still on its way."""
    found: dict[tuple[int, str], Progress] = {}

    def of(row: Sheet | ReportRequest) -> Progress:
        key = (row.fiscal_year, row.division_id)
        if key not in found:
            year = labels.fiscal_year(row.fiscal_year)
            found[key] = Progress(row.fiscal_year, year, row.division.name, is_fictional=row.is_fictional)
        return found[key]

    for sheet in item.sheets.select_related("division"):
        of(sheet).sheets.append(_sheet(sheet))
    asked = item.report_requests.exclude(verified=None).select_related("division")
    handed = [(one, report) for one in asked.prefetch_related("reports") for report in one.reports.all()]
    # What was sent back was never the division's word; what was verified once stays beside its correction.
    verified = approvals.approved_among(report.ref for _one, report in handed)
    for request, report in handed:
        if str(report.ref) in verified:
            of(request).reports.append(_report(report))
    return sorted(found.values(), key=lambda one: (-one.fiscal_year, one.division))


def _sheet(row: Sheet) -> SheetView:
    return SheetView(row.number, row.planned, row.target, row.why, row.at, row.is_fictional)


def _report(row: Report) -> ReportView:
    return ReportView(
        number=row.number,
        light=row.light,
        light_label=str(Light(row.light).label),
        reason=row.reason,
        done=row.done,
        actual=row.actual,
        source=row.source,
        why=row.why,
        at=row.at,
    )


# ── the desk ───────────────────────────────────────────────
FILTERS = ("", "missing", "late", "sent", "verified")


@dataclass(frozen=True, slots=True)
class AskedReport:
    """One line of the desk's list."""

    id: Any
    item: str
    title: str
    year: str
    division: str
    due_on: dt.date
    state: State
    is_late: bool
    reminded_at: dt.datetime | None
    is_fictional: bool

    @property
    def state_label(self) -> str:
        return str(self.state.label)


def asked_reports(actor: Actor, *, only: str = "", year: int | None = None) -> list[AskedReport]:
    """The reports asked of the actor's divisions; of all divisions for who looks after the plan."""
    rows = _mine(actor).select_related("item", "division")
    if year is not None:
        rows = rows.filter(fiscal_year=year)
    if only in _ONLY:
        rows = rows.filter(_ONLY[only]())
    today = clock.today()
    return [
        AskedReport(
            id=row.pk,
            item=row.item.code,
            title=str(row.item),
            year=labels.fiscal_year(row.fiscal_year),
            division=row.division.name,
            due_on=row.due_on,
            state=State(row.state),
            is_late=row.state in _MISSING and row.due_on < today,
            reminded_at=row.reminded_at,
            is_fictional=row.is_fictional,
        )
        for row in rows.order_by("-fiscal_year", "due_on", "item__order", "division")
    ]


_MISSING = [State.ASKED, State.REMANDED]


def _missing() -> Q:
    return Q(state__in=_MISSING)


def _late() -> Q:
    return Q(state__in=_MISSING, due_on__lt=clock.today())


_ONLY = {
    "missing": _missing,
    "late": _late,
    "sent": lambda: Q(state=State.SENT),
    "verified": lambda: Q(state=State.VERIFIED),
}


def asked_counts(actor: Actor) -> dict[str, int]:
    """How many stand behind each filter."""
    counts = {name: Count("pk", filter=condition()) for name, condition in _ONLY.items()}
    return _mine(actor).aggregate(all=Count("pk"), **counts)


def to_report(actor: Actor) -> dict[str, int]:
    """What きょう says: how many reports of the actor's divisions have not been handed in, and how many are late."""
    divisions = actor.divisions_as(*rules.WRITING)
    rows = ReportRequest.objects.filter(division__in=divisions)
    return rows.aggregate(missing=Count("pk", filter=_missing()), late=Count("pk", filter=_late()))


def _mine(actor: Actor) -> QuerySet[ReportRequest]:
    if rules.looks_after(actor):
        return ReportRequest.objects.all()
    return ReportRequest.objects.filter(division__in=actor.divisions_as(*rules.WRITING))


def years_asked(actor: Actor) -> list[tuple[int, str]]:
    years = _mine(actor).order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    return [(year, labels.fiscal_year(year)) for year in years]


@dataclass(frozen=True, slots=True)
class ReportPage:
    row: ReportRequest
    year: str
    is_late: bool
    reports: list[ReportView]
    sheet: SheetView | None
    steps: list[Any]
    approval: Any
    may_write: bool
    may_take_step: bool

    @property
    def state_label(self) -> str:
        return str(State(self.row.state).label)


def report_page(actor: Actor, request_id: object) -> ReportPage:
    """One asked report with everything handed in, and where it is on its way. Not there and not theirs are the same."""
    found = _mine(actor).select_related("item", "division", "verified") if is_id(request_id) else None
    row = found.prefetch_related("reports").filter(pk=str(request_id)).first() if found is not None else None
    if row is None:
        raise NotFound
    reports = list(row.reports.all())
    approval = approvals.of(reports[-1].ref).first() if reports else None
    sheets = Sheet.objects.filter(item=row.item, fiscal_year=row.fiscal_year, division=row.division_id)
    last = sheets.order_by("-number").first()
    return ReportPage(
        row=row,
        year=labels.fiscal_year(row.fiscal_year),
        is_late=row.state in _MISSING and row.due_on < clock.today(),
        reports=[_report(one) for one in reports],
        sheet=_sheet(last) if last else None,
        steps=list(approval.steps.all()) if approval else [],
        approval=approval,
        may_write=rules.writes_for(actor, row.division_id) and row.state != State.SENT,
        may_take_step=approval is not None and approval in approvals.waiting_for(actor),
    )


def request_of(actor: Actor, report_id: object) -> ReportRequest:
    """What a report answers, for whom may see it on the desk. Raises NotFound."""
    row = _mine(actor).filter(reports__pk=str(report_id)).first() if is_id(report_id) else None
    if row is None:
        raise NotFound
    return row


def item_of_report(report_id: object) -> str:
    """The code of the item whose page shows a verified report. Raises NotFound for one that is still on its way."""
    found = Report.objects.select_related("request__item").filter(pk=str(report_id)).first()
    if found is None or not approvals.approved_among([found.ref]):
        raise NotFound
    return found.request.item.code


def lights() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in Light.choices]


def looks_after(actor: Actor) -> bool:
    return rules.looks_after(actor)


@dataclass(frozen=True, slots=True)
class SheetPage:
    item: Item
    divisions: list[tuple[str, str]]
    division: str
    fiscal_year: int
    year: str
    sheets: list[SheetView]


def sheet_page(actor: Actor, code: str, *, division: str = "", year: int | None = None) -> SheetPage:
    """The sheets of an item as the desk writes them: of one division and one year."""
    item = Item.objects.prefetch_related("lines").filter(code=code).first()
    if item is None:
        raise ItemNotFound(code=code)
    names = list(dict.fromkeys(name for line in item.lines.all() for name in line.divisions))
    mine = [name for name in names if rules.writes_for(actor, name)]
    related = Plan.objects.order_by("-changed_at").values_list("related", flat=True).first() or []
    mine = [name for name in mine if name not in related]
    if not mine:
        raise NotFound
    chosen = division if division in mine else mine[0]
    asked = year if year and rules.FIRST_YEAR <= year <= rules.LAST_YEAR else fiscal_year(clock.today())
    rows = item.sheets.filter(fiscal_year=asked, division=chosen)
    return SheetPage(
        item=item,
        divisions=[(name, name) for name in mine],
        division=chosen,
        fiscal_year=asked,
        year=labels.fiscal_year(asked),
        sheets=[_sheet(row) for row in rows],
    )


# ── promises ───────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class PromiseView:
    words: str
    item: str
    item_href: str
    href: str
    division: str
    due_on: dt.date
    is_late: bool


def promises(*, item: str = "", division: str = "") -> list[PromiseView]:
    """What was promised and is not settled, the nearest day first."""
    rows = Promise.objects.filter(settled_at=None).select_related("division")
    if item:
        rows = rows.filter(item=item)
    if division:
        rows = rows.filter(division=division)
    today = clock.today()
    return [
        PromiseView(
            words=row.words,
            item=row.item,
            item_href=links.href(Ref("plan", "item", row.item)) if row.item else "",
            href=links.href(Ref.parse(row.about)),
            division=row.division.name if row.division else "",
            due_on=row.due_on,
            is_late=row.due_on < today,
        )
        for row in rows
    ]

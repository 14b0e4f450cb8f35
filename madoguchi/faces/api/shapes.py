"""What the API answers with. Names are stable within v1: fields may be added, never renamed or removed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema


class ProblemPlace(Schema):
    """One place at fault: the path of a question, one of its inputs ("" for the whole), and what to do."""

    path: str
    input: str
    detail: str


class Problem(Schema):
    """RFC 9457 problem details, with the refusal's stable code."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict[str, str] = {}
    errors: list[ProblemPlace] = []


class About(Schema):
    name: str
    municipality: str
    is_demo: bool
    notice: str
    version: str


class ProcedureRow(Schema):
    key: str
    title: str
    summary: str
    division: str
    kind: str
    life_events: list[str]
    channels: list[str]
    is_online: bool


class DocumentRow(Schema):
    id: str
    title: str
    hint: str
    brought: str
    omitted_by: str


class ProcedureDetail(ProcedureRow):
    version: int
    basis: str
    days: int
    counts_business_days: bool
    deadline_hint: str
    counters: list[str]
    documents: list[DocumentRow]
    steps: list[str]
    checked_on: dt.date


class RegisterEntry(Schema):
    """One row of the register of procedures. `here_since`: online in this installation; `ward_since`: as published."""

    key: str
    title: str
    division: str
    kind: str
    basis: str
    here_since: dt.date | None
    ward_since: dt.date | None
    ward_by: str
    source: str


class PartRow(Schema):
    group: str
    name: str
    n: float
    of: float | None
    share: float | None


class Measure(Schema):
    """A measured figure. `value` is null where there is nothing to measure yet."""

    key: str
    title: str
    explain: str
    unit: str
    value: float | None
    n: float | None
    of: float | None
    at: dt.datetime
    parts: list[PartRow]


class DivisionRow(Schema):
    key: str
    name: str
    department: str


class CounterRow(Schema):
    key: str
    name: str
    division: str


class PageRow(Schema):
    slug: str
    language: str
    title: str
    summary: str


class PageDetail(PageRow):
    html: str
    is_translated: bool


class TileRow(Schema):
    code: str
    mark: str
    title: str
    state: str
    state_label: str


class MeasureRow(Schema):
    code: str
    title: str
    items: list[TileRow]


class GoalRow(Schema):
    code: str
    number: int
    title: str
    measures: list[MeasureRow]


class PlanCounts(Schema):
    goals: int
    measures: int
    items: int
    schedule_lines: int
    divisions: int


class PlanOverview(Schema):
    title: str
    counts: PlanCounts
    goals: list[GoalRow]


class ScheduleRow(Schema):
    label: str
    years: dict[str, str]
    divisions: list[str]


class ItemDetail(Schema):
    code: str
    mark: str
    title: str
    goal: str
    measure: str
    state: str
    state_label: str
    schedule: list[ScheduleRow]
    services: list[dict[str, Any]]
    notes: list[str]


class SearchHit(Schema):
    kind: str
    title: str
    snippet: str
    href: str

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
    alternatives: list[dict[str, Any]] = []  # what is free near a time that is gone


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
    """A measured figure. `value` is null where there is nothing to measure yet, and where a small figure is withheld.

    Which of the two it is, `withheld` says: a figure of so few that it would tell of single people is not given out.
    """

    key: str
    title: str
    explain: str
    unit: str
    value: float | None
    n: float | None
    of: float | None
    withheld: bool
    at: dt.datetime
    parts: list[PartRow]


class DivisionRow(Schema):
    key: str
    name: str
    department: str


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


class CallRow(Schema):
    """A call for opinions (意見の募集)."""

    key: str
    title: str
    document: str
    opens_on: dt.date
    closes_on: dt.date
    state: str
    receives: bool
    is_fictional: bool
    opinions: int


class UnitRow(Schema):
    key: str
    number: str
    heading: str
    body: str


class EvidenceRow(Schema):
    kind: str
    words: str
    service: str
    url: str


class OpinionRow(Schema):
    """One published opinion. `answered_with` is the number whose answer it shares; `same`: how many said it."""

    id: str
    number: int | None
    section: list[str]
    item: str
    items: list[str]
    opinion: str
    answer: str
    answered_with: int | None
    category: str
    label: str
    meaning: str
    same: int
    outcome: str
    outcome_label: str
    outcome_words: str
    outcome_on: str
    outcome_source: str
    outcome_service: str
    evidence: list[EvidenceRow]
    is_summary: bool
    refers_to: list[int]


class CategoryCount(Schema):
    sign: str
    label: str
    meaning: str
    n: int


class CallResult(Schema):
    """The result of a call; counts are computed from the rows."""

    key: str
    title: str
    document: str
    opens_on: dt.date
    closes_on: dt.date
    calendar_days: int
    opening_days: int
    persons: int
    organisations: int
    unknown: int
    channels: list[tuple[str, int]]
    notices: list[dict[str, str]]
    sections: list[tuple[str, int]]
    categories: list[CategoryCount]
    uncategorised: int
    withheld: list[tuple[str, str, int]]
    rows: list[OpinionRow]
    source: str
    is_fictional: bool


class CallDetail(CallRow):
    units: list[UnitRow]
    result: CallResult | None


class OutcomeRow(Schema):
    state: str
    on: str
    words: str
    item: str
    source: str


class OpinionDetail(Schema):
    call: str
    row: OpinionRow
    steps: list[OutcomeRow]

"""The shape of a pack's plan folder: one model for each file, and `Book`, all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from madoguchi.kernel.text import digest_of

# As printed: R2, H30, R2-03, H28-04..R2-01, H31-01..03, H28-, "H30,R1", H25決算, 毎年度.
When = Annotated[str, StringConstraints(pattern=r"^([SHR]\d{1,2}[-.0-9,SHR]*(決算)?|毎年度)$")]
YearKey = Annotated[str, StringConstraints(pattern=r"^[SHR]\d{1,2}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
ServiceRef = Annotated[str, StringConstraints(pattern=r"^[a-z_]+:[a-z0-9_.]+$")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# ── plan.yaml ──────────────────────────────────────────────
class Chapter(Shape):
    chapter: Text
    title: Text
    page: int


class PlanFile(Shape):
    """The plan itself. `divisions` are every name of a division in this folder, as printed."""

    plan: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
    title: Text
    publisher: Text
    source: Text
    source_url: str = ""
    published: When
    years: list[YearKey]
    also: str = ""
    principle: str = ""
    viewpoints: list[Text] = []
    midterm_review: str = ""
    chapters: list[Chapter] = []
    divisions: list[Text]
    related: list[Text] = []
    organisation: dict[str, Text | dict[str, Text]] = {}
    progress: dict[str, Text | list[Text]] = {}


# ── items.yaml ─────────────────────────────────────────────
class Line(Shape):
    label: str = ""
    years: dict[YearKey, Text | None]
    divisions: list[Text] = Field(min_length=1)


class Point(Shape):
    at: When
    value: int | float
    what: str = ""


class ItemSeries(Shape):
    """A published series of one item, drawn as a chart with its table beside it."""

    title: Text
    unit: Text
    source: Text
    kind: Literal["step", "line"] = "line"
    points: list[Point] = Field(min_length=2)


class Table(Shape):
    title: Text
    as_of: When
    columns: list[Text]
    rows: list[list[Text]]


class ItemEntry(Shape):
    """One item. `services`: what it needs here, {reference: what the plan calls it}."""

    item: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9-]+$")]
    mark: str = ""
    title: Text
    schedule: list[Line] = Field(min_length=1)
    services: dict[ServiceRef, Text] = {}
    series: ItemSeries | None = None
    tables: list[Table] = []
    notes: list[Text] = []


class MeasureEntry(Shape):
    measure: Text
    title: Text
    items: list[ItemEntry]


class GoalEntry(Shape):
    goal: Text
    title: Text
    page: int | None = None
    measures: list[MeasureEntry]


class ItemsFile(Shape):
    goals: list[GoalEntry]


# ── former_plan.yaml ───────────────────────────────────────
class FormerGoal(Shape):
    number: int
    title: Text
    sections: dict[str, Text]


class Dated(Shape):
    at: When
    what: Text


class Count(Shape):
    what: Text
    value: int | float
    unit: Text
    as_of: When | None = None
    period: When | None = None


class FormerEntry(Shape):
    number: int
    mark: Text
    title: Text
    goal: int
    section: Text
    result: Literal["A", "B"]
    divisions: list[Text] = Field(min_length=1)
    done: list[Dated] = []
    counts: list[Count] = []
    certificates: list[Text] = []


class FormerFile(Shape):
    title: Text
    decided: When
    source: Text
    legend: dict[Literal["A", "B"], Text]
    goals: list[FormerGoal]
    items: list[FormerEntry]
    notes: list[Text] = []


# ── indicators.yaml ────────────────────────────────────────
class IndicatorValue(Shape):
    value: int | float | None = None
    text: str = ""
    unit: str = ""
    approx: bool = False
    as_of: When
    direction: Literal[">=", "<="] | None = None


class Recomputed(Shape):
    """The rate as the yearly numbers give it. `series` are summed at the first and at the last of `years`."""

    series: list[Text] = []
    years: tuple[YearKey, YearKey] | None = None
    from_sen_yen: int
    to_sen_yen: int
    rate: float


class IndicatorEntry(Shape):
    what: Text
    set: IndicatorValue
    target: IndicatorValue
    actual: IndicatorValue
    met: bool
    recomputed: Recomputed | None = None


class Indicator(Shape):
    number: int
    title: Text
    note: str = ""
    lines: list[IndicatorEntry]


class IndicatorsFile(Shape):
    source: Text
    indicators: list[Indicator]
    notes: list[Text] = []


# ── time_series.yaml ───────────────────────────────────────
class SeriesGroup(Shape):
    group: Text
    title: Text
    as_of: Text


class SeriesEntry(Shape):
    series: Text
    title: Text
    unit: Text
    group: Text
    points: dict[YearKey, int | float]


class SeriesFile(Shape):
    source: Text
    groups: list[SeriesGroup]
    series: list[SeriesEntry]
    notes: list[Text] = []


# ── figures.yaml ───────────────────────────────────────────
class Said(Shape):
    label: str = ""
    value: int | float | None = None
    text: str = ""
    unit: str = ""
    approx: bool = False
    as_of: When | None = None
    note: str = ""


class FigureEntry(Shape):
    """One headline figure. A figure nobody measures here says `measured_by: null`."""

    figure: Annotated[str, StringConstraints(pattern=r"^D-\d{2}$")]
    title: Text
    said: list[Said] = Field(min_length=1)
    said_by: str = ""
    source: Text
    notes: list[Text] = []
    how: Text
    measured_by: str | None
    items: list[Text] = []


class FiguresFile(Shape):
    """`first`: the few that stand on the plan's first page."""

    first: list[Text] = []
    figures: list[FigureEntry]


# ── chronology.yaml ────────────────────────────────────────
class Step(Shape):
    at: When
    what: list[Text]


class ChronologyGroup(Shape):
    group: Text
    steps: list[Step]


class ChronologyFile(Shape):
    source: Text
    groups: list[ChronologyGroup]


# ── progress.yaml ──────────────────────────────────────────
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2\d|3[01])$")]


class ProgressFile(Shape):
    """How the plan is reported on every year: 推進計画書 and 進捗報告書."""

    owner: Text = Field(description="the division that looks after the plan, as in divisions")
    asked_on: MonthDay = Field("04-01", description="the day every division is asked for last year's report")
    due_on: MonthDay = "05-31"
    remind_after_days: int = Field(7, ge=1, le=90, description="days between two reminders")
    route: Text = Field("shinchoku", description="a route of approvals/routes.yaml")
    bodies: list[Text] = Field([], description="keys of councils a verified report goes to")


# ── measured.yaml ──────────────────────────────────────────
class Baseline(Shape):
    """Where an indicator began, as printed somewhere. Without `as_of` the source does not say of when it is."""

    value: int | float
    unit: str = ""
    approx: bool = False
    as_of: When | None = None
    source: Text


class MeasuredEntry(Shape):
    """An indicator measured from now on: by a metric of this system, by a survey, or from a file."""

    indicator: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    title: Text
    item: str | None = None
    unit: str = ""
    direction: Literal[">=", "<="] = ">="
    source: Literal["metric", "survey", "file"]
    metric: str = ""
    baseline: Baseline | None = None
    targets: dict[YearKey, int | float] = {}
    target_source: str = ""
    note: str = ""


class MeasuredFile(Shape):
    indicators: list[MeasuredEntry]


# ── all of it ──────────────────────────────────────────────
class Book(Shape):
    """A plan folder, read. Everything but `plan` and `items` may be missing in a small pack."""

    plan: PlanFile
    items: ItemsFile
    former: FormerFile | None = None
    indicators: IndicatorsFile | None = None
    series: SeriesFile | None = None
    figures: FiguresFile | None = None
    chronology: ChronologyFile | None = None
    reporting: ProgressFile | None = None
    measured: MeasuredFile | None = None

    def entries(self) -> Iterator[ItemEntry]:
        for goal in self.items.goals:
            for measure in goal.measures:
                yield from measure.items


# File name → (place in the Book, shape of the file).
FILES: dict[str, tuple[str, type[Shape]]] = {
    "plan.yaml": ("plan", PlanFile),
    "items.yaml": ("items", ItemsFile),
    "former_plan.yaml": ("former", FormerFile),
    "indicators.yaml": ("indicators", IndicatorsFile),
    "time_series.yaml": ("series", SeriesFile),
    "figures.yaml": ("figures", FiguresFile),
    "chronology.yaml": ("chronology", ChronologyFile),
    "progress.yaml": ("reporting", ProgressFile),
    "measured.yaml": ("measured", MeasuredFile),
}


def digest(facts: Any) -> str:
    """The same facts give the same digest, whatever the order of keys in the file."""
    plain = facts.model_dump() if isinstance(facts, BaseModel) else facts
    return digest_of(plain)

"""What comes out of reading a results document: every field with how sure it is and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SURE = 0.9  # from here on nobody needs to look again


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """One value as read. `confidence` is 0..1; whatever is below SURE says why in `reason`."""

    value: T
    confidence: float = 1.0
    reason: str = ""

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Period:
    printed: str
    start: dt.date | None
    end: dt.date | None
    calendar_days: int | None = None
    opening_days: int | None = None


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One category of this document. `glyph` is None where the file lost it; `printed` is the mark as it stands."""

    glyph: str | None
    label: str
    count: int | None
    printed: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the breakdown by part of the plan. A parent of other lines prints no count of its own."""

    name: str
    count: int | None
    line: int


@dataclass(slots=True)
class Meta:
    """The front matter."""

    title: Read[str | None]
    layout: str = ""
    layout_reason: str = ""
    period: Read[Period | None] = field(default_factory=lambda: Read(None))
    opinions_printed: Read[int | None] = field(default_factory=lambda: Read(None))
    persons: Read[int | None] = field(default_factory=lambda: Read(None))
    organisations: Read[int | None] = field(default_factory=lambda: Read(None))
    by_channel: dict[str, int] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)
    briefed_groups: list[str] = field(default_factory=list)
    briefed_groups_printed: int | None = None
    parts: list[Part] = field(default_factory=list)
    legend: list[LegendEntry] = field(default_factory=list)


@dataclass(slots=True)
class ReadOpinion:
    """One opinion with its answer. `no` counts it in this document; `no_printed` is the number as it stands there."""

    no: Read[int]
    no_printed: str | None
    line: int
    opinion: Read[str]
    answer: Read[str]
    answer_shared_from: Read[int | None]
    category: Read[str | None]
    category_printed: str | None
    section_path: Read[tuple[str, ...]]
    section: Read[str | None]
    item: Read[str | None]
    item_title: Read[str | None] = field(default_factory=lambda: Read(None))
    item_final_no: Read[int | None] = field(default_factory=lambda: Read(None))
    item_draft_no: Read[int | None] = field(default_factory=lambda: Read(None))
    plan_item: Read[str | None] = field(default_factory=lambda: Read(None))
    place: str | None = None
    count: Read[int] = field(default_factory=lambda: Read(1))
    cross_refs: Read[tuple[int, ...]] = field(default_factory=lambda: Read(()))
    other: dict[str, str] = field(default_factory=dict)

    def fields(self) -> Iterator[tuple[str, Read[Any]]]:
        for name in READ_FIELDS:
            yield name, getattr(self, name)

    def unsure(self) -> Iterator[tuple[str, Read[Any]]]:
        return ((name, read) for name, read in self.fields() if not read.is_sure)


READ_FIELDS = (
    "no",
    "opinion",
    "answer",
    "answer_shared_from",
    "category",
    "section_path",
    "section",
    "item",
    "item_title",
    "item_final_no",
    "item_draft_no",
    "plan_item",
    "count",
    "cross_refs",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One printed figure against what was found. `ok` is None when the file does not let it be checked."""

    key: str
    what: str
    printed: Any
    found: Any
    ok: bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at, and where. `line` is 0 when it is about the whole document."""

    code: str
    message: str
    line: int = 0


@dataclass(slots=True)
class Reading:
    name: str
    sha256: str
    kind: str
    meta: Meta
    opinions: list[ReadOpinion]
    checks: list[Check] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        return bool(self.opinions)

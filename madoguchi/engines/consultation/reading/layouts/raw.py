"""What a layout yields: rows as printed, with doubts, and which bits of the document it took."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..result import Problem


@dataclass(slots=True)
class Raw:
    """One opinion as printed. `answer` is None when its cell belongs to the one above, "" when it is empty."""

    line: int
    no: str | None = None
    opinion: str = ""
    answer: str | None = ""
    category: str | None = None
    item: str | None = None
    place: str | None = None
    count: str | None = None
    path: tuple[str, ...] = ()
    other: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, tuple[float, str]] = field(default_factory=dict)
    answer_from: int | None = None  # index of the row that carries the answer, where the layout knows it

    def doubt(self, name: str, confidence: float, reason: str) -> None:
        """The lowest confidence counts; its reason is told."""
        if confidence < self.doubts.get(name, (1.0, ""))[0]:
            self.doubts[name] = (confidence, reason)


@dataclass(slots=True)
class Laid:
    """`taken` are the bits that became opinions or headings, `furniture` those that are only print."""

    name: str
    score: float
    reason: str
    raws: list[Raw] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    furniture: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    has_numbers: bool = True
    has_categories: bool = True
    has_items: bool = False

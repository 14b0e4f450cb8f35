"""A results document of a municipality that does not exist, and exactly what must be read from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Foreign:
    """`text` with ｜ for tabs. What is not named here must not be found."""

    name: str
    text: str
    layout: str
    rows: list[dict[str, Any]]
    title: str | None = None
    period: tuple[str, str] | None = None
    counts: tuple[int | None, int | None, int | None] = (None, None, None)  # opinions, persons, organisations
    channels: dict[str, int] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    legend: list[tuple[str | None, str, int | None]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # checks that do not hold
    unread: list[int] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return self.text.replace("｜", "\t").encode()


def row(no: int, opinion: str, answer: str, **more: Any) -> dict[str, Any]:
    """One opinion; whatever is not named is absent."""
    plain = {
        "printed": None, "category": None, "item": None, "path": (), "place": None, "shared_from": None,
        "count": 1, "refs": (), "other": {}, "unsure": [],
    }  # fmt: skip
    return {"no": no, "opinion": opinion, "answer": answer, **plain, **more}

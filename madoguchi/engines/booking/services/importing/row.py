"""One row of a file as the report shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Unfit(Exception):
    """Why one row is not taken in, in a sentence for whoever sent the file; `with_` is what it clashes with."""

    def __init__(self, why: str, with_: str = "") -> None:
        super().__init__(why)
        self.why, self.with_ = why, with_


@dataclass(frozen=True, slots=True)
class Row:
    """Where it stands, what it is called there, and why not; `thing` is what is made of it. Never a name of a person."""

    line: int
    number: str
    said: str
    why: str = ""
    with_: str = ""
    thing: Any = None

    @property
    def fits(self) -> bool:
        return not self.why

    @property
    def clash(self) -> dict[str, Any]:
        return {"line": self.line, "number": self.number, "why": self.why, "with": self.with_}


def short(text: str) -> str:
    return text[:60]

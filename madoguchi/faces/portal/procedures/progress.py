"""How far a person is: what is asked of them, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.faces.shared.asking import Asked


@dataclass(frozen=True, slots=True)
class PageStop:
    """One page of the form on the line: how many of its questions are still open."""

    id: str
    title: str
    state: str
    left: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The line above a question."""

    stops: list[PageStop]
    total: int
    number: int  # of the question shown; 0 on a page without one

    @property
    def is_first(self) -> bool:
        return self.number == 1


def of(request: Asked, opened: Any, path: str = "") -> Progress:
    """The line of this draft, seen from the question at `path`."""
    paths = [question.path for question in opened.sheet.questions]
    return Progress(
        stops=[
            PageStop(page.id, page.title, page.state, page.total - page.answered)
            for page in opened.sheet.pages
            if page.total
        ],
        total=len(paths),
        number=paths.index(path) + 1 if path in paths else 0,
    )

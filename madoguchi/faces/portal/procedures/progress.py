"""How far a person is: what is asked of them, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.faces.shared.asking import Asked

NAME_PARTS = ("family", "family_kana")


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


def suggest(opened: Any, asked: Any) -> bool:
    """Put into the inputs what most probably holds: a child's family name is the applicant's. True when it did."""
    if asked.kind != "name" or not asked.item or asked.is_answered:
        return False
    own = next((one.value for one in opened.sheet.questions if one.kind == "name" and not one.item), None)
    if not own:
        return False
    asked.inputs |= {part: own.get(part, "") for part in NAME_PARTS}
    return True


def entered(opened: Any, asked: Any) -> list[str]:
    """For 「ほかにいますか」: the names written so far in this list."""
    if asked.kind != "list_more":
        return []
    key = asked.path.partition(".")[0]
    return [
        one.shown for one in opened.sheet.questions if one.kind == "name" and one.item.startswith(f"{key}.")
    ]


def names(opened: Any) -> list[str]:
    """The names that stand in the questions: they are not broken at a line's end."""
    values = [one.value for one in opened.sheet.questions if one.kind == "name" and one.value]
    return [" ".join(filter(None, (value.get("family"), value.get("given")))) for value in values]

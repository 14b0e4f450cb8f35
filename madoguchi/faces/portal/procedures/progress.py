"""How far a person is: what is asked of them, page by page, and what they need not write again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.faces.shared.asking import Asked
from madoguchi.kernel.identity import queries as identity

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
    """The line above a question. What the registration answered is not counted as asked."""

    stops: list[PageStop]
    total: int
    number: int  # of the question shown; 0 where it was answered by the registration

    @property
    def is_first(self) -> bool:
        return self.number == 1


def known_paths(request: Asked, opened: Any) -> set[str]:
    """The questions the person's registration answers: they stand in the draft from the start."""
    profile = identity.profile(request.party) if request.party else {}
    return {
        f"{key}.{part}"
        for _page, key, field in opened.procedure.form.fields()
        if field.type == "person" and field.reuse == "profile"
        for part in profile
        if profile[part]
    }


def of(request: Asked, opened: Any, path: str = "") -> Progress:
    """The line of this draft, seen from the question at `path`."""
    known = known_paths(request, opened)
    asked = [question for question in opened.sheet.questions if question.path not in known]
    paths = [question.path for question in asked]
    return Progress(
        stops=[
            PageStop(page.id, page.title, page.state, page.total - page.answered)
            for page in opened.sheet.pages
            if page.total
        ],
        total=len(asked),
        number=paths.index(path) + 1 if path in paths else 0,
    )


def filled_in(request: Asked, opened: Any) -> list[Any]:
    """The answers taken over from the registration, as long as the person has written nothing yet."""
    if opened.draft.revision:
        return []
    known = known_paths(request, opened)
    return [
        question for question in opened.sheet.questions if question.is_answered and question.path in known
    ]


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

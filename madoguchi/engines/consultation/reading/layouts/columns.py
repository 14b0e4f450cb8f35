"""Which column of a table is what: the words over it and what stands in it, weighed together."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from ..flow import ends_sentence
from ..meaning.glyphs import is_category_like
from ..meaning.numbers import numbers_of
from ..words import ROLES, Role, heading_worth

_POLITE = re.compile(
    r"(?:ます|です|ました|ません|ください|ましょう)[。．]?(?:$|[）)」])|(?:ます|です|ました|ません)[。]"
)
_ASKING = re.compile(
    r"(?:ほしい|欲しい|べき|たい|よい|良い|ないか|のか|はどうか|必要|思う|求める|こと|要望|お願い|ですか|でしょうか|いただきたい|心配|反対|賛成)[^。]{0,6}[。？?]?$"
)
_PLACE = re.compile(r"^(?:p|P|Ｐ|ｐ)[.．]?\s*[0-9０-９]+|^[0-9０-９]+\s*(?:ページ|頁|p|P)")
_LEAST = 0.3
SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Looks:
    """What the cells of one column have in common. Shares are of the filled cells."""

    filled: float
    length: float
    sentences: float
    polite: float
    asking: float
    marks: float
    numbers: float
    rises: bool
    places: float
    repeats: float


def looks(cells: list[str | None]) -> Looks:
    said = [cell for cell in cells if cell]
    if not said:
        return Looks(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False, 0.0, 0.0)
    many = len(said)
    numbers = [found[0] for found in map(numbers_of, said) if found]
    steps = [later - earlier for earlier, later in itertools.pairwise(numbers)]
    return Looks(
        filled=many / len(cells),
        length=sum(map(len, said)) / many,
        sentences=sum(map(ends_sentence, said)) / many,
        polite=sum(bool(_POLITE.search(cell[-30:])) for cell in said) / many,
        asking=sum(bool(_ASKING.search(cell[-16:])) for cell in said) / many,
        marks=sum(map(is_category_like, said)) / many,
        numbers=len(numbers) / many,
        rises=bool(numbers) and sum(step == 1 for step in steps) >= 0.7 * len(steps),
        places=sum(bool(_PLACE.match(cell)) for cell in said) / many,
        repeats=1 - len(set(said)) / many,
    )


def content_worth(seen: Looks, role: Role) -> float:
    """How much the cells speak for a role; negative where they speak against it."""
    if not seen.filled:
        return 0.0
    is_text = min(1.0, seen.length / 25)
    match role:
        case "no":
            return (1.0 if seen.rises else 0.2) * seen.numbers - (0.8 if seen.length > 12 else 0.0)
        case "category":
            return (
                0.9 * seen.marks
                - 0.6 * (seen.rises and seen.numbers > 0.9)
                - is_text * 0.9
                + 0.2 * seen.repeats
            )
        case "answer":
            return 0.6 * seen.polite + 0.3 * is_text - 0.2 * seen.asking - (0.7 if seen.length < 5 else 0.0)
        case "opinion":
            return (
                0.5 * seen.asking
                + 0.3 * is_text
                + 0.2 * seen.sentences
                - 0.25 * seen.polite
                - (0.7 if seen.length < 4 else 0.0)
            )
        case "item":
            return 0.2 * (seen.sentences < 0.1) + 0.2 * seen.repeats - (0.5 if seen.sentences > 0.5 else 0.0)
        case "count":
            return 0.3 * (seen.numbers > 0.8 and not seen.rises) - (0.8 if seen.numbers < 0.5 else 0.0)
        case "place":
            return 0.8 * seen.places
        case _:
            return 0.0


@dataclass(frozen=True, slots=True)
class Columns:
    roles: tuple[Role, ...]
    headings: tuple[str, ...]
    doubts: dict[Role, tuple[float, str]]

    def first(self, role: Role) -> int | None:
        return self.roles.index(role) if role in self.roles else None

    def all(self, role: Role) -> list[int]:
        return [column for column, said in enumerate(self.roles) if said == role]

    @property
    def is_opinions(self) -> bool:
        return "opinion" in self.roles and (
            "answer" in self.roles or "category" in self.roles or "no" in self.roles
        )


def columns_of(headings: list[str], rows: list[tuple[str | None, ...]]) -> Columns:
    """The best role of every column, each role given once; `item` may be several columns (章, 項目)."""
    width = max([len(headings), *map(len, rows[:SAMPLE])], default=0)
    sample = rows[:SAMPLE]
    seen = [looks([row[column] if column < len(row) else "" for row in sample]) for column in range(width)]
    heads = [headings[column] if column < len(headings) else "" for column in range(width)]
    worths = {
        (column, role): (heading_worth(heads[column], role), content_worth(seen[column], role))
        for column in range(width)
        for role in ROLES
    }
    given = _given(worths, width)
    doubts: dict[Role, tuple[float, str]] = {}
    for column, role in given.items():
        words, content = worths[column, role]
        if role == "no" and seen[column].rises and seen[column].numbers > 0.95:
            continue
        if words < 0.5 and role in {"opinion", "answer", "category", "no"}:
            doubts[role] = (0.6, f"見出しからは分からず、{column + 1}列目の中身から判断しました。")
        elif content < -0.2 and role in {"opinion", "answer", "category"}:
            doubts[role] = (0.7, f"見出し「{heads[column]}」と、その列の中身が合いません。")
    return Columns(tuple(given.get(column, "other") for column in range(width)), tuple(heads), doubts)


def _given(worths: dict[tuple[int, Role], tuple[float, float]], width: int) -> dict[int, Role]:
    ranked = sorted(worths, key=lambda key: (-sum(worths[key]), key[0]))
    given: dict[int, Role] = {}
    for column, role in ranked:
        worth = sum(worths[column, role])
        if column in given or worth < _LEAST:
            continue
        if role in given.values() and not (role == "item" and worths[column, role][0] >= 0.5):
            continue
        if role in {"count", "person", "place"} and worths[column, role][0] < 0.5 and worth < 0.6:
            continue
        given[column] = role
    return given

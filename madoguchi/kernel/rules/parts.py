"""What the compiler works with: a compiled part, the scope it stands in, the state of one evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .errors import At, RuleError, TooMuchWork
from .types import ListOf, Type
from .values import UNKNOWN, Items, OpenList, Paths, Seen

MAX_STEPS = 50_000
MAX_MACROS = 3


class Work:
    """One evaluation: the facts, the elements that macros stand at, and the steps left."""

    __slots__ = ("facts", "local", "steps")

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.local: dict[str, Seen] = {}
        self.steps = MAX_STEPS

    def step(self, count: int = 1) -> None:
        self.steps -= count
        if self.steps < 0:
            raise TooMuchWork(_("規則の計算が長くなりすぎました。"))


Step = Callable[[Work], Seen]


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled expression: its type, how to work it out, and the path it reads, without positions."""

    type: Type
    step: Step
    path: str | None = None


@dataclass(frozen=True, slots=True)
class MapOf(Type):
    """A map literal: {'birth': 15, 'move_in': 30}. It can only be looked into."""

    keys: frozenset[Any]
    of: Type

    @property
    def title(self) -> str:
        return "対応表"


@dataclass(slots=True)
class Scope:
    """The names in reach, and which of them were used."""

    names: Mapping[str, Type]
    local: dict[str, Part] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    paths: dict[str, None] = field(default_factory=dict)
    macros: int = 0

    def inside(self, name: str, part: Part, at: At) -> Scope:
        if self.macros >= MAX_MACROS:
            raise RuleError(_("一覧の中の一覧は%d段までです。") % MAX_MACROS, at)
        return Scope(self.names, {**self.local, name: part}, self.used, self.paths, self.macros + 1)

    def uses(self, path: str) -> None:
        self.used[path.split(".", maxsplit=1)[0]] = None
        self.paths[path] = None


def place(kind: Type, raw: Any, path: str, work: Work) -> Seen:
    """The fact `raw` as seen at `path`. What does not fit its type is not an answer: it is unknown."""
    if raw is None:
        return Seen(None, path=path)
    value = kind.read(raw) if raw is not UNKNOWN else UNKNOWN
    if value is UNKNOWN:
        return Seen(UNKNOWN, unknown=(path,))
    if isinstance(kind, ListOf):
        work.step(len(value))
        seen = [place(kind.of, item, f"{path}.{number}", work) for number, item in enumerate(value)]
        return Seen(Items(seen, missing=(path,) if isinstance(value, OpenList) else ()), path=path)
    return Seen(value, path=path)


def items_of(seen: Seen) -> Items:
    """The elements of a known list; an explicit none is an empty one."""
    return seen.value if isinstance(seen.value, Items) else Items([])


def with_list(seen: Seen, why: Paths) -> Paths:
    """The reasons found inside a list; the list itself is one when none of them lies in it."""
    inside = seen.path and any(path.startswith(seen.path + ".") for path in why)
    return (*seen.why, *why) if inside else (*seen.reasons, *why)

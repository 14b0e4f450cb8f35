"""The parts of a pack: each engine says which folder is its own and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from madoguchi.kernel.refs import Actor

from .folder import PackFolder

if TYPE_CHECKING:
    from .publishing import Publication


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that applying a pack changes, or has changed."""

    part: str
    kind: ChangeKind
    what: str
    detail: str = ""

    def __str__(self) -> str:
        signs = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "-"}
        return f"{signs[self.kind]} {self.part}: {self.what}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class DeskPart:
    """`publications` are those of what `load` made; `announce` tells e.g. the search once they are in force."""

    kind: str
    publications: Callable[[Any], list[Publication]]
    announce: Callable[[Any], None] | None = None


@dataclass(frozen=True, slots=True)
class PackPart:
    """How one engine reads its folder of a pack.

    `load` reads the files, reports faults in `folder.problems`, and returns what it made of them. `check` runs after
    all parts were loaded, only when `load` found no fault: for what must fit another part (`folder.loaded["plan"]`).
    `apply` makes rows, in one transaction with all other parts, and returns the changes; the second time none.
    `order` is the shelf: lower engines first. `models` are the shapes of the files, for the generated docs.
    `desk` says how what a division made on the screen becomes definitions, where that is possible (packs.desk).
    """

    folder: str
    order: int
    load: Callable[[PackFolder], Any]
    apply: Callable[[Any, Actor], Iterable[Change]]
    check: Callable[[Any, PackFolder], None] | None = None
    diff: Callable[[Any], Iterable[Change]] | None = None  # without it, apply is tried and undone
    models: tuple[type[BaseModel], ...] = ()
    desk: DeskPart | None = None


_parts: dict[str, PackPart] = {}


def register(part: PackPart) -> None:
    """Make a part known, from the engine's AppConfig.ready(). A folder belongs to one part."""
    known = _parts.get(part.folder)
    if known is not None and known != part:
        raise ValueError(_("フォルダー %s を読む部品がもうあります。") % part.folder)
    _parts[part.folder] = part


def parts() -> list[PackPart]:
    """Every registered part, lower shelves first."""
    return sorted(_parts.values(), key=lambda part: (part.order, part.folder))

"""How such documents are laid out. Each layout says how well it fits a document and yields its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..flow import Bit
from ..result import Meta, Problem
from . import labelled, running, tables, wrapped
from .raw import Laid, Raw

__all__ = ["Laid", "Raw", "best_layout"]

ReadFront = Callable[[list[Bit], set[int], set[int]], tuple[Meta, set[int], list[Problem]]]


@dataclass(slots=True)
class Tried:
    """One layout tried on the whole document, with the front matter it leaves."""

    laid: Laid
    meta: Meta
    front: set[int]
    problems: list[Problem]


def best_layout(
    bits: list[Bit], furniture: set[int], read_front: ReadFront
) -> tuple[Laid, Meta, set[int], list[Problem]]:
    """The layout that fits best: its score, then how many rows it yields."""
    tried = [try_one(bits, furniture, read_front) for try_one in (_tables, _wrapped, _labelled, _running)]
    sentences = {bit.index for bit in bits if "。" in bit.text}
    best = max(
        (one for one in tried if one is not None),
        key=lambda one: (one.laid.score * _coverage(one, sentences), len(one.laid.raws)),
    )
    return best.laid, best.meta, best.front, best.problems


def _coverage(tried: Tried, sentences: set[int]) -> float:
    """Whoever leaves most sentences unread did not understand the document, however sure of the rest."""
    if not sentences:
        return 1.0
    return 0.3 + 0.7 * len(sentences & (tried.laid.taken | tried.front)) / len(sentences)


def _tables(bits: list[Bit], furniture: set[int], read_front: ReadFront) -> Tried:
    first = tables.lay(bits, frozenset(), furniture)
    meta, front, problems = read_front(bits, first.taken, first.furniture | furniture)
    top = _top(meta)
    return Tried(tables.lay(bits, top, furniture) if top else first, meta, front, problems)


def _wrapped(bits: list[Bit], furniture: set[int], read_front: ReadFront) -> Tried | None:
    told = wrapped.cut(bits)
    if told is None:
        return None
    meta, front, problems = read_front(bits, told.closed - told.furniture, told.furniture | furniture)
    return Tried(wrapped.lay(bits, told, front | furniture, _top(meta)), meta, front, problems)


def _labelled(bits: list[Bit], furniture: set[int], read_front: ReadFront) -> Tried | None:
    told = labelled.cut(bits, furniture)
    if told is None:
        return None
    meta, front, problems = read_front(bits, labelled.core(told), furniture)
    return Tried(labelled.lay(bits, told, _top(meta)), meta, front, problems)


def _running(bits: list[Bit], furniture: set[int], read_front: ReadFront) -> Tried | None:
    told = running.cut(bits, furniture)
    if told is None:
        return None
    records, heads, has_items = told
    core = {bit.index for record in records for bit in record.lines}
    meta, front, problems = read_front(bits, core, heads | furniture)
    return Tried(running.lay(records, heads, _top(meta), has_items=has_items), meta, front, problems)


def _top(meta: Meta) -> frozenset[str]:
    return frozenset(part.name for part in meta.parts)

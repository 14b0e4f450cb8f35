"""Tables that a page rules: columns and rows from the lines, and cells that reach over several of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pdfplumber.page import Page as Printed

from .pdf_rules import open_sides

_SNAP = 1.5  # points within which two rules are one


class Standing(Protocol):
    @property
    def middle(self) -> tuple[float, float]: ...


L = TypeVar("L", bound=Standing)


@dataclass(frozen=True, slots=True)
class Box:
    x0: float
    top: float
    x1: float
    bottom: float


class Ruled:
    """One table: where its columns and rows begin, and which cell lies at each of their crossings."""

    def __init__(self, cells: Sequence[Box]) -> None:
        self.columns = _snapped(cell.x0 for cell in cells)
        self.rows = _snapped(cell.top for cell in cells)
        self.top = self.rows[0]
        self._at: dict[tuple[int, int], Box] = {}
        for cell in cells:
            for row in range(_place(self.rows, cell.top), _place(self.rows, cell.bottom - 2 * _SNAP) + 1):
                for column in range(
                    _place(self.columns, cell.x0), _place(self.columns, cell.x1 - 2 * _SNAP) + 1
                ):
                    self._at.setdefault((row, column), cell)

    def holds(self, x: float, y: float) -> bool:
        return self._cell_at(x, y) is not None

    def _cell_at(self, x: float, y: float) -> Box | None:
        cell = self._at.get((_place(self.rows, y - _SNAP), _place(self.columns, x - _SNAP)))
        return cell if cell and cell.x0 <= x <= cell.x1 and cell.top <= y <= cell.bottom else None

    def cells(
        self, letters: list[L], text_of: Callable[[list[L], Box], str]
    ) -> Iterator[tuple[str | None, ...]]:
        """The rows. Below a cell that reaches down stands None, right of one that reaches over stands ""."""
        written: dict[Box, list[L]] = {}
        for letter in letters:
            cell = self._cell_at(*letter.middle)
            if cell:
                written.setdefault(cell, []).append(letter)
        for row in range(len(self.rows)):
            yield tuple(self._shown(row, column, written, text_of) for column in range(len(self.columns)))

    def _shown(
        self, row: int, column: int, written: dict[Box, Any], text_of: Callable[[Any, Box], str]
    ) -> str | None:
        cell = self._at.get((row, column))
        if cell is None:
            return ""
        if _place(self.rows, cell.top) < row:
            return None
        if _place(self.columns, cell.x0) < column:
            return ""
        return text_of(written.get(cell, []), cell)


def ruled_tables(printed: Printed) -> list[Ruled]:
    """Tables of at least two columns; a frame round a heading is none."""
    found = printed.find_tables({"explicit_vertical_lines": list(open_sides(printed))})
    tables = [Ruled([Box(*cell) for cell in one.cells]) for one in found]
    return [table for table in tables if len(table.columns) > 1]


def _snapped(edges: Any) -> list[float]:
    out: list[float] = []
    for edge in sorted(edges):
        if not out or edge - out[-1] > _SNAP:
            out.append(edge)
    return out


def _place(edges: list[float], where: float) -> int:
    return max(0, bisect_right(edges, where + _SNAP) - 1)

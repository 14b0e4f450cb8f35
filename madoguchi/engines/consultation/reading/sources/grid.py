"""Cells that reach over several columns and rows, laid out as a table where every row is as long as the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..source import Row
from .limits import Count

_SPAN_MOST = 1000  # what browsers take for columns


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    columns: int = 1
    rows: int = 1


class Grid:
    """Takes row after row. Below a cell that reaches down stands None, right of one that reaches over stands ""."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._rows: list[tuple[int, list[str | None]]] = []
        self._reach: dict[int, int] = {}  # column: rows that a cell above still takes

    def add(self, number: int, cells: Iterable[Cell]) -> None:
        row: list[str | None] = []
        reach: dict[int, int] = {}
        for cell in cells:
            self._pass_over(row, reach)
            wide = max(1, min(cell.columns, _SPAN_MOST))
            for column in range(len(row), len(row) + wide):
                if cell.rows > 1:
                    reach[column] = cell.rows - 1
            row.append(cell.text)
            row.extend([""] * (wide - 1))
        self._pass_over(row, reach)
        for column, left in self._reach.items():
            if column >= len(row) and left:
                reach[column] = left - 1
        self._count.row(len(row))
        self._reach = {column: left for column, left in reach.items() if left > 0}
        self._rows.append((number, row))

    def _pass_over(self, row: list[str | None], reach: dict[int, int]) -> None:
        while left := self._reach.get(len(row), 0):
            reach[len(row)] = left - 1
            row.append(None)

    def rows(self) -> tuple[Row, ...]:
        width = max((len(row) for _number, row in self._rows), default=0)
        return tuple(Row((*row, *[""] * (width - len(row))), number) for number, row in self._rows)

"""A sheet as people see it: headings, empty rows, and tables between them, each as wide as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..source import Block, Line, Row, Table

_Cells = tuple[str | None, ...]


def blocks_of(rows: list[Row], name: str = "") -> Iterator[Block]:
    """Rows with nothing in them part blocks. What stands alone in its row before a table begins is a heading's line.

    Inside a table it stays a row: it is the name of a section there.
    """
    for is_blank, group in groupby(rows, key=lambda row: not _written(row.cells)):
        part = list(group)
        if is_blank:
            yield Line("", part[0].number)
            continue
        begins = next((at for at, row in enumerate(part) if _written(row.cells) > 1), len(part))
        for row in part[:begins]:
            yield from _lines(row)
        if part[begins:]:
            yield _table(part[begins:], name)


def _written(cells: _Cells) -> int:
    """How many cells say something; one that goes on from the row above says it again."""
    return sum(1 for cell in cells if cell is None or cell.strip())


def _lines(row: Row) -> Iterator[Line]:
    text = next(cell for cell in row.cells if cell and cell.strip())
    for line in text.split("\n"):
        yield Line(line, row.number)


def _table(rows: list[Row], name: str) -> Table:
    used = [at for row in rows for at, cell in enumerate(row.cells) if cell is None or cell.strip()]
    first, last = min(used), max(used)
    return Table(tuple(Row(row.cells[first : last + 1], row.number) for row in rows), name)

"""The table of parts by categories: how many opinions of each part got which mark."""

from __future__ import annotations

import re
from dataclasses import replace

from ..flow import Bit
from ..meaning.glyphs import canonical, is_category_like
from ..meaning.numbers import whole_number
from ..result import Part
from ..words import squeezed
from .desk import Desk, is_sentence_row, plain

_TOTAL = re.compile(r"^(?:合計|総計|計|総数|小計)$")
_FEWEST = 2


def read(desk: Desk) -> None:
    """Parts with their totals, and the counts that the legend does not print itself."""
    tables: dict[int, list[Bit]] = {}
    for bit in desk.open():
        if bit.cells is not None and not is_sentence_row(bit):
            tables.setdefault(bit.table, []).append(bit)
    for rows in tables.values():
        marks = _marks(rows[0])
        if len(marks) >= _FEWEST and len(rows) > 1 and all(_is_row(row, marks) for row in rows[1:]):
            _take(desk, rows, marks)
            return


def _marks(head: Bit) -> dict[int, str]:
    """Columns of categories; the first column is that of the parts."""
    cells = [cell or "" for cell in head.cells or ()]
    marks = {
        column: canonical(cell)
        for column, cell in enumerate(cells)
        if column and cell and is_category_like(cell)
    }
    others = [cell for column, cell in enumerate(cells) if column and cell and column not in marks]
    return marks if all(_TOTAL.match(squeezed(cell)) for cell in others) else {}


def _is_row(row: Bit, marks: dict[int, str]) -> bool:
    return bool(row.filled) and all(_count(row, column) is not None for column in marks)


def _count(row: Bit, column: int) -> int | None:
    cells = row.cells or ()
    text = plain(cells[column] or "").removesuffix("件").strip() if column < len(cells) else ""
    return 0 if text in {"", "-", "－", "―", "−"} else whole_number(text) if text.isdigit() else None


def _take(desk: Desk, rows: list[Bit], marks: dict[int, str]) -> None:
    parts: list[Part] = []
    totals: dict[str, int] = {}
    for row in rows[1:]:
        counts = {mark: _count(row, column) or 0 for column, mark in marks.items()}
        name = row.filled[0][1]
        if _TOTAL.match(squeezed(name)):
            totals = counts
        else:
            parts.append(Part(name, sum(counts.values()), row.number))
    desk.take(*rows)
    desk.meta.parts = desk.meta.parts or parts
    desk.meta.legend = [
        replace(entry, count=totals.get(entry.glyph)) if entry.count is None and entry.glyph else entry
        for entry in desk.meta.legend
    ]

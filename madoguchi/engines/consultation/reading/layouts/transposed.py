"""Tables lying on their side: every opinion is a column, and the first cell of a row says what stands in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, zip_longest

from ..flow import Bit
from ..words import Role, heading_role, is_heading_row

_LEAST = 0.75
_FEWEST = 2  # opinions: with one it is a list of labels


def upright(bits: list[Bit]) -> list[Bit]:
    """The same bits; the rows of such a table are turned into one row for every opinion."""
    told: list[Bit] = []
    for table, group in groupby(bits, key=lambda bit: bit.table if bit.cells is not None else None):
        rows = list(group)
        told += _turned(rows) if table is not None and _lies(rows) else rows
    if len(told) == len(bits):
        return [replace(bit, index=index) for index, bit in enumerate(told)] if told != bits else bits
    return [replace(bit, index=index) for index, bit in enumerate(told)]


def _lies(rows: list[Bit]) -> bool:
    if len(rows) < 2 or is_heading_row([cell or "" for cell in rows[0].cells or ()]):
        return False
    roles: list[Role] = []
    for row in rows:
        first, *rest = row.cells or ("",)
        role, worth = heading_role(first or "")
        if worth < _LEAST or any(cell and heading_role(cell)[1] >= _LEAST for cell in rest):
            return False
        if role in {"opinion", "answer"} and sum(bool(cell) for cell in rest) < _FEWEST:
            return False
        roles.append(role)
    return roles.count("opinion") == roles.count("answer") == 1


def _turned(rows: list[Bit]) -> list[Bit]:
    columns = zip_longest(*(row.cells or () for row in rows), fillvalue="")
    return [
        replace(
            rows[min(place, len(rows) - 1)],
            cells=tuple(column),
            text=" ".join(cell for cell in column if cell),
            number=rows[0].number,
        )
        for place, column in enumerate(columns)
        if any(column)
    ]

"""Columns that only spaces hold apart, as programs print them that keep the look of a page."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from ..flow import Bit, cleaned, joined_lines
from ..meaning.numbers import numbers_of
from ..words import heading_role, is_heading_row
from .furniture import is_page_number, running_lines

_GAP = re.compile(r"(?:[ \u3000]{2,}|\u3000)")
_WIDEST = 200  # columns: no printed page is wider
_SLACK = 3  # a cell may begin this far left of its heading


@dataclass(slots=True)
class _Row:
    bit: Bit
    cells: list[list[str]] = field(default_factory=list)


def with_columns(bits: list[Bit]) -> list[Bit]:
    """The same bits, with rows made of lines under a heading line whose words stand apart by spaces."""
    if any(bit.x is not None for bit in bits) or any(
        bit.cells is not None and is_heading_row([cell or "" for cell in bit.cells]) for bit in bits
    ):
        return bits
    heads = {
        bit.index: found
        for bit in bits
        if bit.cells is None and bit.raw and bit.text[:1] != "※" and (found := _heading(bit.raw))
    }
    if not heads:
        return bits
    if _is_parted(bits, heads):
        return _parted(bits, heads)
    table = max((bit.table for bit in bits), default=-1) + 1
    told: list[Bit] = []
    starts: list[tuple[int, str]] = []
    row: _Row | None = None
    centred = _is_centred(bits, heads)
    running = running_lines(bits)
    for bit in bits:
        if bit.index in heads:
            told += _close(row, table)
            row, starts = None, heads[bit.index]
            told.append(replace(bit, cells=tuple(name for _at, name in starts), table=table))
            continue
        if bit.index in running or bit.text[:1] == "※":
            told.append(bit)
            continue
        if not starts or bit.cells is not None or not bit.text or is_page_number(bit.text):
            if centred and not bit.text:
                told += _close(row, table)
                row = None
            told.append(bit)
            continue
        cells = _split(bit.raw, starts)
        if len(cells) == 1 and 0 in cells and not numbers_of(cells[0]):
            told += _close(row, table)
            row = None
            told.append(bit)
            continue
        if row is None or (not centred and _begins(cells, starts, row)):
            told += _close(row, table)
            row = _Row(bit, [[] for _start in starts])
        for column, text in cells.items():
            row.cells[column].append(text)
    told += _close(row, table)
    told.sort(key=lambda bit: bit.index)
    return [replace(bit, index=index) for index, bit in enumerate(told)]


def _close(row: _Row | None, table: int) -> list[Bit]:
    if row is None:
        return []
    cells = tuple(joined_lines(parts) for parts in row.cells)
    return [replace(row.bit, cells=cells, table=table, text=" ".join(filter(None, cells)), is_placed=True)]


def _heading(raw: str) -> list[tuple[int, str]]:
    parts = _segments(raw)
    names = [name for _at, name in parts]
    return (
        parts
        if len(parts) >= 2 and is_heading_row(names) and all(heading_role(name)[1] >= 0.5 for name in names)
        else []
    )


def _segments(raw: str) -> list[tuple[int, str]]:
    """Words that stand apart, each with the column of the page it begins in."""
    found: list[tuple[int, str]] = []
    position = width = 0
    for part in _GAP.split(raw):
        at = raw.find(part, position) if part else position
        width += sum(map(_wide, raw[position:at]))
        if part.strip():
            found.append((width, cleaned(part)))
        width += sum(map(_wide, part))
        position = at + len(part)
    return found


def _wide(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def _split(raw: str, starts: list[tuple[int, str]]) -> dict[int, str]:
    cells: dict[int, str] = {}
    for at, text in _segments(raw):
        column = max(
            (place for place, (start, _name) in enumerate(starts) if start <= at + _SLACK), default=0
        )
        cells[column] = f"{cells[column]} {text}" if column in cells else text
    return cells


def _is_parted(bits: list[Bit], heads: dict[int, list[tuple[int, str]]]) -> bool:
    """Every row is one line: spaces only part the cells, and no line goes on in a column further down."""
    body = [
        bit for bit in bits[min(heads) + 1 :] if bit.cells is None and bit.text and bit.index not in heads
    ]
    parts = [_segments(bit.raw) for bit in body]
    numbered = sum(bool(numbers_of(found[0][1])) and len(found) > 2 for found in parts if found)
    torn = sum(len(found) > 1 and not numbers_of(found[0][1]) for found in parts if found)
    width = max(len(found) for found in heads.values())
    whole = sum(bool(numbers_of(found[0][1])) and len(found) >= width - 1 for found in parts if found)
    starts = {found[2][0] for found in parts if len(found) > 2}
    long = sum(sum(map(_wide, bit.raw)) > _WIDEST for bit in body)
    return (
        numbered > 2
        and torn <= 0.1 * numbered
        and whole >= 0.7 * numbered
        and (len(starts) > 0.3 * numbered or long > 0.3 * numbered)
    )


def _parted(bits: list[Bit], heads: dict[int, list[tuple[int, str]]]) -> list[Bit]:
    """Rows by their cells in order; a heading row that lost the word over the numbers gets an empty one."""
    table = max((bit.table for bit in bits), default=-1) + 1
    names = next(iter(heads.values()))
    lost = heading_role(names[0][1])[0] != "no"
    width = len(names) + lost
    told: list[Bit] = []
    for bit in bits:
        found = [text for _at, text in _segments(bit.raw)] if bit.cells is None and bit.text else []
        if bit.index in heads:
            cells = [""] * lost + [name for _at, name in heads[bit.index]]
        elif bit.index > min(heads) and len(found) > 1 and numbers_of(found[0]) and len(found) <= width:
            cells = found + [""] * (width - len(found))
        else:
            told.append(bit)
            continue
        told.append(replace(bit, cells=tuple(cells), table=table, is_placed=bit.index not in heads))
    return told


def _is_centred(bits: list[Bit], heads: dict[int, list[tuple[int, str]]]) -> bool:
    """Numbers stand in the middle of their rows: the first line under the heading has none. Empty lines part rows."""
    first = min(heads)
    if heading_role(heads[first][0][1])[0] != "no":
        return False
    below = next((bit for bit in bits[first + 1 :] if bit.text), None)
    return below is not None and not numbers_of(below.text.split()[0])


def _begins(cells: dict[int, str], starts: list[tuple[int, str]], row: _Row) -> bool:
    """A number in the column of numbers begins a row; without such a column, all columns filled after a sentence."""
    numbers = next((place for place, (_at, name) in enumerate(starts) if heading_role(name)[0] == "no"), None)
    if numbers is not None:
        return numbers in cells
    return len(cells) == len(starts) and all(parts and parts[-1].endswith("。") for parts in row.cells[:1])

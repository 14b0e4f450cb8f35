"""Tables without rules in files that tell where a line begins: columns by the left edge and the pieces of a line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from ..flow import Bit, joined_lines
from ..meaning.glyphs import is_category_like
from ..meaning.numbers import numbers_of
from ..words import Role, heading_role
from .furniture import is_page_number

_NEAR = 4.0  # points: edges of one column


@dataclass(slots=True)
class _Heads:
    names: list[str]
    roles: list[Role]
    edge: float


@dataclass(slots=True)
class _Row:
    bit: Bit
    cells: list[list[str]] = field(default_factory=list)


def with_places(bits: list[Bit], furniture: set[int]) -> list[Bit]:
    """The same bits, with rows for tables that are told by places alone; unchanged where there is no such table."""
    heads = {
        bit.index: found for bit in bits if bit.x is not None and bit.cells is None and (found := _heads(bit))
    }
    if not heads or any(bit.cells is not None and len(bit.filled) > 2 for bit in bits):
        return bits
    first = heads[min(heads)]
    if first.roles[0] != "no" or len(first.names) < 3:
        return bits
    body = [bit for bit in bits[min(heads) + 1 :] if bit.index not in furniture and _is_text(bit)]
    columns = _columns(body, first)
    if columns is None:
        return bits
    return _rows(bits, heads, furniture, columns, first)


def _heads(bit: Bit) -> _Heads | None:
    tokens = bit.text.split()
    roles = [heading_role(token) for token in tokens]
    named = {role for role, worth in roles if worth >= 0.5}
    if len(tokens) < 2 or not {"opinion", "answer"} <= named or any(worth < 0.5 for _role, worth in roles):
        return None
    return _Heads(tokens, [role for role, _worth in roles], bit.x or 0.0)


def _is_text(bit: Bit) -> bool:
    return bool(bit.text) and bit.cells is None and bit.x is not None and not is_page_number(bit.text)


def _columns(body: list[Bit], heads: _Heads) -> list[tuple[float, int]] | None:
    """Left edges and the column each is of. None when numbers do not stand at the left edge of the first lines."""
    if not body or (
        not numbers_of(body[0].text.split()[0]) and len(body) > 1 and not numbers_of(body[1].text.split()[0])
    ):
        return None
    edges: Counter[float] = Counter()
    for bit in body:
        near = next((edge for edge in edges if abs(edge - (bit.x or 0)) <= _NEAR), bit.x or 0.0)
        edges[near] += 1
    numbered = Counter(
        next(edge for edge in edges if abs(edge - (bit.x or 0)) <= _NEAR)
        for bit in body
        if numbers_of(bit.text.split()[0])
    )
    if not numbered:
        return None
    left = numbered.most_common(1)[0][0]
    others = sorted(edge for edge in edges if edge > left + _NEAR)
    found = [(left, 0)]
    last = len(heads.names) - 1
    column = 1
    for edge in others:
        at = [bit.text for bit in body if abs((bit.x or 0) - edge) <= _NEAR]
        marks = heads.roles[last] == "category" and all(
            is_category_like(text) or heading_role(text)[1] >= 0.5 for text in at
        )
        found.append((edge, last if marks else column))
        if not marks and column < last - (heads.roles[last] == "category"):
            column += 1
    return found


def _rows(
    bits: list[Bit],
    heads: dict[int, _Heads],
    furniture: set[int],
    columns: list[tuple[float, int]],
    first: _Heads,
) -> list[Bit]:
    table = max((bit.table for bit in bits), default=-1) + 1
    told: list[Bit] = []
    row: _Row | None = None
    begun = False
    for bit in bits:
        if bit.index in heads:
            begun = True
            told.append(replace(bit, cells=tuple(heads[bit.index].names), table=table))
            continue
        if not begun or bit.index in furniture or not _is_text(bit):
            told.append(bit)
            continue
        pieces = bit.text.split()
        if (row is None and not numbers_of(pieces[0])) or (
            len(pieces) == 1 and heading_role(bit.text)[1] >= 0.9
        ):
            told.append(bit)
            continue
        at = next((column for edge, column in columns if abs((bit.x or 0) - edge) <= _NEAR), None)
        if at is None:
            told.append(bit)
            continue
        if at == 0 and numbers_of(pieces[0]):
            told += _close(row, table)
            row = _Row(bit, [[] for _name in first.names])
        if row is not None:
            _fill(row, pieces, at, first)
    told += _close(row, table)
    told.sort(key=lambda bit: bit.index)
    return [replace(bit, index=index) for index, bit in enumerate(told)]


def _fill(row: _Row, pieces: list[str], column: int, heads: _Heads) -> None:
    """Pieces go into columns from the left; a mark at the end into the column of categories."""
    last = len(heads.names) - 1
    if len(pieces) > 1 and heads.roles[last] == "category":
        if is_category_like(pieces[-1]):
            row.cells[last].append(pieces.pop())
        last -= 1
    for piece in pieces:
        row.cells[min(column, last) if column <= last else column].append(piece)
        column += 1


def _close(row: _Row | None, table: int) -> list[Bit]:
    if row is None:
        return []
    cells = tuple(joined_lines(parts) for parts in row.cells)
    return [replace(row.bit, cells=cells, table=table, text=" ".join(filter(None, cells)), is_placed=True)]

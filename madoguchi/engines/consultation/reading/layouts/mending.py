"""Rows of a table that line breaks inside their cells have torn into several lines, put together again."""

from __future__ import annotations

from dataclasses import replace

from ..flow import Bit, ends_sentence, joined_lines
from ..meaning.headings import kind_of, looks_like_heading
from ..meaning.numbers import numbers_of
from ..words import heading_role, is_heading_row
from .furniture import is_page_number

_MOST = 60  # lines one row can be torn into


def mended(bits: list[Bit]) -> list[Bit]:
    """The same bits; a torn row is one row, and the lines that went into it are gone."""
    told: list[Bit] = []
    width = 0
    has_number = False
    place = 0
    while place < len(bits):
        bit = bits[place]
        cells = [cell or "" for cell in bit.cells or ()]
        if cells and is_heading_row(cells):
            width, has_number = len(cells), heading_role(cells[0])[0] == "no"
            told.append(bit)
            place += 1
            continue
        if not cells or not width or not has_number or not numbers_of(cells[0]):
            told.append(bit)
            place += 1
            continue
        row, place = _whole(bits, place, width)
        told.append(row)
    return [replace(bit, index=index) for index, bit in enumerate(told)]


def _whole(bits: list[Bit], place: int, width: int) -> tuple[Bit, int]:
    """The row that begins here with the lines that belong to it, and where the next begins."""
    bit = bits[place]
    cells = [cell or "" for cell in bit.cells or ()]
    if None in (bit.cells or ()):
        return bit, place + 1
    if len(cells) < width:
        taken = _torn(bits, place + 1, cells, width)
        if taken:
            return replace(bit, cells=tuple(cells), text=" ".join(filter(None, cells))), taken
    end = _tail(bits, place + 1, cells, width)
    if end > place + 1:
        return replace(bit, cells=tuple(cells), text=" ".join(filter(None, cells))), end
    return bit, place + 1


def _torn(bits: list[Bit], place: int, cells: list[str], width: int) -> int:
    """Fill `cells` from the lines that follow; 0 when they do not come out at the table's width."""
    found = list(cells)
    for at in range(place, min(len(bits), place + _MOST)):
        bit = bits[at]
        more = [cell or "" for cell in bit.cells] if bit.cells is not None else [bit.text]
        if not bit.text:
            return 0
        if (bit.cells is not None and (numbers_of(more[0]) or is_heading_row(more))) or len(found) + len(
            more
        ) - 1 > width:
            return 0
        found[-1] = joined_lines([found[-1], more[0]])
        found += more[1:]
        if len(found) == width:
            cells[:] = found
            return at + 1
    return 0


def _tail(bits: list[Bit], place: int, cells: list[str], width: int) -> int:
    """Lines right below that go on with the row's last cell."""
    at = place
    while at < len(bits) and len(cells) == width and len(cells[-1]) > 8:
        bit = bits[at]
        if bit.cells is not None or not bit.text or is_page_number(bit.text) or bit.text.isdigit():
            break
        goes_on = not ends_sentence(cells[-1]) or ends_sentence(bit.text)
        if not goes_on or (kind_of(bit.text)[0] != "plain" and looks_like_heading(bit.text)):
            break
        cells[-1] = joined_lines([cells[-1], bit.text])
        at += 1
    return at

"""The letters of a printed page put together again: into lines, columns of text, and the text of a table's cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from pdfplumber.page import Page as Printed

from ..source import Line
from .pdf_columns import bands
from .pdf_tables import Box, Ruled

_UNKNOWN = "\ufffd"
# Many fonts give 一 as the radical ⼀, which looks the same and is found by nobody.
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_SPACE_FROM = 0.4  # of the letter's height: a gap that was a space
_APART_FROM = 1.5  # … that parts what stands side by side
_ROOM = 2.2  # letters that may be missing at the end of a full line: 。 and 、 do not begin one
_NEW_ITEM = ("・", "○", "●", "■", "□", "※", "－", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩")


@dataclass(frozen=True, slots=True)
class Letter:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Letters:
    all: tuple[Letter, ...]
    has_unknown: bool

    @property
    def seen(self) -> int:
        return sum(1 for letter in self.all if not letter.is_blank)

    @classmethod
    def of(cls, printed: Printed) -> Letters:
        """Those that stand on the paper, each once: bold is sometimes printed twice, a hair apart."""
        found: dict[tuple[str, int, int], Letter] = {}
        unknown = False
        for one in printed.chars:
            letter = _letter(one)
            x, y = letter.middle
            if not letter.text or not (0 <= x <= printed.width and 0 <= y <= printed.height):
                continue
            unknown = unknown or letter.text == _UNKNOWN
            found.setdefault((letter.text, round(x), round(y)), letter)
        return cls(tuple(found.values()), unknown)

    def parted(self, tables: Sequence[Ruled]) -> tuple[dict[int, list[Letter]], list[Letter]]:
        """Those inside each table (by its id), and those outside all."""
        inside: dict[int, list[Letter]] = {id(table): [] for table in tables}
        outside: list[Letter] = []
        for letter in self.all:
            table = next((one for one in tables if one.holds(*letter.middle)), None)
            (outside if table is None else inside[id(table)]).append(letter)
        return inside, outside


def _letter(one: dict[str, Any]) -> Letter:
    text = str(one["text"])
    if text.startswith("(cid:") or (not text.isprintable() and text != "\u3000"):
        text = " " if text.isspace() else _UNKNOWN
    return Letter(
        without_radicals(text), float(one["x0"]), float(one["x1"]), float(one["top"]), float(one["bottom"])
    )


def without_radicals(text: str) -> str:
    return text.translate(_RADICALS)


def rows_of(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Letters on one line of print, from left to right; lines from top to bottom. Spaces at the ends are left out."""
    row: list[Letter] = []
    top = bottom = 0.0
    for letter in sorted(letters, key=lambda one: one.middle[1]):
        middle = letter.middle[1]
        if row and not top <= middle <= bottom:
            yield from _trimmed(row)
            row = []
        if not row:
            top, bottom = letter.top, letter.bottom
        row.append(letter)
    yield from _trimmed(row)


def _trimmed(row: list[Letter]) -> Iterator[list[Letter]]:
    row = sorted(row, key=lambda one: one.x0)
    seen = [at for at, letter in enumerate(row) if not letter.is_blank]
    if seen:
        yield row[seen[0] : seen[-1] + 1]


def pieces_of(row: list[Letter]) -> Iterator[list[Letter]]:
    """A line's parts that stand well apart."""
    piece = row[:1]
    for before, letter in pairwise(row):
        if letter.x0 - before.x1 > _APART_FROM * max(before.size, letter.size):
            yield piece
            piece = []
        piece.append(letter)
    yield piece


def said(row: list[Letter]) -> str:
    out = row[0].text
    for before, letter in pairwise(row):
        gap = letter.x0 - before.x1
        out += (" " if gap > _SPACE_FROM * letter.size else "") + letter.text
    return out.strip()


def lines_of(letters: list[Letter], printed: Printed) -> Iterator[tuple[float, Line]]:
    """Each line with where it is read: in two columns of text, all of a column's lines are read where the columns begin."""
    rows = [list(pieces_of(row)) for row in rows_of(letters)]
    boxes = [[(piece[0].x0, piece[-1].x1) for piece in row] for row in rows]
    for band in bands(boxes, float(printed.width)):
        begins = min(letter.top for row, _piece in band for piece in rows[row] for letter in piece)
        for row, group in groupby(band, key=lambda one: one[0]):
            pieces = [rows[row][piece] for _row, piece in group]
            if not (text := "  ".join(said(piece) for piece in pieces)):
                continue
            first = pieces[0][0]
            size = max(letter.size for piece in pieces for letter in piece)
            y = first.middle[1] / float(printed.height)
            yield begins, Line(text, 0, round(first.x0, 1), round(size, 1), y=round(y, 3))


def cell_text(letters: list[Letter], cell: Box) -> str:
    """The cell's paragraphs. A line that goes to the edge of its cell goes on in the next one; it is joined."""
    rows = list(rows_of(letters))
    if not rows:
        return ""
    padding = max(0.0, min(row[0].x0 for row in rows) - cell.x0)
    text = said(rows[0])
    for row, following in pairwise(rows):
        begins = said(following)
        room = cell.x1 - row[-1].x1 - padding
        if room < _ROOM * row[-1].size and not begins.startswith(_NEW_ITEM):
            text += (" " if _both_latin(text, begins) else "") + begins
        else:
            text += "\n" + begins
    return text.strip()


def _both_latin(before: str, after: str) -> bool:
    return before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalnum()

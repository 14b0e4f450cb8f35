"""A Source as one stream of bits, top to bottom: what every layout and every reader of front matter walks over."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from .source import Line, Source, Table

_TAG = re.compile(r"</?(?:p|br|div|span|b|strong|u|li|ul|ol|td|font)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:nbsp|lt|gt|amp|quot|#\d{1,5}|#x[0-9a-f]{1,5});", re.IGNORECASE)
_UNSEEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_BAR = re.compile(r"^\s*\|(.+)\|\s*$")
_SPACE = re.compile(r"\s+")
_HANGING = re.compile(r"(?<=[^\x00-\x7f])\n\s*(?=[^\x00-\x7f・●○■◆\-])")


@dataclass(frozen=True, slots=True)
class Bit:
    """A line, or a row when `cells` is not None. `table` counts tables; `indented` says white space stood before it."""

    index: int
    number: int
    text: str
    cells: tuple[str | None, ...] | None = None
    table: int = -1
    page: int = 1
    breaks: bool = False
    indented: bool = False
    raw: str = ""  # of a line: with its spaces
    x: float | None = None  # of a line: its left edge
    is_placed: bool = False  # a row whose columns only the places of its words tell
    y: float | None = None  # of a line: how far down its page

    @property
    def is_blank(self) -> bool:
        return not self.text

    @property
    def filled(self) -> list[tuple[int, str]]:
        """The cells with something in them and the columns they stand in."""
        return [(column, cell) for column, cell in enumerate(self.cells or ()) if cell]


def flow(source: Source) -> list[Bit]:
    """Every line and row in reading order. Nothing is left out: blank lines say where printed blocks end."""
    bits: list[Bit] = []
    table = -1
    for page in source.pages:
        for block in page.blocks:
            if isinstance(block, Table):
                table += 1
                bits += (_row(row.cells, row.number, table, page.number) for row in block.rows)
            else:
                bits.append(_line(block, page.number))
    return [replace(bit, index=index) for index, bit in enumerate(_as_tables(bits, table + 1))]


def _row(cells: tuple[str | None, ...], number: int, table: int, page: int) -> Bit:
    clean = tuple(None if cell is None else cleaned(cell) for cell in cells)
    return Bit(
        0, number, " ".join(dict.fromkeys(cell for cell in clean if cell)), clean, table=table, page=page
    )


def _line(line: Line, page: int) -> Bit:
    indented = line.text[:1] in {" ", "\u3000"}
    bar = _BAR.match(line.text)
    if "\t" in line.text.strip() or bar:
        cells = tuple(map(cleaned, (bar[1].split("|") if bar else line.text.split("\t"))))
        text = " ".join(cell for cell in cells if cell)
        return Bit(0, line.number, text, cells, page=page, breaks=line.breaks, indented=indented)
    return Bit(
        0,
        line.number,
        cleaned(line.text),
        page=page,
        breaks=line.breaks,
        indented=indented,
        raw=line.text,
        x=line.x,
        y=line.y,
    )


def _as_tables(bits: list[Bit], table: int) -> list[Bit]:
    """Single lines with tabs or bars are rows of a table of their own, neighbours of one width together."""
    told: list[Bit] = []
    for bit in bits:
        if bit.cells is not None and bit.table < 0:
            before = told[-1] if told else None
            goes_on = before is not None and before.cells is not None and len(before.cells) == len(bit.cells)
            if not goes_on:
                table += 1
            number = before.table if goes_on and before is not None else table
            told.append(replace(bit, table=number))
        else:
            told.append(bit)
    return told


def cleaned(text: str) -> str:
    """Without remnants of HTML and unseen characters; runs of white space are one space, ends are bare.

    A line break inside a cell that only wraps Japanese text is no space.
    """
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "\n" in text or "\r" in text:
        text = joined_lines(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()


def joined_lines(lines: list[str]) -> str:
    """Wrapped lines of one cell: a sentence that goes on has no space, a new paragraph has one."""
    said = ""
    for line in (one.strip() for one in lines):
        if not line:
            continue
        if said and (
            line[0] in _BULLETS
            or ends_sentence(said)
            or said.endswith("について")
            or (said[-1].isascii() and line[0].isascii() and said[-1].isalnum())
        ):
            said += " "
        said += line
    return said


_BULLETS = "・●○■◆□※①②③④⑤⑥⑦⑧⑨"
_END = re.compile(r"(?:[。．？！?!]|[^0-9A-Za-z]\.)[」』）)】]*$")


def ends_sentence(text: str) -> bool:
    return bool(_END.search(text[-8:]))

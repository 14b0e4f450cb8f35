"""A document as its file gives it, before anybody asks what it means: pages of lines and of tables.

Every kind of file (text, CSV, Excel, PDF, Word, HTML) becomes this one shape, so that layouts are told by what
stands where and never by the kind of file.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `number` counts from 1 in the file (text) or on the page (PDF).

    `x` is the left edge and `size` the height of its letters, in points, where the file tells them.
    `y` is how far down its page it stands (0 at the top, 1 at the bottom): page numbers and running heads stand at an end.
    `breaks` says that a page begins here (a form feed, or the first line of a PDF's page).
    """

    text: str
    number: int
    x: float | None = None
    size: float | None = None
    breaks: bool = False
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, as many cells as its table has columns. `number` is where it stands in the file.

    A cell that belongs to a merged cell above is None; an empty cell, and one merged with its left neighbour, is "".
    """

    cells: tuple[str | None, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    name: str = ""  # of the sheet


Block = Line | Table


@dataclass(frozen=True, slots=True)
class Page:
    blocks: tuple[Block, ...]
    number: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A read file. `kind` is text, csv, xlsx, pdf, docx or html; `notes` say what the file did not give."""

    name: str
    sha256: str
    kind: str
    pages: tuple[Page, ...]
    notes: tuple[str, ...] = field(default=())

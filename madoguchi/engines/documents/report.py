"""A paper with tables: a result, a yearly report. What stands in it arrives as data and is never read as markup."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that reaches over `rows` rows; the rows below it leave its place out. `wide`: over all columns."""

    text: str
    rows: int = 1
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in parts of the whole; 0 = as narrow as its words. `align`: left, center or right."""

    title: str
    width: int = 1
    align: str = "left"


@dataclass(frozen=True, slots=True)
class ReportTable:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A numbered part: heading, lines, label and value pairs, a table; each may be missing."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: ReportTable | None = None


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    date: dt.date
    office: str
    blocks: tuple[Block, ...]
    lead: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    is_sample: bool = False
    landscape: bool = False

"""Cells that a spreadsheet takes as text, whatever stands in them, and back again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from madoguchi.kernel.text import starts_formula

MARK = "'"


def safe(cell: str) -> str:
    """The cell with an apostrophe before it where its first sign could start a formula.

    One that begins with an apostrophe gets another, so that `plain` gives back exactly what was stated: a
    telephone number +81… and a name - are not changed for good.
    """
    return MARK + cell if starts_formula(cell) or cell.startswith(MARK) else cell


def plain(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith(MARK) else cell


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV as Japanese spreadsheets open it: UTF-8 with a mark, every cell quoted, none of them a formula."""
    written = io.StringIO()
    # RFC 4180: each cell in quotation marks, so that a separator inside begins no cell of its own.
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    sheet.writerow([safe(one) for one in head])
    sheet.writerows([safe(one) for one in row] for row in rows)
    return ("\ufeff" + written.getvalue()).encode("utf-8", "replace")

"""The same from Excel: the first sheet with something in it, its first row the headings."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from typing import Any

import openpyxl

from ..desk_errors import ImportColumnsMissing, ImportTooLong, ImportUnreadable
from .table import LARGEST, MOST_ROWS, Line, read_table

MOST_COLUMNS = 100


def read_lines(data: bytes, *, needs: tuple[str, ...]) -> list[Line]:
    """The rows of a CSV or an .xlsx. Raises ImportUnreadable, ImportColumnsMissing, ImportTooLong."""
    return _read_book(data, needs) if data.startswith(b"PK\x03\x04") else read_table(data, needs=needs)


def _read_book(data: bytes, needs: tuple[str, ...]) -> list[Line]:
    if len(data) > LARGEST:
        raise ImportUnreadable
    head: list[str] = []
    lines: list[Line] = []
    for number, cells in _rows(data):
        if not any(cells):
            continue
        if not head:
            head = cells
            if missing := [name for name in needs if name not in head]:
                raise ImportColumnsMissing(missing="、".join(missing))
            continue
        lines.append(Line(number, dict(zip(head, cells, strict=False))))
        if len(lines) > MOST_ROWS:
            raise ImportTooLong(most=MOST_ROWS)
    if not head:
        raise ImportUnreadable
    return lines


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True, keep_links=False)
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        rows = sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS, values_only=True)
        return [(number, [_shown(value) for value in row]) for number, row in enumerate(rows, 1)]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # A workbook with a part missing or misspelt raises whatever reading it raises.
        raise ImportUnreadable from error


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip()

"""Excel: each sheet that is shown is a page, with its headings and tables as far as something is written."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from ..source import Page, Row
from .limits import Count, Limits
from .listed import listed
from .outcome import Beyond, Broken, Note
from .printed import JAPANESE_FORMS, date_printed, is_era, number_printed
from .sheet import blocks_of

_MERGED_MOST = 1_000_000  # cells under merged ones: the library makes each of them
_ERROR = "e"


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # A workbook with a part missing or misspelt raises whatever reading it raises.
        raise Broken from error
    notes: list[Note] = []
    pages: list[Page] = []
    without_values = _formulas_without_values(data, book)
    count = Count(limits)
    for number, sheet in enumerate((one for one in book.worksheets if one.sheet_state == "visible"), 1):
        reading = _Sheet(sheet, count)
        pages.append(Page(tuple(blocks_of(reading.rows(), sheet.title)), number))
        notes.extend(reading.notes())
        if without_values[sheet.title]:
            notes.append(("no_values", {"sheet": sheet.title, "cells": listed(without_values[sheet.title])}))
    hidden = [one.title for one in book.worksheets if one.sheet_state != "visible"]
    if hidden:
        notes.append(("hidden_sheets", {"names": listed(hidden)}))
    if _has_macros(data):
        notes.append(("macros", {}))
    return pages, notes


class _Sheet:
    def __init__(self, sheet: Worksheet, count: Count) -> None:
        self.sheet, self.count = sheet, count
        self.errors: list[str] = []
        self.unformed: list[str] = []

    def rows(self) -> list[Row]:
        """Those with something in them, and one without for every gap between."""
        written = self._written()
        covered, reach = self._merged()
        rows = {row for row, _column in written} | {row for row, _column in covered if row <= reach}
        width = max((column for _row, column in written), default=0)
        out: list[Row] = []
        for row in sorted(rows):
            if out and row > out[-1].number + 1:
                out.append(Row(("",) * width, out[-1].number + 1))
            self.count.row(width)
            cells = [
                written.get((row, column), covered.get((row, column), "")) for column in range(1, width + 1)
            ]
            out.append(Row(tuple(cells), row))
        return out

    def _written(self) -> dict[tuple[int, int], str]:
        """What is in the cells, by place. A sheet may claim a million empty rows: they are not walked through."""
        out = {}
        for place, cell in self.sheet._cells.items():
            text = self._shown(cell)
            if text:
                out[place] = text
        return out

    def _shown(self, cell: Cell) -> str:
        value = cell.value
        if value is None or isinstance(value, str):
            if cell.data_type == _ERROR:
                self.errors.append(cell.coordinate)
            return (value or "").replace("\r\n", "\n").replace("_x000D_", "")
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        known = JAPANESE_FORMS.get(cell._style.numFmtId)
        form = known or str(cell.number_format or "General")
        if isinstance(value, int | float) and (known or is_era(form)):
            value = _day(value, self.sheet.parent.epoch)
        if isinstance(value, dt.date | dt.time):
            shown = date_printed(value, form)
        elif isinstance(value, int | float):
            shown = number_printed(value, form)
        else:
            shown = None
        if shown is None:
            self.unformed.append(cell.coordinate)
            return str(value)
        return shown

    def _merged(self) -> tuple[dict[tuple[int, int], str | None], int]:
        """Places under merged cells: None below the first row of the merge, "" right of its cell."""
        covered: dict[tuple[int, int], str | None] = {}
        last = 0
        for area in self.sheet.merged_cells.ranges:
            if len(covered) + area.size["rows"] * area.size["columns"] > _MERGED_MOST:
                raise Beyond("cells")
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    covered[row, column] = None if row > area.min_row else ""
            if self.sheet.cell(area.min_row, area.min_col).value is not None:
                last = max(last, area.max_row)
        return covered, last

    def notes(self) -> Iterator[Note]:
        sheet = {"sheet": self.sheet.title}
        rows = [number for number, one in self.sheet.row_dimensions.items() if one.hidden]
        if rows:
            yield "hidden_rows", sheet | {"rows": listed(sorted(rows))}
        columns = sorted(
            column
            for one in self.sheet.column_dimensions.values()
            if one.hidden
            for column in range(one.min or 1, min(one.max or one.min or 1, self.sheet.max_column) + 1)
        )
        if columns:
            yield "hidden_columns", sheet | {"columns": listed(get_column_letter(one) for one in columns)}
        if self.errors:
            yield "cell_errors", sheet | {"cells": listed(self.errors)}
        if self.unformed:
            yield "forms_unknown", sheet | {"cells": listed(self.unformed)}


def _day(serial: float, epoch: dt.datetime) -> object:
    """The library counts as plain numbers what carries a form it does not know."""
    try:
        return from_excel(serial, epoch)
    except (ValueError, OverflowError):
        return serial


def _formulas_without_values(data: bytes, book: Any) -> dict[str, list[str]]:
    """Cells with a formula whose result no program has stored, by sheet. Costs a second reading, so only where needed."""
    found: dict[str, list[str]] = defaultdict(list)
    if not any(b"<f" in part for part in _sheets_of(data)):
        return found
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and book[sheet.title].cell(cell.row, cell.column).value is None:
                    found[sheet.title].append(cell.coordinate)
    return found


def _sheets_of(data: bytes) -> Iterable[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.infolist():
            if part.filename.startswith("xl/worksheets/"):
                yield packed.read(part)


def _has_macros(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return any("vbaproject" in name.lower() for name in packed.namelist())

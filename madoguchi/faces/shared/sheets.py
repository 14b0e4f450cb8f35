"""The lists anybody may take home: opened as Unicode by a spreadsheet, and a name in them is never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from madoguchi.kernel.text import starts_formula


def as_text(words: str) -> str:
    """A name a spreadsheet would take for a formula is written as a name, also behind spaces and in full width."""
    return f"'{words}" if starts_formula(words) else words


def sheet(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """`name`.csv (UTF-8 with BOM, as Excel wants it); numbers stay numbers, words are guarded by `as_text`."""
    written = io.StringIO()
    out = csv.writer(written)
    for row in rows:
        out.writerow([as_text(cell) if isinstance(cell, str) else cell for cell in row])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

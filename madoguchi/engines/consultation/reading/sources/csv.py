"""Tables of commas, tabs or semicolons, with the headings that a saved sheet has above them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from clevercsv.detect import Detector

from ..source import Page, Row
from .encoding import decoded
from .limits import Count, Limits
from .outcome import Note
from .sheet import blocks_of

_DELIMITERS = [",", "\t", ";", "|"]
_SAMPLE = 20_000  # letters: what the detector is shown, since its time grows with them


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    text, notes = decoded(data)
    with _long_cells(limits.size):
        delimiter = _delimiter_of(text)
        try:
            rows = list(_rows(text, delimiter, Count(limits), strict=True))
        except csv.Error:
            notes.append(("quotes", {}))
            rows = list(_rows(text, delimiter, Count(limits), strict=False))
    width = max((len(row.cells) for row in rows), default=0)
    even = [Row(row.cells + ("",) * (width - len(row.cells)), row.number) for row in rows]
    return [Page(tuple(blocks_of(even)))], notes


@contextmanager
def _long_cells(most: int) -> Iterator[None]:
    """An answer of a whole page is longer than the library expects. Its limit is the process's: put back afterwards."""
    before = csv.field_size_limit(most)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _delimiter_of(text: str) -> str:
    sample = text[:_SAMPLE]
    whole = sample if len(sample) == len(text) else sample[: sample.rfind("\n") + 1] or sample
    dialect = Detector().detect(whole, delimiters=_DELIMITERS)
    return (dialect.delimiter if dialect else "") or ("\t" if "\t" in whole else ",")


def _rows(text: str, delimiter: str, count: Count, *, strict: bool) -> Iterator[Row]:
    """Rows, each with the line of the file in which it begins."""
    reader, begins = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict), 1
    for cells in reader:
        count.row(len(cells))
        yield Row(tuple(cell.replace("\r\n", "\n") for cell in cells), begins)
        begins = reader.line_num + 1

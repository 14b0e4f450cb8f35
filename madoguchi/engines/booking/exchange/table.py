"""A CSV from another office as rows by heading: whatever encoding and delimiter it came in."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from charset_normalizer import from_bytes
from clevercsv.detect import Detector

from ..desk_errors import ImportColumnsMissing, ImportTooLong, ImportUnreadable

LARGEST = 5 * 1024 * 1024
MOST_ROWS = 5000
_DELIMITERS = [",", "\t", ";"]
_SAMPLE = 20_000  # letters the detector is shown: its time grows with them
# What Japanese offices send besides UTF-8. Without this fence short Japanese texts are taken for Chinese or Korean.
_LIKELY = ["cp932", "euc_jp"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line of the file it begins in, and its cells by heading."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


def read_table(data: bytes, *, needs: tuple[str, ...]) -> list[Line]:
    """The rows of a file whose first row has at least the headings `needs`; empty rows are left out.

    Raises ImportUnreadable, ImportColumnsMissing, ImportTooLong.
    """
    if not data.strip() or len(data) > LARGEST:
        raise ImportUnreadable
    text = _decoded(data)
    if "\0" in text:  # not text at all; the detector of delimiters would stumble over it
        raise ImportUnreadable
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text))
    lines: list[Line] = []
    begins = 1
    head: list[str] = []
    try:
        for cells in reader:
            even = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
            if not any(even):
                pass
            elif not head:
                head = even
                _check_head(head, needs)
            else:
                lines.append(Line(begins, dict(zip(head, even, strict=False))))
            if len(lines) > MOST_ROWS:
                raise ImportTooLong(most=MOST_ROWS)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportUnreadable from error
    if not head:
        raise ImportUnreadable
    return lines


def _check_head(head: list[str], needs: tuple[str, ...]) -> None:
    if missing := [name for name in needs if name not in head]:
        raise ImportColumnsMissing(missing="、".join(missing))


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = from_bytes(data, cp_isolation=_LIKELY).best()
    if found is None:
        raise ImportUnreadable
    return _strictly(data, found.encoding)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportUnreadable from error


def _delimiter_of(text: str) -> str:
    sample = text[:_SAMPLE]
    whole = sample if len(sample) == len(text) else sample[: sample.rfind("\n") + 1] or sample
    dialect = Detector().detect(whole, delimiters=_DELIMITERS)
    return (dialect.delimiter if dialect else "") or ","

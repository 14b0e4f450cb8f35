"""PDF: tables where lines rule them, and round about them the printed lines, from the top of each page to its end."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page as Printed

from ..source import Block, Line, Page, Row, Table
from .limits import Count, Limits
from .listed import listed
from .outcome import Beyond, Broken, Locked, Note, NoWords
from .pdf_letters import Letters, cell_text, lines_of
from .pdf_tables import Ruled, ruled_tables


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    try:
        document = pdfplumber.open(io.BytesIO(data), unicode_norm=None)
        printed = document.pages
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # Its reader raises whatever a damaged file makes it stumble over.
        raise (Locked if _is_locked(error) else Broken) from error
    if len(printed) > limits.pages:
        raise Beyond("pages")
    reading = _Reading(Count(limits))
    pages = [reading.page(page) for page in printed]
    if not reading.letters:
        raise Broken if len(reading.broken) == len(pages) else NoWords
    return pages, list(reading.notes())


def _is_locked(error: BaseException) -> bool:
    causes = (error, error.__cause__, error.__context__, *error.args)
    return any(isinstance(cause, PDFPasswordIncorrect) for cause in causes)


class _Reading:
    def __init__(self, count: Count) -> None:
        self.count, self.letters = count, 0
        self.silent: list[int] = []
        self.unknown: list[int] = []
        self.broken: list[int] = []

    def page(self, printed: Printed) -> Page:
        number = printed.page_number
        try:
            letters = Letters.of(printed)
            blocks = tuple(self._blocks(printed, letters))
        except (MemoryError, RecursionError, Beyond):
            raise
        except Exception:  # noqa: BLE001
            # One damaged page does not take the others with it.
            self.broken.append(number)
            return Page((), number)
        finally:
            printed.close()  # else a long document stays in memory letter by letter
        self.letters += letters.seen
        if not letters.seen:
            self.silent.append(number)
        if letters.has_unknown:
            self.unknown.append(number)
        return Page(blocks, number)

    def _blocks(self, printed: Printed, letters: Letters) -> Iterator[Block]:
        """Lines and tables by where they begin; each line and each row has its number on the page."""
        tables = ruled_tables(printed)
        inside, outside = letters.parted(tables)
        found: list[tuple[float, Line | Ruled]] = [(table.top, table) for table in tables]
        found += [(top, line) for top, line in lines_of(outside, printed)]
        found.sort(key=lambda one: one[0])
        number, is_first = 0, True
        for _top, block in found:
            if isinstance(block, Line):
                number += 1
                self.count.row()
                yield Line(block.text, number, block.x, block.size, is_first, block.y)
            else:
                rows = []
                for cells in block.cells(inside[id(block)], cell_text):
                    number += 1
                    self.count.row(len(cells))
                    rows.append(Row(cells, number))
                yield Table(tuple(rows))
            is_first = False

    def notes(self) -> Iterator[Note]:
        for key, pages in (
            ("pages_without_text", self.silent),
            ("letters_unknown", self.unknown),
            ("pages_broken", self.broken),
        ):
            if pages:
                yield key, {"pages": listed(pages)}

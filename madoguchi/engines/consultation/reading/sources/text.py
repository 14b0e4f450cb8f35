"""Plain text: lines as they stand, and tables where neighbouring lines have the same number of tabs.

Blank lines stay, since they hold printed blocks apart. A line is counted by its line feed, as every editor counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, groupby

from ..source import Block, Line, Page, Row, Table
from .encoding import decoded
from .limits import Count, Limits
from .outcome import Note

_A_TABLE = 2  # tabs: from here on a single line can be the rest of the table before it


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    """One page: a form feed begins a printed page (`Line.breaks`), while line numbers run on."""
    text, notes = decoded(data)
    count = Count(limits)
    return [Page(tuple(_blocks(list(_lines(text, count)))))], notes


def _lines(text: str, count: Count) -> Iterator[Line]:
    if "\n" not in text:
        text = text.replace("\r", "\n")  # of old Macs
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()  # what ends with a line feed has no line after it
    for number, line in enumerate(lines, 1):
        before, *pages = line.rstrip("\r").split("\f")
        if before or not pages:
            count.row(before.count("\t") + 1)
            yield Line(before, number)
        for on_new_page in pages:
            count.row(on_new_page.count("\t") + 1)
            yield Line(on_new_page, number, breaks=True)


def _blocks(lines: list[Line]) -> Iterator[Block]:
    """Lines, with runs of the same number of tabs put together as tables.

    A single line with tabs is a row only where it goes on with the table before it (a page's last row): alone it may
    be two columns of a list, or an indented line.
    """
    widest = 0  # tabs of the last table
    for (_page, tabs), group in groupby(zip(_page_numbers(lines), lines, strict=True), key=_page_and_tabs):
        run = [line for _number, line in group]
        if not tabs or (len(run) == 1 and not _A_TABLE <= tabs == widest):
            yield from run
            continue
        widest = tabs
        if run[0].breaks:
            yield Line("", run[0].number, breaks=True)
        yield Table(tuple(Row(tuple(line.text.split("\t")), line.number) for line in run))


def _page_numbers(lines: list[Line]) -> Iterator[int]:
    return accumulate(int(line.breaks) for line in lines)


def _page_and_tabs(numbered: tuple[int, Line]) -> tuple[int, int]:
    page, line = numbered
    return page, line.text.count("\t")

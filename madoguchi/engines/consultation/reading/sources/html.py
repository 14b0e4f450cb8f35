"""Web pages: what is shown of them, line by line, and tables with their merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from ..source import Block, Line, Page, Table
from .encoding import decoded
from .grid import Cell, Grid
from .limits import Count, Limits
from .outcome import Broken, Note

_LINES = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_SILENT = {
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "title",
    "iframe",
    "object",
    "svg",
    "math",
    "rt",
    "rp",
}
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n]+")  # not the full-width space, which Japanese pages print on purpose
_SPAN = re.compile(r"\s*(\d{1,5})")


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    text, notes = decoded(data)
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Broken from error
    if any(fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for fault in parser.error_log):
        raise Broken  # nested so deep that the parser left the rest out
    reading = _Reading(Count(limits))
    blocks = tuple(reading.blocks(page))
    if reading.hides:
        notes.append(("not_shown", {}))
    return [Page(blocks)], notes


class _Reading:
    def __init__(self, count: Count) -> None:
        self.count, self.number, self.hides = count, 0, False

    def blocks(self, top: html.HtmlElement) -> Iterator[Block]:
        """In the order of the page, without recursion: a page may nest deeper than Python does."""
        said: list[str] = []
        skipping: html.HtmlElement | None = None
        for event, node in etree.iterwalk(top, events=("start", "end")):
            if skipping is None and event == "start":
                if node.tag == "table" or self._is_silent(node):
                    skipping = node
                    yield from self._line(said) if node.tag == "table" else ()
                    if node.tag == "table" and not self._is_silent(node):
                        yield from self._table(node)
                    continue
                if node.tag in _LINES or node.tag == "br":
                    yield from self._line(said)
                said.append(node.text or "")
            elif event == "end" and (skipping is None or skipping is node):
                if skipping is None and node.tag in _LINES:
                    yield from self._line(said)
                skipping = None
                said.append(node.tail or "")
        yield from self._line(said)

    def _line(self, said: list[str]) -> Iterator[Line]:
        text = _SPACES.sub(" ", "".join(said)).strip(" ")
        said.clear()
        if text:
            self.number += 1
            self.count.row()
            yield Line(text, self.number)

    def _table(self, table: html.HtmlElement) -> Iterator[Block]:
        for caption in table.iterchildren("caption"):
            yield from self._line([self._text(caption)])
        grid = Grid(self.count)
        for row in _rows_of(table):
            if self._is_silent(row):
                continue
            self.number += 1
            cells = [cell for cell in row.iterchildren("td", "th") if not self._is_silent(cell)]
            grid.add(
                self.number,
                [Cell(self._text(one), _span(one, "colspan"), _span(one, "rowspan")) for one in cells],
            )
        rows = grid.rows()
        if rows:
            yield Table(rows)

    def _text(self, cell: html.HtmlElement) -> str:
        """What a cell shows. Paragraphs and breaks stay as line ends; a table inside is read as its text."""
        lines: list[str] = []
        said: list[str] = [cell.text or ""]
        skipping: html.HtmlElement | None = None
        for event, node in etree.iterwalk(cell, events=("start", "end")):
            if node is cell:
                continue
            if skipping is None and event == "start":
                if self._is_silent(node):
                    skipping = node
                    continue
                if node.tag in _LINES or node.tag == "br":
                    lines.append("".join(said))
                    said.clear()
                said.append(node.text or "")
            elif event == "end" and (skipping is None or skipping is node):
                if skipping is None and node.tag in _LINES:
                    lines.append("".join(said))
                    said.clear()
                skipping = None
                said.append(node.tail or "")
        lines.append("".join(said))
        shown = (_SPACES.sub(" ", line).strip(" ") for line in lines)
        return "\n".join(line for line in shown if line)

    def _is_silent(self, node: html.HtmlElement) -> bool:
        if node.tag in _SILENT:
            return True
        if node.get("hidden") is not None or _NOT_SHOWN.search(node.get("style") or ""):
            self.hides = True
            return True
        return False


def _rows_of(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The rows of this table, not of one inside it."""
    for part in table.iterchildren("thead", "tbody", "tfoot", "tr"):
        if part.tag == "tr":
            yield part
        else:
            yield from part.iterchildren("tr")


def _span(cell: html.HtmlElement, name: str) -> int:
    found = _SPAN.match(cell.get(name) or "")
    return int(found.group(1)) if found else 1

"""Word: paragraphs and tables in the order of the body, with what was inserted and without what was deleted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from ..source import Block, Line, Page, Row, Table
from .limits import Count, Limits
from .outcome import Broken, Note

_TEXT, _BREAK, _PARAGRAPH = qn("w:t"), qn("w:br"), qn("w:p")
_TABLE, _ROW, _CELL = qn("w:tbl"), qn("w:tr"), qn("w:tc")
_SIGNS = {qn("w:tab"): "\t", _BREAK: "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_WIDEST = 1000  # columns
_STRUCTURED = {
    qn("w:sdt"),
    qn("w:sdtContent"),
    qn("w:ins"),
    qn("w:moveTo"),
    qn("w:customXml"),
    qn("w:smartTag"),
}
# Deleted, moved away, the reading over a word, what stands there for old programs, formatting.
_LEFT_OUT = {
    qn("w:del"), qn("w:moveFrom"), qn("w:rt"), qn("w:pPr"), qn("w:rPr"), qn("w:sectPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
_RENDERED = qn("w:lastRenderedPageBreak")
_BESIDE = ("comments", "footnotes", "endnotes", "header", "footer")


def pages_of(data: bytes, limits: Limits) -> tuple[list[Page], list[Note]]:
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:
        # A package with a part missing raises whatever looking for it raises.
        raise Broken from error
    reading = _Reading(Count(limits))
    blocks = tuple(reading.blocks(document.element.body))
    return [Page(blocks)], list(_notes(document))


class _Reading:
    def __init__(self, count: Count) -> None:
        self.count, self.number = count, 0

    def blocks(self, body: Any) -> Iterator[Block]:
        for node in _children(body):
            if node.tag == _PARAGRAPH:
                self.number += 1
                self.count.row()
                yield Line(_text(node).replace("\n", " "), self.number, breaks=_breaks(node))
            elif node.tag == _TABLE:
                yield from self._table(node)

    def _table(self, table: Any) -> Iterator[Table]:
        rows: list[tuple[int, list[str | None]]] = []
        for row in _children(table):
            if row.tag != _ROW or _is_deleted(row):
                continue
            self.number += 1
            cells = list(_cells(row))
            self.count.row(len(cells))
            rows.append((self.number, cells))
        width = max((len(cells) for _number, cells in rows), default=0)
        if width:
            yield Table(tuple(Row((*cells, *[""] * (width - len(cells))), number) for number, cells in rows))


def _children(node: Any) -> Iterator[Any]:
    """Children, also those within content controls and insertions."""
    for child in node:
        if child.tag in _STRUCTURED:
            yield from _children(child)
        elif child.tag not in _LEFT_OUT:
            yield child


def _cells(row: Any) -> Iterator[str | None]:
    """A cell merged with the one above is None; one merged with its left neighbour is ""."""
    yield from [""] * _number(row, "w:trPr/w:gridBefore")
    for cell in _children(row):
        if cell.tag != _CELL:
            continue
        wide = max(1, _number(cell, "w:tcPr/w:gridSpan"))
        if _goes_on(cell):
            yield from [None] * wide
        else:
            yield "\n".join(_paragraphs(cell)).strip("\n")
            yield from [""] * (wide - 1)


def _goes_on(cell: Any) -> bool:
    merge = cell.find("w:tcPr/w:vMerge", cell.nsmap)
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _number(node: Any, where: str) -> int:
    found = node.find(where, node.nsmap)
    told = "" if found is None else found.get(qn("w:val"), "")
    return min(int(told), _WIDEST) if told.isdecimal() else 0


def _paragraphs(cell: Any) -> Iterator[str]:
    """Of the cell and of tables inside it, whose text is read as part of it."""
    for node in _children(cell):
        if node.tag == _PARAGRAPH:
            yield _text(node)
        elif node.tag in {_TABLE, _ROW, _CELL}:
            yield from _paragraphs(node)


def _text(paragraph: Any) -> str:
    said: list[str] = []
    _say(paragraph, said)
    return "".join(said)


def _say(node: Any, said: list[str]) -> None:
    for child in node:
        if child.tag == _TEXT:
            said.append(child.text or "")
        elif child.tag in _SIGNS:
            said.append(_SIGNS[child.tag])
        elif child.tag not in _LEFT_OUT:
            _say(child, said)


def _breaks(paragraph: Any) -> bool:
    return any(True for _one in paragraph.iter(_RENDERED)) or any(
        one.get(qn("w:type")) == "page" for one in paragraph.iter(_BREAK)
    )


def _is_deleted(row: Any) -> bool:
    return row.find("w:trPr/w:del", row.nsmap) is not None


def _notes(document: Document) -> Iterator[Note]:
    body = document.element.body
    if any(True for _one in body.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"))):
        yield "tracked", {}
    numbered = sum(1 for _one in body.iter(qn("w:numPr")))
    if numbered:
        yield "numbered", {"count": str(numbered)}
    parts = [str(part.partname) for part in document.part.package.iter_parts()]
    if any("vbaProject" in name for name in parts):
        yield "macros", {}
    if any(name.startswith(f"/word/{beside}") for name in parts for beside in _BESIDE):
        yield "beside", {}

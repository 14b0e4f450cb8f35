"""Runs in the child: one file in, its pages as JSON out. Nothing here asks for settings or tables."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from ..source import Block, Line, Page
from .kinds import PACKED
from .limits import Limits
from .outcome import Beyond, Broken, Empty, Note, NoText, Stopped

_FOLDERS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


def answer(content: bytes, *, kind: str, limits: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        pages, notes, kind = read(content, kind, Limits(**limits))
    except Stopped as stopped:
        return {"verdict": stopped.verdict}, b""
    except (MemoryError, RecursionError):
        return {"verdict": "too_hard"}, b""
    told = {"pages": [_page_told(page) for page in pages], "notes": notes}
    return {"verdict": "fine", "content_type": kind}, json.dumps(told).encode()


def read(content: bytes, kind: str, limits: Limits) -> tuple[list[Page], list[Note], str]:
    """Raises Stopped, and whatever a library raises over a stranger's file."""
    if kind == PACKED:
        kind = _unpacked_kind(content, limits)
    reader = import_module(f"{__package__}.{kind}")
    pages, notes = reader.pages_of(content, limits)
    if not any(_says_something(block) for page in pages for block in page.blocks):
        raise Empty
    return pages, notes, kind


def _unpacked_kind(content: bytes, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Broken from error
    # The library never unfolds more of a part than is stated here.
    if sum(part.file_size for part in parts) > limits.unfolded:
        raise Beyond("unfolded")
    for part in parts:
        if part.filename in _FOLDERS:
            return _FOLDERS[part.filename]
    raise NoText


def _says_something(block: Block) -> bool:
    if isinstance(block, Line):
        return bool(block.text.strip())
    return any(cell and cell.strip() for row in block.rows for cell in row.cells)


def _page_told(page: Page) -> dict[str, Any]:
    return {"number": page.number, "blocks": [_block_told(block) for block in page.blocks]}


def _block_told(block: Block) -> Iterable[Any]:
    if isinstance(block, Line):
        return ["line", block.text, block.number, block.x, block.size, block.breaks, block.y]
    return ["table", block.name, [[row.number, row.cells] for row in block.rows]]

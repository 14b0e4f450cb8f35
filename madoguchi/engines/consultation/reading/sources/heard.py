"""What the child said, made pages again. It was alone with a stranger's file, so its word is taken apart with care."""

from __future__ import annotations

import json
from typing import Any

from ..source import Block, Line, Page, Row, Table
from .notes import WORDS
from .outcome import Broken, Note


def heard(told: bytes) -> tuple[list[Page], list[Note]]:
    """Raises Broken for what no honest child says."""
    try:
        said = json.loads(told)
        pages = [
            Page(tuple(_block(one) for one in page["blocks"]), int(page["number"])) for page in said["pages"]
        ]
        notes: list[Note] = [
            (str(key), {str(k): str(v) for k, v in facts.items()})
            for key, facts in said["notes"]
            if key in WORDS
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Broken from error
    return pages, notes


def _block(said: list[Any]) -> Block:
    if said[0] == "line":
        _kind, text, number, x, size, breaks, y = said
        return Line(str(text), int(number), _measure(x), _measure(size), bool(breaks), _measure(y))
    _kind, name, rows = said
    return Table(
        tuple(Row(tuple(_cell(cell) for cell in cells), int(number)) for number, cells in rows), str(name)
    )


def _cell(said: object) -> str | None:
    return None if said is None else str(said)


def _measure(said: float | None) -> float | None:
    return None if said is None else float(said)

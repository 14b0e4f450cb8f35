"""Looking through a PDF for what would run or carry something. Read by the child alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

MOST_OBJECTS = 300_000

# Keys that start something or carry another file, wherever in the document they stand.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
}
ACTIVE_TYPES = {"/EmbeddedFile", "/RichMedia"}
# The same in the raw bytes: an older revision inside the file may be read by another viewer.
RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)")


def look(content: bytes, most_pages: int) -> str:
    """fine | locked | pages | active, or an exception for what cannot be read."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return "locked"
    if len(reader.pages) > most_pages:
        return "pages"
    if RAW.search(_plain_names(content)) or any(_is_active(item) for item in _dictionaries(reader)):
        return "active"
    for page in reader.pages:
        page.mediabox  # noqa: B018 - a page that cannot be found raises here
    return "fine" if len(reader.pages) else "unreadable"


def _plain_names(content: bytes) -> bytes:
    """`/J#61vaScript` is `/JavaScript`."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda hexed: bytes([int(hexed[1], 16)]), content)


def _is_active(item: dict[Any, Any]) -> bool:
    return (
        not ACTIVE_KEYS.isdisjoint(item)
        or _name(item.get("/S")) in ACTIVE_ACTIONS
        or _name(item.get("/Type")) in ACTIVE_TYPES
        or _name(item.get("/Subtype")) in ACTIVE_TYPES
    )


def _name(value: Any) -> str:
    from pypdf.generic import IndirectObject

    value = value.get_object() if isinstance(value, IndirectObject) else value
    return value if isinstance(value, str) else ""


def _dictionaries(reader: Any) -> Iterator[dict[Any, Any]]:
    """Every dictionary of every object in the file, also of those no page leads to."""
    from pypdf.generic import IndirectObject

    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise ValueError("too many objects")
    waiting: list[Any] = [reader.trailer]
    for number in sorted(numbers):
        if number:
            waiting.append(reader.get_object(IndirectObject(number, 0, reader)))
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                yield item
                waiting.extend(value for value in item.values() if not isinstance(value, IndirectObject))
            elif isinstance(item, list):
                waiting.extend(value for value in item if not isinstance(value, IndirectObject))

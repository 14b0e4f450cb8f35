"""Which kind of document it is, by what is in it. Names are believed only where plain text could be either."""

from __future__ import annotations

import re
from pathlib import PurePath

import puremagic

from ..errors import DocumentIsOld, DocumentKindUnknown

PACKED = "packed"
CALLED = {"text": "テキスト", "csv": "CSV", "xlsx": "Excel", "docx": "Word", "pdf": "PDF", "html": "HTML"}
_NAMES = {
    ".txt": "text",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = re.compile(rb"%PDF-\d")
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE)
_BEGINS = 1024  # bytes in which a PDF or a page says what it is


def extension_of(name: str) -> str:
    return PurePath(name).suffix.lower()


def named(name: str) -> str:
    """The kind that the name says; "" where it says none we read."""
    return _NAMES.get(extension_of(name), "")


def kind_of(name: str, data: bytes) -> str:
    """Raises the Refusal that says what to do with a kind that is not read here."""
    if data.startswith(_OLE):
        raise DocumentIsOld
    if _PDF.search(data[:_BEGINS]):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return PACKED  # Excel or Word: the child looks inside
    if _is_some_other_kind(data):
        raise DocumentKindUnknown
    begins = data[:_BEGINS].replace(b"\0", b"")  # of UTF-16
    if _MARKUP.search(begins) or (named(name) == "html" and b"<" in begins):
        return "html"
    return "csv" if named(name) == "csv" else "text"


def _is_some_other_kind(data: bytes) -> bool:
    """Pictures, archives, sound: what begins with signs of its own that no text begins with."""
    try:
        found = puremagic.magic_string(data[: 64 * 1024])
    except Exception:  # noqa: BLE001
        # It looks into the file, too, and what a stranger's file can raise there nobody can list.
        return False
    return any(match.confidence >= 0.8 and not _is_wording(match.mime_type) for match in found)


def _is_wording(mime: str) -> bool:
    return not mime or mime.startswith("text/") or mime in {"application/json", "application/xml"}

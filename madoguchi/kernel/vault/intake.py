"""Judging and cleaning what people send, from the bytes alone: no tables, no disk."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _

from . import apart, names
from .errors import (
    FileEmpty,
    FileIsActive,
    FileIsArchive,
    FileIsOffice,
    FileKindRefused,
    FileLocked,
    FileMismatch,
    FileTooLarge,
    FileUnreadable,
    PhotoIsHeic,
)

JPEG, PNG, WEBP, PDF, HEIC = "image/jpeg", "image/png", "image/webp", "application/pdf", "image/heif"
_EXTENSIONS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
_IMAGE_NAMES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif"}
_FITTING_NAMES = dict.fromkeys((JPEG, PNG, WEBP, HEIC), _IMAGE_NAMES) | {PDF: {".pdf"}}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_MARKUP = re.compile(rb"<(!doctype|html|head|body|script|svg|iframe|\?php|\?xml-stylesheet)", re.IGNORECASE)
# Word, Excel and PowerPoint of before 2007; the later ones are archives with this inside.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_INSIDE = re.compile(rb"\[Content_Types\]\.xml|word/|xl/|ppt/|application/vnd\.oasis", re.IGNORECASE)
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
)
_SECONDS = 30  # by the clock: a page waits for it
_DRAWN_TIMES = 4  # the drawn pages may take that many times the size one may send


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may be."""

    size: int = 10 * 1024 * 1024
    pixels: int = 40_000_000
    pages: int = 50


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it may be kept. Of a PDF also how it may be shown, unless `content` is that already (`masked`)."""

    content: bytes
    content_type: str
    name: str
    view: bytes = b""
    masked: bool = False


def take_in(upload: BinaryIO, name: str, limits: Limits = DEFAULT) -> Cleaned:
    """The file, read and cleaned; raises the Refusal that tells the resident why not."""
    return cleaned(read(upload, limits), name, limits)


def read(upload: BinaryIO, limits: Limits = DEFAULT) -> bytes:
    """What was sent, never more than one may send. Raises FileEmpty, FileTooLarge."""
    content = upload.read(limits.size + 1)
    if not content:
        raise FileEmpty
    if len(content) > limits.size:
        raise FileTooLarge(most=f"{limits.size // 1024 // 1024}MB")
    return content


def cleaned(content: bytes, name: str, limits: Limits = DEFAULT) -> Cleaned:
    """The file as it may be kept; raises the Refusal that tells the resident why not.

    Pictures are drawn anew, so that nothing but the picture survives: no place, no camera, no hidden
    second file. A PDF is kept as it is, after a look through all of it, with a drawing of its pages that is shown
    in its place. Where a number like a マイナンバー stood in its text, the drawing is all that is kept.
    """
    kind = _kind(content)
    extension = names.extension_of(name)
    if extension and extension not in _FITTING_NAMES[kind]:
        raise FileMismatch
    if kind == PDF:
        try:
            view = drawn_pdf(content, limits)
        except apart.NoAnswer as silence:
            raise FileUnreadable from silence
        keeps = view.drawn if view.masked else content
        return Cleaned(
            keeps,
            PDF,
            names.clean(name, _EXTENSIONS[PDF]),
            view=b"" if view.masked else view.drawn,
            masked=view.masked,
        )
    picture = _drawn_picture(content, kind, limits)
    return Cleaned(picture.drawn, picture.content_type, names.clean(name, _EXTENSIONS[picture.content_type]))


def _drawn_picture(content: bytes, kind: str, limits: Limits) -> apart.Answer:
    unreadable = PhotoIsHeic if kind == HEIC else FileUnreadable
    try:
        answer = apart.ask(
            "picture", content, seconds=_SECONDS, kind=kind, pixels=limits.pixels, size=limits.size
        )
    except apart.NoAnswer as silence:
        raise unreadable from silence
    if answer.verdict == "pixels":
        raise FileTooLarge(most=_("%(megapixels)s00万画素") % {"megapixels": limits.pixels // 1_000_000})
    if answer.verdict != "fine":
        raise unreadable
    return answer


def drawn_pdf(content: bytes, limits: Limits = DEFAULT) -> apart.Answer:
    """The pages of a PDF as pictures. Raises a Refusal for one that is broken, locked, too long or active.

    Raises apart.NoAnswer where nothing is known of it, since the child said nothing.
    """
    answer = apart.ask(
        "pdf", content, seconds=_SECONDS, pages=limits.pages, drawn_size=limits.size * _DRAWN_TIMES
    )
    if answer.verdict == "pages":
        raise FileTooLarge(most=_("%(n)sページ") % {"n": limits.pages})
    if answer.verdict == "size":
        raise FileTooLarge(most=f"{limits.size // 1024 // 1024}MB")
    if answer.verdict != "fine":
        raise {"locked": FileLocked, "active": FileIsActive}.get(answer.verdict, FileUnreadable)
    return answer


def _kind(content: bytes) -> str:
    """What the bytes are. Our own strict look and puremagic's must agree, and it must be one thing only."""
    kind = _by_signature(content)
    if kind is None:
        raise _unwanted(content)
    try:
        guessed = {match.mime_type for match in puremagic.magic_string(content)}
    except Exception:  # noqa: BLE001
        # It looks into the file as well, and what a stranger's file can raise there nobody can list.
        guessed = set()
    if kind not in guessed or _is_something_else_too(content, kind):
        raise FileMismatch
    return kind


def _unwanted(content: bytes) -> type[FileKindRefused]:
    """Which sentence helps: what to do with a letter of Word is not what to do with an archive."""
    if content.startswith(_OLE):
        return FileIsOffice
    if content.startswith(_ARCHIVES):
        return FileIsOffice if _OFFICE_INSIDE.search(content[:4096]) else FileIsArchive
    return FileKindRefused


def _by_signature(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    if content.startswith(b"%PDF-"):
        return PDF
    return None


def _is_something_else_too(content: bytes, kind: str) -> bool:
    if zipfile.is_zipfile(io.BytesIO(content)) or _MARKUP.search(content[:1024]):
        return True
    if kind == PDF:
        tail = content[content.rfind(b"%%EOF") :]
        return len(tail.strip(b"\0\r\n\t ")) > 1024 or bool(_MARKUP.search(tail))
    return b"%PDF-" in content[:1024] or bool(_MARKUP.search(content[-1024:]))

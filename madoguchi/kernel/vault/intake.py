"""Judging and cleaning what people send, from the bytes alone: no tables, no disk."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from . import names
from .errors import (
    FileEmpty,
    FileIsActive,
    FileKindRefused,
    FileLocked,
    FileMismatch,
    FileTooLarge,
    FileUnreadable,
)

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
_EXTENSIONS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
_IMAGE_NAMES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif"}
_FITTING_NAMES = {JPEG: _IMAGE_NAMES, PNG: _IMAGE_NAMES, WEBP: _IMAGE_NAMES, PDF: {".pdf"}}
_MARKUP = re.compile(rb"<(!doctype|html|head|body|script|svg|iframe|\?php|\?xml-stylesheet)", re.IGNORECASE)
_PDF_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may be."""

    size: int = 10 * 1024 * 1024
    pixels: int = 40_000_000
    pages: int = 50


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it may be kept."""

    content: bytes
    content_type: str
    name: str


def take_in(upload: BinaryIO, name: str, limits: Limits = DEFAULT) -> Cleaned:
    """The file, cleaned; raises the Refusal that tells the resident why not.

    Pictures are drawn anew, so that nothing but the picture survives: no place, no camera, no hidden
    second file. A PDF is kept as it is, after a look through all of it.
    """
    content = upload.read(limits.size + 1)
    if not content:
        raise FileEmpty
    if len(content) > limits.size:
        raise FileTooLarge(most=f"{limits.size // 1024 // 1024}MB")
    kind = _kind(content)
    extension = names.extension_of(name)
    if extension and extension not in _FITTING_NAMES[kind]:
        raise FileMismatch
    if kind == PDF:
        _look_through(content, limits)
    else:
        content, kind = _redrawn(content, kind, limits)
    return Cleaned(content, kind, names.clean(name, _EXTENSIONS[kind]))


def _kind(content: bytes) -> str:
    """What the bytes are. Our own strict look and puremagic's must agree, and it must be one thing only."""
    kind = _by_signature(content)
    if kind is None:
        raise FileKindRefused
    try:
        guessed = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        guessed = set()
    if kind not in guessed or _is_something_else_too(content, kind):
        raise FileMismatch
    return kind


def _by_signature(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
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


def _redrawn(content: bytes, kind: str, limits: Limits) -> tuple[bytes, str]:
    """The picture drawn anew, upright, without metadata; JPEG, or PNG where it was PNG or see-through."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "MPO"]) as picture:
            if picture.width * picture.height > limits.pixels:
                raise _too_many_pixels(limits)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            # Palettes and odd depths first: what is see-through may hide in either.
            see_through = upright.has_transparency_data
            plain = upright.convert("RGBA" if see_through else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, MemoryError) as error:
        raise FileUnreadable from error
    plain.info = {}  # Pillow writes comments and colour profiles found here
    if kind == PNG or see_through:
        drawn = _saved(plain, "PNG")
        if len(drawn) <= limits.size:
            return drawn, PNG
    return _saved(_on_white(plain), "JPEG"), JPEG


def _too_many_pixels(limits: Limits) -> FileTooLarge:
    return FileTooLarge(most=_("%(megapixels)s00万画素") % {"megapixels": limits.pixels // 1_000_000})


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "JPEG":
        picture.save(out, form, quality=88)
    else:
        picture.save(out, form)
    return out.getvalue()


def _look_through(content: bytes, limits: Limits) -> None:
    """Refuse a PDF that is broken, locked, too long or active.

    A hostile PDF can make any parser work for hours, so it is parsed in a child with limits of its own.
    """
    script = Path(__file__).with_name("pdf_look.py")
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(script), str(limits.pages)],
            input=content,
            capture_output=True,
            timeout=_PDF_SECONDS,
            check=False,
        )
        verdict = json.loads(child.stdout or b"{}").get("verdict", "unreadable")
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        raise FileUnreadable from error
    if verdict == "pages":
        raise FileTooLarge(most=_("%(n)sページ") % {"n": limits.pages})
    if verdict != "fine":
        raise {"locked": FileLocked, "active": FileIsActive}.get(verdict, FileUnreadable)

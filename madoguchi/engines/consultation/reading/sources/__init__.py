"""From a file to a `Source`: text, CSV, Excel, Word, PDF and HTML in one shape.

Files come from staff, who had them from anybody: what is in them decides, never their name, and all but plain text is
read in a child process with little time and memory.
"""

from __future__ import annotations

import hashlib

from madoguchi.kernel import vault
from madoguchi.kernel.errors import Refusal

from .. import errors
from ..source import Page, Source
from . import text
from .heard import heard
from .kinds import CALLED, extension_of, kind_of, named
from .limits import DEFAULT, Limits
from .notes import worded
from .outcome import Note, Stopped

__all__ = ["DEFAULT", "Limits", "open_source"]

_MEGA = 1024 * 1024
_READER = f"{__name__}.inside"
_REFUSALS: dict[str, type[Refusal]] = {
    "unknown": errors.DocumentKindUnknown,
    "locked": errors.DocumentLocked,
    "no_text": errors.DocumentHasNoText,
    "empty": errors.DocumentEmpty,
    "too_hard": errors.DocumentTooHard,
}


def open_source(name: str, data: bytes, limits: Limits = DEFAULT) -> Source:
    """The document as its file gives it. Raises a Refusal of `reading.errors`, never anything else.

    A long PDF takes minutes: whoever asks within a page asks a job to do it.
    """
    if len(data) > limits.size:
        raise _too_large("size", limits)
    if not data.strip(b"\0\r\n\t \xef\xbb\xbf\xfe\xff"):
        raise errors.DocumentEmpty
    try:
        pages, notes, kind = _read(kind_of(name, data), data, limits)
    except Stopped as stopped:
        raise _refusal(stopped.verdict, limits) from stopped
    if named(name) not in {"", kind}:
        notes.append(("other_kind", {"extension": extension_of(name), "kind": CALLED[kind]}))
    return Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=kind,
        pages=tuple(pages),
        notes=worded(notes),
    )


def _read(kind: str, data: bytes, limits: Limits) -> tuple[list[Page], list[Note], str]:
    if kind == "text":
        return *text.pages_of(data, limits), kind
    try:
        answer = vault.read_apart(
            _READER, data, seconds=limits.seconds, memory=limits.memory, kind=kind, limits=limits.told()
        )
    except vault.NoAnswer as silence:
        raise errors.DocumentTooHard from silence
    if answer.verdict != "fine":
        raise _refusal(answer.verdict, limits)
    return *heard(answer.drawn), answer.content_type


def _refusal(verdict: str, limits: Limits) -> Refusal:
    word, _colon, what = verdict.partition(":")
    if word == "beyond":
        return _too_large(what, limits)
    return _REFUSALS.get(word, errors.DocumentUnreadable)()


def _too_large(what: str, limits: Limits) -> Refusal:
    most = {
        "size": f"{limits.size // _MEGA}MB",
        "unfolded": f"{limits.unfolded // _MEGA}MB",
        "pages": f"{limits.pages}ページ",
        "rows": f"{limits.rows:,}行",
        "cells": f"{limits.cells:,}マス",
    }
    return errors.DocumentTooLarge(most=most.get(what, most["size"]))

"""Cells of the lists anybody may take home: a name in them is never a formula."""

from __future__ import annotations

# What Excel, LibreOffice or a Japanese input method turns into a formula, a command or the next cell.
_ACTIVE = frozenset("=+-@\t\r\n＝＋－＠|%")


def as_text(words: str) -> str:
    """A name a spreadsheet would take for a formula is written as a name, also behind spaces and in full width."""
    first = words.lstrip(" \u3000\ufeff")[:1]
    return f"'{words}" if first and first in _ACTIVE else words

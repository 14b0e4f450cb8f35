"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

# What Excel, LibreOffice or a Japanese input method turns into a formula, a command or the next cell.
_ACTIVE = frozenset("=+-@\t\r\n＝＋－＠|%")


def starts_formula(cell: str) -> bool:
    """Whether a spreadsheet could take it for a formula, also behind spaces and in full width."""
    first = cell.lstrip(" \u3000\ufeff")[:1]
    return bool(first) and first in _ACTIVE

"""Cells of the lists anybody may take home: a name in them is never a formula."""

from __future__ import annotations

from madoguchi.kernel.text import starts_formula


def as_text(words: str) -> str:
    """A name a spreadsheet would take for a formula is written as a name, also behind spaces and in full width."""
    return f"'{words}" if starts_formula(words) else words

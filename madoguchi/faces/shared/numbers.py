"""Numbers that come with an address or a form: a version that was seen, a page, a year."""

from __future__ import annotations

MOST_DIGITS = 9


def number(typed: str) -> int | None:
    """What was sent as a whole number; None for what is none, or longer than any of ours."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else None

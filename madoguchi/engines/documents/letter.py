"""A letter of the city, ready to be drawn: every word of it is decided here, nothing of how it looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

GRANTS, REFUSES, ACKNOWLEDGES = "grants", "refuses", "acknowledges"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the table."""

    title: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Letter:
    """`template` is the key of the letter's definition. A refusal (`decides`) must say why and how to appeal."""

    template: str
    title: str
    number: str
    date: dt.date
    to_name: str
    from_post: str
    paragraphs: Sequence[str]
    to_address: str = ""
    from_office: str = ""
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = ()
    reasons: Sequence[str] = ()
    appeal_notice: Sequence[str] = ()
    closing: Sequence[str] = ()
    contact: Sequence[str] = ()
    legal_basis: str = ""
    decides: str = field(default=ACKNOWLEDGES)
    is_sample: bool = False
    is_practice: bool = False  # drawn while somebody tried a procedure: 「練習」 across the page

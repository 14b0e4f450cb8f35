"""What the readers of front matter share: the bits, those already taken, and where the answers go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..flow import Bit
from ..result import Meta, Problem

_SECTION = re.compile(
    r"^(?:[0-9]{1,2}[\s.．、]|\([0-9]{1,2}\)|[ⅠⅡⅢⅣⅤI]+[\s.．、]|[①-⑳]|[一二三四五六七八九]\s*[、.]|[■●◆○◇□▼・【《<〈]|第[0-9一二三四五六七八九十]+(?:\s|[章節部編]))"
)


@dataclass(slots=True)
class Desk:
    bits: list[Bit]
    taken: set[int]
    meta: Meta
    first: int = 0  # where the opinions begin
    problems: list[Problem] = field(default_factory=list)

    def open(self) -> Iterator[Bit]:
        """What nobody has taken yet, blank lines left out."""
        return (bit for bit in self.bits if bit.text and bit.index not in self.taken)

    def before(self, bit: Bit) -> Bit | None:
        """The line with something on it just above."""
        return next((one for one in reversed(self.bits[max(0, bit.index - 4) : bit.index]) if one.text), None)

    def take(self, *bits: Bit) -> None:
        self.taken.update(bit.index for bit in bits)


def is_sentence_row(bit: Bit) -> bool:
    """A row of a table with a sentence in it: an opinion that lost its place, never front matter."""
    return bit.cells is not None and len(bit.filled) > 1 and any("。" in cell for _column, cell in bit.filled)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def is_section(text: str) -> bool:
    """A numbered or marked heading of the front matter."""
    return bool(_SECTION.match(plain(text))) and len(text) < 40

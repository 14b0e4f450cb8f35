"""Which characters our fonts can draw, read from the fonts themselves (OpenType `cmap`, format 12)."""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterable
from pathlib import Path

GETA = "〓"  # what a Japanese typesetter puts where a piece of type is missing
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


class Glyphs:
    """The characters every one of the fonts has."""

    def __init__(self, fonts: Iterable[Path]) -> None:
        self._maps = [_ranges(font.read_bytes()) for font in fonts]

    def can_draw(self, character: str) -> bool:
        point = ord(character)
        return is_selector(character) or all(_holds(ranges, point) for ranges in self._maps)

    def drawable(self, text: str) -> str:
        """`text` with 〓 for what cannot be drawn: one missing sign must not cost somebody the whole letter."""
        return "".join(
            character if character == "\n" or self.can_draw(character) else GETA for character in text
        )


def is_selector(character: str) -> bool:
    """Chooses a variant of the kanji before it; has no shape of its own."""
    return any(first <= ord(character) <= last for first, last in _SELECTORS)


def without_selectors(text: str) -> str:
    return "".join(character for character in text if not is_selector(character))


def _holds(ranges: list[tuple[int, int]], point: int) -> bool:
    place = bisect.bisect_right(ranges, (point, 0x110000)) - 1
    return place >= 0 and ranges[place][0] <= point <= ranges[place][1]


def _ranges(font: bytes) -> list[tuple[int, int]]:
    start = _table(font, b"cmap")
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        (offset,) = struct.unpack_from(">I", font, start + 4 + number * 8 + 4)
        table = start + offset
        if struct.unpack_from(">H", font, table)[0] == 12:
            (groups,) = struct.unpack_from(">I", font, table + 12)
            found = (struct.unpack_from(">II", font, table + 16 + group * 12) for group in range(groups))
            return sorted((first, last) for first, last in found)
    raise ValueError("the font maps no characters beyond the first plane")


def _table(font: bytes, tag: bytes) -> int:
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        place = 12 + number * 16
        if font[place : place + 4] == tag:
            offset: int = struct.unpack_from(">I", font, place + 8)[0]
            return offset
    raise ValueError(f"the font has no table {tag!r}")

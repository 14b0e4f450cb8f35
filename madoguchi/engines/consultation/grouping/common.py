"""The words two texts share, as they stand in one of them."""

from __future__ import annotations

from difflib import SequenceMatcher

SHORTEST = 4
MOST = 2000  # characters compared: beyond that nobody reads marks any more, and the matcher grows slow


def marked(text: str, beside: str) -> list[tuple[str, bool]]:
    """`text` in pieces: (piece, whether `beside` has it too). Shared runs of fewer than SHORTEST signs say nothing."""
    matcher = SequenceMatcher(None, text[:MOST], beside[:MOST], autojunk=False)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for block in matcher.get_matching_blocks():
        if block.size < SHORTEST:
            continue
        pieces += [(text[at : block.a], False), (text[block.a : block.a + block.size], True)]
        at = block.a + block.size
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]

"""The word somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that looks most like `word`, or None when none is close."""
    known = {candidate.casefold(): candidate for candidate in sorted(words, reverse=True)}
    # A very long "word" is no slip of the pen, and comparing it would cost time.
    close = difflib.get_close_matches(word.casefold()[:80], known, n=1, cutoff=0.6)
    return known[close[0]] if close else None

"""How a reading can end other than well, and what it notes on the way. Words for people are put to it by the parent."""

from __future__ import annotations

from collections.abc import Mapping

Note = tuple[str, Mapping[str, str]]  # a key of `notes.WORDS`, and what stands in its places


class Stopped(Exception):
    """Not read; `verdict` says why in a word."""

    verdict = "unreadable"


class Broken(Stopped):
    """Not what it says it is, or damaged."""


class NoText(Stopped):
    """These bytes are not letters."""

    verdict = "unknown"


class NoWords(Stopped):
    """Pictures of pages."""

    verdict = "no_text"


class Locked(Stopped):
    verdict = "locked"


class Empty(Stopped):
    """Opens, and has nothing in it."""

    verdict = "empty"


class Beyond(Stopped):
    """More than may be. `what` is a field of Limits."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.verdict = f"beyond:{what}"

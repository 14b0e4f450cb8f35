"""The front matter: title, period, notice, counts, breakdown by part, legend of categories."""

from __future__ import annotations

from ..flow import Bit
from ..result import Meta, Problem, Read
from . import counts, cross, legend, notice, parts, period, title
from .desk import Desk

__all__ = ["Desk", "read_front"]


def read_front(bits: list[Bit], core: set[int], furniture: set[int]) -> tuple[Meta, set[int], list[Problem]]:
    """What the bits outside the opinions say about the whole document; and which of them said it."""
    closed = core | furniture
    desk = Desk(bits, set(closed), Meta(title=Read(None)), first=min(core, default=len(bits)))
    for reader in (legend, cross, period, notice, parts, title, counts):
        reader.read(desk)
    return desk.meta, desk.taken - closed, desk.problems

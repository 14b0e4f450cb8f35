"""Opinions that say the same. A machine suggests, a person confirms: nothing is put together by itself."""

from .common import marked
from .normal import normal
from .recalling import nearest
from .suggesting import Group, suggest

__all__ = ["Group", "marked", "nearest", "normal", "suggest"]

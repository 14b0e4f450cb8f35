"""Packs: a municipality as data. Read, checked with file and line, compared, applied whole or not at all.

An engine registers its folder (`register(PackPart(…))`), and publishes what stands in it as definitions that never
change once published.
"""

from typing import TYPE_CHECKING

from madoguchi.kernel.doors import door

if TYPE_CHECKING:
    from .errors import PackRefused, VersionTaken
    from .folder import PackFolder
    from .problems import Problem, Severity
    from .publishing import Publication, logic_hash, publish, publish_all
    from .queries import current, definitions, languages, pack_info, text_numbers, texts, texts_of, whole
    from .reading import Pack, PackMeta, read
    from .registry import Change, ChangeKind, PackPart, parts, register
    from .services import Applied, apply, check, diff
    from .shapes import Located, Shape, located
    from .words import by_name, filled, split

__all__ = [
    "Applied",
    "Change",
    "ChangeKind",
    "Located",
    "Pack",
    "PackFolder",
    "PackMeta",
    "PackPart",
    "PackRefused",
    "Problem",
    "Publication",
    "Severity",
    "Shape",
    "VersionTaken",
    "apply",
    "by_name",
    "check",
    "current",
    "definitions",
    "diff",
    "filled",
    "languages",
    "located",
    "logic_hash",
    "pack_info",
    "parts",
    "publish",
    "publish_all",
    "read",
    "register",
    "split",
    "text_numbers",
    "texts",
    "texts_of",
    "whole",
]
__getattr__ = door(
    __name__,
    errors="PackRefused VersionTaken",
    folder="PackFolder",
    registry="Change ChangeKind PackPart parts register",
    problems="Problem Severity",
    publishing="Publication logic_hash publish publish_all",
    queries="current definitions languages pack_info text_numbers texts texts_of whole",
    reading="Pack PackMeta read",
    services="Applied apply check diff",
    shapes="Located Shape located",
    words="by_name filled split",
)

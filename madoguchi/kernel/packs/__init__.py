"""Packs: a municipality as data. Read, checked with file and line, compared, applied whole or not at all.

An engine registers its folder (`register(PackPart(…))`), and publishes what stands in it as definitions that never
change once published.
"""

from typing import TYPE_CHECKING

from madoguchi.kernel.doors import door

if TYPE_CHECKING:
    from .desk import check_files, publish_files, write_yaml
    from .errors import KeptInPack, MadeOnScreen, PackRefused, VersionTaken
    from .folder import PackFolder
    from .overlays import Patch, Patching, PatchRules, differences
    from .problems import Problem, Severity
    from .publishing import Publication, logic_hash, publish, publish_all
    from .queries import (
        current,
        definitions,
        is_whole_in,
        languages,
        pack_info,
        text_numbers,
        texts,
        texts_of,
        whole,
    )
    from .reading import Pack, PackMeta, read
    from .registry import Change, ChangeKind, DeskPart, PackPart, parts, register
    from .services import Applied, apply, check, diff
    from .shapes import Located, Shape, located
    from .words import by_name, filled, split

__all__ = [
    "Applied",
    "Change",
    "ChangeKind",
    "DeskPart",
    "KeptInPack",
    "Located",
    "MadeOnScreen",
    "Pack",
    "PackFolder",
    "PackMeta",
    "PackPart",
    "PackRefused",
    "Patch",
    "PatchRules",
    "Patching",
    "Problem",
    "Publication",
    "Severity",
    "Shape",
    "VersionTaken",
    "apply",
    "by_name",
    "check",
    "check_files",
    "current",
    "definitions",
    "diff",
    "differences",
    "filled",
    "is_whole_in",
    "languages",
    "located",
    "logic_hash",
    "pack_info",
    "parts",
    "publish",
    "publish_all",
    "publish_files",
    "read",
    "register",
    "split",
    "text_numbers",
    "texts",
    "texts_of",
    "whole",
    "write_yaml",
]
__getattr__ = door(
    __name__,
    desk="check_files publish_files write_yaml",
    errors="KeptInPack MadeOnScreen PackRefused VersionTaken",
    folder="PackFolder",
    registry="Change ChangeKind DeskPart PackPart parts register",
    overlays="Patch Patching PatchRules differences",
    problems="Problem Severity",
    publishing="Publication logic_hash publish publish_all",
    queries="current definitions is_whole_in languages pack_info text_numbers texts texts_of whole",
    reading="Pack PackMeta read",
    services="Applied apply check diff",
    shapes="Located Shape located",
    words="by_name filled split",
)

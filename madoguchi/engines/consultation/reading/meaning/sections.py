"""Which part of the breakdown an opinion belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ..result import Part, Read
from .headings import kind_of

_MARK = re.compile(
    r"^(?:取組項目|取組|基本目標|目標|施策|柱|第)?\s*(?:[0-9]+(?:-[0-9]+)*|[Ⅰ-ⅫIVX]+|[①-⑳])?\s*(?:章|節|部|編)?[\s.:、)]*"
)
_CODE = re.compile(r"(?<![0-9])[0-9]+-[0-9]+(?![0-9])")
_SPACE = re.compile(r"[\s　・、,，「」『』（）()]+")


def section_of(path: Sequence[str], item: str | None, parts: Sequence[Part]) -> Read[str | None]:
    """The line of the breakdown that fits best: by words, then by the code of the item. None fits: None, and why."""
    counted = [part for part in parts if part.count is not None]
    best: tuple[float, str] = (0.0, "")
    for depth, text in enumerate([*([item] if item else []), *reversed(path)]):
        for part in counted:
            worth = _likeness(text, part.name) - depth * 0.01
            if worth > best[0]:
                best = (worth, part.name)
    if best[0] >= 0.85:
        return Read(best[1])
    if best[0] >= 0.6:
        return Read(
            best[1], 0.8, f"「{(path or (item or '',))[-1]}」を、内訳の「{best[1]}」と同じものと読みました。"
        )
    return Read(path[-1] if path else item, 0.5, "内訳のどの項目にあたるか分かりませんでした。")


def _likeness(text: str, name: str) -> float:
    one, other = _bare(text), _bare(name)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    codes = _CODE.search(_plain(text)), _CODE.search(_plain(name))
    if all(codes):
        return 0.98 if codes[0][0] == codes[1][0] else 0.0  # type: ignore[index]
    words, others = _words(text), _words(name)
    kinds = kind_of(text), kind_of(name)
    if kinds[0] == kinds[1] and kinds[0][0] and kinds[0][1] and kinds[1][1] and kinds[0][1] != kinds[1][1]:
        return 0.0  # 第1章 is never 第2章
    if words and words == others:
        return 0.95
    if kinds[0] == kinds[1] and kinds[0][1] and kinds[0][0] != "plain" and (not words or not others):
        return 0.92
    if len(words) >= 3 and len(others) >= 3 and (words in others or others in words):
        return 0.9 if min(len(words), len(others)) / max(len(words), len(others)) > 0.5 else 0.7
    return 0.0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _bare(text: str) -> str:
    return _SPACE.sub("", _plain(text))


def _words(text: str) -> str:
    return _SPACE.sub("", _MARK.sub("", _plain(text)))


def keys_of(paths: Sequence[tuple[str, ...]]) -> list[str | None]:
    """Short keys of parts where no breakdown is printed: 1(1) for 「1 …」「(1) …」, else the words of the heading."""
    used = {path for path in paths if path}
    if not used:
        return [None for _path in paths]
    shared = 0
    while (
        len(used) > 1
        and all(len(path) > shared + 1 for path in used)
        and len({path[shared] for path in used}) == 1
    ):
        shared += 1
    made: dict[tuple[str, ...], str | None] = {(): None}
    for path in used:
        rest = path[shared:]
        kinds = [kind_of(text) for text in rest]
        if len(rest) > 1 and all(kind in {"N", "(N)", "①", "イ", "(イ)"} and mark for kind, mark in kinds):
            made[path] = "".join(f"({mark})" if kind[0] == "(" else mark for kind, mark in kinds)
        else:
            made[path] = rest[-1]
    return [made[path] for path in paths]

"""Headings of parts: what kind of mark one begins with, and which headings an opinion stands under."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from ..flow import ends_sentence
from .numbers import CIRCLED, circled

LONGEST = 90
_RANKED = {"編": 0, "部": 1, "章": 2, "節": 3, "項": 4, "款": 4, "条": 5}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "ranked",
            r"^(?:第\s*)?(?P<mark>[0-9一二三四五六七八九十]+)\s*(?P<unit>[編部章節項款条])(?![0-9一-龠ァ-ヶ])",
        ),
        ("ranked", r"^第\s*(?P<mark>[0-9一二三四五六七八九十]+)\s*(?P<unit>[編部章節項款条])"),
        (
            "word",
            r"^(?P<unit>取組項目|取組方針|取組|基本目標|基本方針|基本施策|基本方向|重点施策|重点項目|施策|目標|方針|柱|政策|戦略|視点|分野|テーマ|項目|プロジェクト|事業|資料|別紙|論点)\s*(?P<mark>[0-9]+(?:-[0-9]+)*|[①-㊿]+)?",
        ),
        ("N-N", r"^(?P<mark>[0-9]+(?:[-－.][0-9]+)+)[\s.、]"),
        ("N", r"^(?P<mark>[0-9]{1,2})[\s.、)]"),
        ("(N)", r"^\((?P<mark>[0-9]{1,2})\)"),
        ("イ", r"^(?P<mark>[アイウエオカキクケコ])[\s.、)]"),
        ("(イ)", r"^\((?P<mark>[アイウエオカキクケコ])\)"),
        ("A", r"^(?P<mark>[A-H])[\s.、)]"),
    )
)
_ROMAN = re.compile(r"^(?:[Ⅰ-Ⅻ]|(?:I{1,3}|IV|VI{0,3}|IX|X)(?=[\s.．、]))")
_BULLET = re.compile(r"^([■●◆◇○□▼▽★☆・▶►【〔《〈<＜≪])")
_ITEM = re.compile(
    r"^(?P<word>取組項目|取組|施策|事業|項目|基本施策)?\s*(?P<no>[" + CIRCLED + r"]+|[0-9]+)?\s*"
    r"(?:[（(]\s*(?P<was>素案|原案|当初案|案)\s*[:：]\s*(?P<draft>["
    + CIRCLED
    + r"]*|[0-9]*)\s*[)）])?\s*(?P<title>\S.*)$"
)


def kind_of(text: str) -> tuple[str, str]:
    """The kind of mark a heading begins with (章, (N), 取組項目, plain, …) and the mark itself in half width."""
    if _ROMAN.match(text):
        return "Ⅰ", text[0]
    if text[0] in CIRCLED:
        return "①", text[0]
    plain = unicodedata.normalize("NFKC", text)
    for kind, pattern in _PATTERNS:
        found = pattern.match(plain)
        if found:
            groups = found.groupdict()
            return groups.get("unit") or kind, groups.get("mark") or ""
    bullet = _BULLET.match(text)
    return (bullet[1], "") if bullet else ("plain", "")


def looks_like_heading(text: str) -> bool:
    """Short, and no sentence: what may stand over opinions."""
    return (
        bool(text)
        and len(text) <= LONGEST
        and "。" not in text
        and not ends_sentence(text)
        and text[-1] not in "、，,ー"
    )


@dataclass(slots=True)
class Path:
    """The headings over the place where one reads. `after_heading` says that nothing stood under the last one yet."""

    levels: list[tuple[str, str]] = field(default_factory=list)
    after_heading: bool = False
    top: frozenset[str] = (
        frozenset()
    )  # headings that the breakdown lists: その他 among them stands at the top

    def heading(self, text: str) -> None:
        kind, _mark = kind_of(text)
        kinds = [level for level, _text in self.levels]
        if kind == "plain" and text in self.top and not self.after_heading:
            self.levels = []
        elif kind in kinds:
            self.levels = self.levels[: kinds.index(kind)]
        elif not self.after_heading:
            self._close(kind)
        self.levels.append((kind, text))
        self.after_heading = True

    def opinion(self) -> tuple[str, ...]:
        self.after_heading = False
        return tuple(text for _kind, text in self.levels)

    def _close(self, kind: str) -> None:
        """A kind not seen yet, after opinions: it stands where the last heading stood, or above lower ones."""
        if kind in _RANKED:
            while self.levels and _RANKED.get(self.levels[-1][0], 9) > _RANKED[kind]:
                self.levels.pop()
        elif self.levels:
            self.levels.pop()


@dataclass(frozen=True, slots=True)
class ItemHead:
    """An item's heading taken apart: 取組項目⑥（素案：⑤）題名."""

    title: str
    final_no: int | None
    draft_no: int | None
    names_draft: bool


def item_head(text: str) -> ItemHead:
    found = _ITEM.match(text)
    if not found or not (found["word"] or found["was"] or (found["no"] and found["no"][0] in CIRCLED)):
        return ItemHead(text, None, None, False)
    return ItemHead(found["title"], _number(found["no"]), _number(found["draft"]), bool(found["was"]))


_PLAN_ITEM = re.compile(r"^(?P<measure>[0-9]+-[0-9]+)\s*(?P<item>[①-⑳])?(?![0-9-])")


def plan_item(text: str) -> str | None:
    """「2-2 ①学校教育…」 is the item 2-2① of the plan."""
    found = _PLAN_ITEM.match(text)
    return found["measure"] + (found["item"] or "") if found else None


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() and text.isascii() else circled(text)

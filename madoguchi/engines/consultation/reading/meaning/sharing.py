"""Answers that stand elsewhere: an empty or merged cell, 「同上」, 「No.3と同じ」; and references inside answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ..layouts.raw import Raw
from ..result import Read

_NUMBERED = (
    r"(?:No\.?|№|番号|整理番号|意見番号|項番|通番|意見|回答|ご意見)\s*[.:]?\s*[(（【]?\s*(?P<no>[0-9]{1,5})"
)
_REF = re.compile(
    _NUMBERED + r"(?!\s*(?:件|名|人|団体|月|日|年|点|つ|割|%|-[0-9]))"
    r"(?P<more>(?:\s*(?:[,、・及びと~〜]|および|から)\s*(?:No\.?|№|番号|意見)?\s*[0-9]{1,5}(?![0-9]*(?:件|名|人|月|日|年)))*)",
    re.IGNORECASE,
)
_DITTO = re.compile(
    r"^[(（【]?(?:同上|同前|上記(?:の(?:とおり|通り|回答))?(?:に|と)?(?:同じ|同様|同文)?(?:です)?|上に同じ|前(?:項|問|記)?(?:に|と)同じ(?:です)?|前項のとおり|〃|々|″|”|\"|''|同|同様|同じ|↑|上段(?:と|に)同じ)[)）】]?[。.]?(?:です。?)?$"
)
# One sentence and no more: an answer that says something of its own before it points elsewhere is an answer.
_SAME_AS = re.compile(
    r"^[^。]{0,12}?"
    + _NUMBERED
    + r"[^。]{0,24}?(?:同じ|同様|同文|参照|ご覧|のとおり|の通り|に記載|をご確認)[^。]{0,12}[。.]?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:上記|前記|上)?(?:の)?(?:No\.?|№|番号)?\s*(?P<no>[0-9]{1,5})(?P<more>(?:\s*(?:[、,・]|および|及び)\s*[0-9]{1,5})*)"
    r"\s*(?:番)?(?:の(?:回答|考え方))?(?:に|と|を)?(?:ご|御)?(?:同じ|同様|参照|覧)(?:です|してください|ください)?[。.]?$",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"^(?:No\.?|№|番号|意見)?\s*(?P<no>[0-9]+(?:-[0-9]+)+|[A-Zア-ン]-?[0-9]+)\s*(?:の(?:回答|考え方))?(?:に|と|を)?.{0,4}(?:同じ|同様|参照).{0,8}$",
    re.IGNORECASE,
)
_LONGEST = 45
_SIMILAR = re.compile(
    r"[(（【\[<＜]?\s*(?:(?:ほか|他|外|その他)\s*(?:に)?)?\s*(?:同様|同趣旨|同旨|類似|同内容|同種|同一|同じ)(?:の|な)?(?:趣旨|内容)?(?:の)?(?:ご)?(?:意見|内容|もの)?(?:が|:|など|は)?\s*(?P<more>(?:その)?(?:ほか|他|外)(?:に)?(?:も)?)?\s*(?P<n>[0-9]{1,5})\s*(?:件|名|人|通)"
)
_OTHERS = re.compile(
    r"[(（【\[]\s*(?:ほか|他|外)(?:に)?(?:同様の?意見|同意見|同趣旨)?\s*(?P<n>[0-9]{1,5})\s*(?:件|名|人)\s*(?:の(?:同様|同趣旨).{0,6})?[)）】\]]"
)


@dataclass(frozen=True, slots=True)
class Shared:
    """Which row carries the answer of this one."""

    source: int | None
    confidence: float
    reason: str


def shared_answers(raws: list[Raw], by_number: dict[int, int], by_label: dict[str, int]) -> list[Shared]:
    """For every row where its answer stands; `source` None when the row prints its own."""
    found: list[Shared] = []
    for index, raw in enumerate(raws):
        found.append(_shared(index, raw, raws, found, by_number, by_label))
    return found


def _shared(
    index: int,
    raw: Raw,
    raws: list[Raw],
    before: list[Shared],
    by_number: dict[int, int],
    by_label: dict[str, int],
) -> Shared:
    own = Shared(None, 1.0, "")
    above = before[index - 1].source if index and before[index - 1].source is not None else index - 1
    if raw.answer_from is not None:
        return Shared(raw.answer_from, *raw.doubts.get("answer_shared_from", (0.9, "")))
    if not raw.answer:
        if index == 0 or above is None or not raws[above].answer:
            return Shared(None, 0.4, "考え方の欄が空で、上にも共通の回答がありません。")
        if raw.answer is None:
            return Shared(above, 0.98, "")
        below = raws[index + 1] if index + 1 < len(raws) else None
        part = (raw.path, raw.item)
        if below is not None and (raws[index - 1].path, raws[index - 1].item) != part == (
            below.path,
            below.item,
        ):
            return Shared(above, 0.5, "空欄を上の回答と共通のものと読みましたが、項目は下の意見と同じです。")
        return Shared(above, 0.9, "空欄を、上の回答と共通のものと読みました。")
    said = unicodedata.normalize("NFKC", raw.answer).strip()
    if _DITTO.match(said):
        return Shared(above, 0.95, "") if index else own
    level = _LEVEL.match(said) if len(said) <= _LONGEST else None
    if level and (target := by_label.get(level["no"])) is not None and target != index:
        return Shared(_first(before, target), 0.95, "")
    match = (_BARE.match(said) or _SAME_AS.match(said)) if len(said) <= _LONGEST else None
    if match and (target := by_number.get(int(match["no"]))) is not None and target != index:
        several = "more" in match.groupdict() and bool(match["more"])
        why = f"「{said}」とあり、はじめの番号の回答を採りました。" if several else ""
        return Shared(_first(before, target), 0.6 if several else 0.95, why)
    return own


def _first(before: list[Shared], target: int) -> int:
    """The row that prints the answer: who points to one that shares points to its source."""
    source = before[target].source if target < len(before) else None
    return target if source is None else source


def references(text: str, own: int | None, known: dict[int, int]) -> Read[tuple[int, ...]]:
    """Numbers of other opinions that a text names, in the order they stand."""
    found: list[int] = []
    lost: list[int] = []
    for match in _REF.finditer(unicodedata.normalize("NFKC", text)):
        for number in [int(match["no"]), *map(int, re.findall(r"[0-9]{1,5}", match["more"] or ""))]:
            if number == own or number in found:
                continue
            (found if number in known else lost).append(number)
    if lost:
        said = "、".join(map(str, lost))
        return Read(tuple(found), 0.6, f"この資料にない番号（{said}）を指しているように読めます。")
    return Read(tuple(found))


def similar_count(text: str, printed: str | None) -> Read[int]:
    """How many opinions a row stands for: 「同様の意見 他3件」 is four."""
    plain = unicodedata.normalize("NFKC", text)
    if printed:
        number = re.search(r"[0-9]+", unicodedata.normalize("NFKC", printed))
        if number and int(number[0]):
            return Read(int(number[0]))
    match = _OTHERS.search(plain)
    if match:
        return Read(1 + int(match["n"]), 0.95)
    match = _SIMILAR.search(plain)
    if not match:
        return Read(1)
    if match["more"] or re.match(r"[(（【\[<＜]?\s*(?:ほか|他|外|その他)", match[0]):
        return Read(1 + int(match["n"]), 0.95)
    if len(plain) - match.end() > 12 and not re.match(r"[(（【\[]", match[0]):
        return Read(1)
    return Read(max(1, int(match["n"])), 0.6, f"「{match[0].strip()}」を、この意見を含む件数と読みました。")

"""Printed numbers: full width, circled, Roman, of kanji; numbers of opinions and ranges of them."""

from __future__ import annotations

import re
import unicodedata

_KANJI = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"十": 10}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_NUMBER = re.compile(
    r"^(?:ご?意見|質問|整理番号|番号|no|№|q|問)?[.:・\s]*[(（【〔\[<]?\s*(?:no\.?\s*)?([0-9]{1,6})\s*[)）】〕\]>]?\s*[.．、:]?$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"^(?:no\.?)?\s*([0-9]{1,5})\s*(?:[~〜～、,・]|から)\s*(?:no\.?)?\s*([0-9]{1,5})$", re.IGNORECASE
)


def plain(text: str) -> str:
    """Half width, circled numbers as figures."""
    return unicodedata.normalize("NFKC", text).strip()


def whole_number(text: str | None) -> int | None:
    """The number of an opinion or of a count when a cell holds nothing else: １２, No.3, (4), ⑤, 十二."""
    if not text or len(text) > 16:
        return None
    found = _NUMBER.match(plain(text))
    if found:
        return int(found[1])
    return kanji_number(plain(text))


def numbers_of(text: str) -> list[int]:
    """All numbers a cell of numbers stands for: 「3」, 「3～5」, 「3、5」."""
    single = whole_number(text)
    if single is not None:
        return [single]
    found = _RANGE.match(plain(text))
    if not found:
        return []
    first, last = int(found[1]), int(found[2])
    if re.search(r"[、,・]", plain(text)):
        return [first, last]
    return list(range(first, last + 1)) if first < last <= first + 500 else []


_LEVELS = re.compile(r"^(?:No\.?|意見|番号)?\s*([0-9]+(?:[-‐−–.][0-9]+)+|[A-Zア-ン]-?[0-9]+)$", re.IGNORECASE)


def levels_of(text: str | None) -> str | None:
    """A number with levels (1-2, 3.1.4, A-2) in one spelling."""
    found = _LEVELS.match(plain(text)) if text and len(text) < 20 else None
    return re.sub(r"[‐−–.]", "-", found[1]) if found else None


def kanji_number(text: str) -> int | None:
    if not text or any(char not in _KANJI for char in text):
        return None
    if "十" not in text:
        return int("".join(str(_KANJI[char]) for char in text))
    before, _ten, after = text.partition("十")
    if len(before) > 1 or len(after) > 1:
        return None
    return (_KANJI[before] if before else 1) * 10 + (_KANJI[after] if after else 0)


def circled(text: str) -> int | None:
    """⑥ is 6; two circled figures beside each other (②⑥) are one number as well."""
    if not text or any(char not in CIRCLED for char in text):
        return None
    figures = [CIRCLED.index(char) + 1 for char in text]
    if len(figures) == 1:
        return figures[0]
    return int("".join(map(str, figures))) if all(figure < 10 for figure in figures) else None

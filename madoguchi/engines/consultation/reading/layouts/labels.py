"""Labels in running text: 「意見１」「【市の考え方】」「Q1」「（回答）」「番号」. What a line opens with, and what is left of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ..meaning.numbers import CIRCLED, circled, kanji_number
from ..words import Role, heading_worth, squeezed

_OPEN, _CLOSE = "【〔[［（(＜<〈《≪「『", "】〕]］）)＞>〉》≫」』"
_BRACKETED = re.compile(
    rf"^(?P<lead>[■●◆◇○◎□▼▽★☆・※▶►➤\-－→⇒]*\s*)[{re.escape(_OPEN)}]"
    rf"\s*(?P<label>[^{re.escape(_OPEN + _CLOSE)}]{{1,24}}?)\s*[{re.escape(_CLOSE)}]\s*[:：]?\s*(?P<rest>.*)$"
)
_COLON = re.compile(
    r"^(?P<lead>[■●◆◇○◎□▼▽★☆・▶►➤→⇒]*\s*)(?P<label>[^:：。、「」\s][^:：。、「」]{0,22}?)\s*[:：]\s*(?P<rest>.*)$"
)
_ALONE = re.compile(r"^(?P<lead>[■●◆◇○◎□▼▽★☆・▶►➤→⇒]*\s*)(?P<label>[^。、「」:：]{1,22})(?P<rest>)$")
_SPACED = re.compile(
    r"^(?P<lead>[■●◆◇○◎□▼▽★☆・▶►➤→⇒]*\s*)(?P<label>[^\s。、「」:：]{1,16})\s+(?P<rest>\S.*)$"
)
_QA = re.compile(
    r"^(?P<lead>[■●◆◇○◎□▼▽★☆・]*\s*)(?P<label>[QＱqAＡ]|問|答)\s*(?P<no>[0-9０-９]{0,6}|["
    + CIRCLED
    + r"])?\s*(?:[.．:：、)）\s]+(?P<rest>.*))?$"
)
_NUMBER = re.compile(
    r"^(?:(?P<word>No\.?|№|NO\.?|番号|整理番号)\s*)?[(（【\[]?\s*(?P<no>[0-9０-９]{1,6}|["
    + CIRCLED
    + r"])\s*(?P<mark>[)）】\]]|[.．、]|\s|$)\s*(?P<rest>.*)$"
)
_TRAILING_NO = re.compile(
    r"^(?P<label>.*?)\s*(?:No\.?|№|その)?\s*[(（]?(?P<no>[0-9]{1,6}|["
    + CIRCLED
    + r"]|[一二三四五六七八九十]{1,3})[)）]?\s*(?P<after>(?:の(?:概要|要旨|内容|回答|考え方)|に対する.{0,14}(?:考え方?|回答|見解))?)$"
)
_INSIDE = re.compile(
    rf"^[{re.escape(_OPEN)}]\s*(?P<label>[^:：]{{1,16}})\s*[:：]\s*(?P<rest>[^{re.escape(_OPEN + _CLOSE)}]+)[{re.escape(_CLOSE)}]$"
)
_ORDER = "アイウエオカキクケコサシスセソタチツテト"
_KANA = re.compile(rf"^[（(]?(?P<no>[{_ORDER}])(?:[)）.．、：:]\s*|\s+)(?P<rest>\S.*)$")
_KANJI = re.compile(r"^[（(]?(?P<no>[一二三四五六七八九十]{1,3})(?:[)）.．、：:]\s*|\s+)(?P<rest>\S.*)$")
_ARROW = re.compile(r"^[→⇒➡➔☞▶►]\s*(?P<rest>.*)$")
_WORTH = {
    "opinion": 0.8,
    "answer": 0.85,
    "category": 0.95,
    "item": 1.0,
    "place": 1.0,
    "count": 1.0,
    "no": 1.0,
}
_MARKERS = {"opinion", "answer"}


@dataclass(frozen=True, slots=True)
class Label:
    """What a line opens with. `style` tells brackets, colons and bare words apart; `number` is the number beside it."""

    role: Role
    style: str
    number: int | None
    rest: str
    printed: str


@lru_cache(maxsize=65536)
def label_of(text: str) -> Label | None:
    """The label a line opens with, or None for a line of running text."""
    arrow = _ARROW.match(text)
    if arrow:
        inner = label_of(arrow["rest"]) if arrow["rest"] else None
        return (
            inner
            if inner is not None and inner.role == "answer"
            else Label("answer", "arrow", None, arrow["rest"], text[0])
        )
    qa = _QA.match(text)
    if qa and (qa["no"] or qa["rest"] is not None or len(text) <= 2) and not re.match(r"^A[A-Za-z]", text):
        role: Role = "opinion" if qa["label"] in "QＱq問" else "answer"
        return Label(role, "qa", _number(qa["no"]), (qa["rest"] or "").strip(), qa["label"])
    for style, pattern in (
        ("inside", _INSIDE),
        ("bracket", _BRACKETED),
        ("colon", _COLON),
        ("alone", _ALONE),
        ("spaced", _SPACED),
    ):
        found = pattern.match(text)
        if found:
            label = _role(found["label"], style)
            if label is not None:
                return Label(label[0], style, label[1], found["rest"].strip(), found["label"])
    return None


def _role(words: str, style: str) -> tuple[Role, int | None] | None:
    plain = unicodedata.normalize("NFKC", words) if not any(char in CIRCLED for char in words) else words
    number = None
    trailing = _TRAILING_NO.match(plain)
    if trailing and trailing["label"].strip():
        number = _number(trailing["no"])
        plain = trailing["label"] + (trailing["after"] if trailing["after"].startswith("に対する") else "")
    said = squeezed(plain)
    if not said or len(said) > 20:
        return None
    best: tuple[float, Role] = (0.0, "other")
    for role, least in _WORTH.items():
        worth = heading_worth(plain, role)  # type: ignore[arg-type]
        if worth >= least and worth > best[0]:
            best = (worth, role)  # type: ignore[assignment]
    if best[1] == "other":
        return None
    if style == "spaced" and not (
        (best[1] in _MARKERS and (number is not None or best[0] >= 1.0)) or best[1] == "no"
    ):
        return None
    if style == "alone" and best[0] < (0.8 if number is not None else 0.9):
        return None
    if (
        best[1] == "opinion"
        and style in {"alone", "spaced"}
        and said in {"内容", "概要", "要旨", "コメント", "提案", "要望"}
    ):
        return None
    return best[1], number


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    mark: str
    rest: str


def number_of(text: str) -> Numbered | None:
    """A line that opens with a number: 「１ …」「(3) …」「No.4」「⑤…」「ア …」."""
    kana = _KANA.match(text)
    if kana:
        return Numbered(_ORDER.index(kana["no"]) + 1, "ア", kana["rest"].strip())
    kanji = _KANJI.match(text)
    if kanji and (number := kanji_number(kanji["no"])) is not None:
        return Numbered(number, "一", kanji["rest"].strip())
    found = _NUMBER.match(text)
    if not found:
        return None
    number = _number(found["no"])
    if number is None or (
        not found["word"] and not found["mark"].strip() and not found["rest"] and len(text) > 6
    ):
        return None
    circled_one = found["no"] in CIRCLED
    mark = "no" if found["word"] else "①" if circled_one else found["mark"].strip() or " "
    if text[:1] in "(（":
        mark = "()"
    elif text[:1] in "【[":
        mark = "[]"
    return Numbered(number, unicodedata.normalize("NFKC", mark), found["rest"].strip())


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if text in CIRCLED:
        return circled(text)
    plain = unicodedata.normalize("NFKC", text)
    if plain.isdigit():
        return int(plain)
    return kanji_number(plain)

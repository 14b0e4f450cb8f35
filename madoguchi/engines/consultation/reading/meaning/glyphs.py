"""Marks of categories: ◎○△×, A–E, 1–5, ア–オ, Ⅰ–Ⅴ, 【反映】 and words, in one spelling each."""

from __future__ import annotations

import re
import unicodedata

HYPHENS = "-‐‑‒–—―−－ーｰ─━ｰ"
_ROUND = dict.fromkeys("◯〇⚪⭕", "○")
_CROSS = dict.fromkeys("✕✖╳×☓❌", "×")
_SAME = {
    **_ROUND, **_CROSS, **dict.fromkeys(HYPHENS, "－"), "⬜": "□", "◻": "□", "☐": "□", "⚫": "●", "＊": "＊",
    "*": "＊", "▽": "▽", "∆": "△", "Δ": "△", "▵": "△", "⊚": "◎", "⦾": "◎", "☆": "☆",
}  # fmt: skip
MARKS = "◎○●□■△▲▽▼◇◆☆★※×－＊"
_BRACKETS = re.compile(r"^[【〔\[（(＜<《「『]\s*(.*?)\s*[】〕\]）)＞>》」』]$")
_EXPLAINED = re.compile(rf"^[【（(]?[{MARKS}A-HＡ-Ｈ][】）)]?\s*[:：=＝…]\s*[^。]{{2,40}}$")
_LETTER = re.compile(
    r"^(?:[A-HＡ-Ｈa-hａ-ｈ]|[1-9１-９]|[ア-コ]|[ｱ-ｺ]|[Ⅰ-Ⅹⅰ-ⅹ]|[①-⑩]|[イロハニホヘト]|[a-h][1-9]|[A-H][-－]?[1-9]|I{1,3}|IV|V)$"
)
_ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ", "VI": "Ⅵ", "VII": "Ⅶ"}


def canonical(printed: str) -> str:
    """One spelling for one mark: every hyphen is －, ◯ is ○, Ａ is A, ⅲ is Ⅲ; 【反映】 is 反映."""
    said = re.sub(r"\s+", "", printed)
    bracketed = _BRACKETS.match(said)
    if bracketed and bracketed[1]:
        said = bracketed[1]
    if len(said) == 1 and said in _SAME:
        return _SAME[said]
    if said and all(char in HYPHENS for char in said):
        return "－"
    if len(said) == 1 and said in MARKS:
        return said
    if len(said) == 1 and "①" <= said <= "⑳":
        return said
    if len(said) == 1 and 0x2160 <= ord(said) <= 0x217F:  # Roman numbers are one character each
        return chr(ord(said) - 0x10) if ord(said) >= 0x2170 else said
    plain = unicodedata.normalize("NFKC", said)
    if plain in {"x", "X"}:
        return "×"
    return plain.upper() if len(plain) <= 3 and plain.isascii() else plain


def is_mark(printed: str) -> bool:
    """A sign that stands for a category and can be nothing else, or a hyphen."""
    said = printed.strip()
    return len(said) == 1 and (said in MARKS or said in _SAME)


def is_legend_row(cells: list[str]) -> bool:
    """◎：反映｜○：一部反映: a row that explains the marks of the column above it, one a cell."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(_EXPLAINED.match(cell) for cell in filled)


def is_letter(printed: str) -> bool:
    """A letter or figure as documents number their categories."""
    said = printed.strip()
    bracketed = _BRACKETS.match(said)
    return bool(_LETTER.match(bracketed[1] if bracketed else said))


def is_category_like(printed: str) -> bool:
    return is_mark(printed) or is_letter(printed) or bool(_WORD.match(re.sub(r"\s", "", printed)))


_WORD = re.compile(
    r"^[【〔\[（(＜<「]?(?:既に|既|一部|今後の?|全部|案(?:に|を)|計画に|素案に|原案(?:の|どおり)?)?"
    r"(?:反映(?:済み?|しない|する|した|困難|できない|あり|なし|します|しました)?|修正(?:あり|なし|する|しない|します|しました)?|追記(?:する|します|しました)?"
    r"|記載済み?|実施(?:済み?|中)|対応(?:済み?|中|する|しない|困難|可|不可)?|参考(?:意見|とする|にする|とします)?|検討(?:課題|する|事項|中|します)?"
    r"|採用(?:しない|する)?|不採用|その他|賛同|説明|回答|趣旨(?:反映|同様|記載)|包含|盛込済み?|有|無|あり|なし|その他意見|感想|質問|賛成|反対|同趣旨|原案維持|原案のとおり)"
    r"[】〕\]）)＞>」]?$"
)  # fmt: skip

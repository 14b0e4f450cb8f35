"""Search keys and what may be stored: names are kept as written, and compared by a key of their own."""

from __future__ import annotations

import re
import unicodedata

# Left-to-right and right-to-left marks, zero-width characters, the byte order mark: they hide or turn text.
_TRICKS = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_APART = re.compile("[\u3041-\u30fe][\u3099\u309a]")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_KANA = re.compile(r"[ァ-ヺー・゛゜ヽヾ 　]+")


def normal(typed: str) -> str:
    """Text as it may be stored: line ends as \\n, without control, zero-width and direction characters.

    Ideographs stay as they were typed, with their variation sequences: they are how a name is written, and NFC
    would put another character for some. Only a kana and its 濁点 that came apart are joined.
    """
    text = _TRICKS.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))
    text = _APART.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), _CONTROL.sub("", text))
    return text.encode("utf-8", "ignore").decode("utf-8")


def fold(text: str) -> str:
    """The key under which text is found: width, case, kana, variants and spaces make no difference."""
    key, before = _VARIATION.sub("", normal(text)), ""
    # A mark may join what stood before a space that fell away, and then fold once more.
    while key != before:
        before = key
        key = unicodedata.normalize("NFKC", key).casefold().translate(_KATAKANA)
        key = re.sub(r"\s+", "", normal(key))
    return key


def to_katakana(text: str) -> str:
    """Full-width katakana for hiragana and half-width katakana; everything else stays."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA)


def is_kana(text: str) -> bool:
    """Whether a reading is katakana only (with 長音, ・ and spaces)."""
    return bool(_KANA.fullmatch(text))

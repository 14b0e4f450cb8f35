"""Search keys and what may be stored: names are kept as written, and compared by a key of their own."""

from __future__ import annotations

import re
import unicodedata

# Left-to-right and right-to-left marks, zero-width characters, the byte order mark: they hide or turn text.
_TRICKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_KANA = re.compile(r"^[ァ-ヺー・゛゜ヽヾ 　]+$")


def normal(typed: str) -> str:
    """Text as it may be stored: NFC, line ends as \\n, without control, zero-width and direction characters.

    Ideographic variation sequences stay: they are how a name is written.
    """
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", _TRICKS.sub("", text)).encode("utf-8", "ignore").decode("utf-8")


def fold(text: str) -> str:
    """The key under which text is found: width, case, kana, variants and spaces make no difference."""
    key = unicodedata.normalize("NFKC", _VARIATION.sub("", normal(text))).casefold()
    return re.sub(r"\s+", "", key.translate(_KATAKANA))


def to_katakana(text: str) -> str:
    """Full-width katakana for hiragana and half-width katakana; everything else stays."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA)


def is_kana(text: str) -> bool:
    """Whether a reading is katakana only (with 長音, ・ and spaces)."""
    return bool(_KANA.match(text))


def looks_like_my_number(text: str) -> bool:
    """Whether some twelve digits in the text pass the check digit of a マイナンバー (総務省令第85号 第5条)."""
    for found in re.finditer(r"(?<!\d)\d(?:[ -]?\d){11}(?!\d)", unicodedata.normalize("NFKC", text)):
        digits = [int(one) for one in re.sub(r"\D", "", found[0])]
        weights = [n + 1 if n <= 6 else n - 5 for n in range(1, 12)]
        total = sum(digit * weight for digit, weight in zip(reversed(digits[:11]), weights, strict=True))
        if (0 if total % 11 <= 1 else 11 - total % 11) == digits[11]:
            return True
    return False

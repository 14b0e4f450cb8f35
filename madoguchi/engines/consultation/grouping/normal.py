"""One spelling of a text for comparing: widths, kana, digits, marks and courtesies no longer tell two texts apart."""

from __future__ import annotations

import re
import unicodedata

# What carries no meaning of its own when two opinions are compared.
_NOISE = re.compile(r"[\s\W_]+")
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# Courtesies and endings people put around the same wish. They are taken off the ends only.
_BEFORE = re.compile(
    r"^(?:いつもお世話になっております|お世話になります|はじめまして|意見を?(?:提出|申し上げ)(?:します|ます)|区民です|以下のとおり意見します)+"
)
_AFTER = re.compile(
    r"(?:どうぞ|なにとぞ|何卒)?(?:よろしく|宜しく)?(?:お願い(?:いた|致)?します|お願い申し上げます|ご検討ください|御検討ください|検討をお願いします|以上です|以上)+$"
)


def normal(text: str) -> str:
    """`text` as NFKC, lower case, hiragana, without marks, spaces and courtesies. Empty when nothing is left."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_KATAKANA)
    plain = _NOISE.sub("", plain)
    bare = _AFTER.sub("", _BEFORE.sub("", plain))
    return bare or plain

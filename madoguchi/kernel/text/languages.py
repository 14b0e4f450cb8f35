"""The languages of the city. Adding one is adding files."""

from __future__ import annotations

JAPANESE = "ja"
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("ja", "日本語"),
    ("ja-easy", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("ko", "한국어"),
)
CODES = tuple(code for code, _name in LANGUAGES)
# やさしい日本語 is Japanese to a screen reader; its code is our own.
_HTML = {"ja-easy": "ja", "zh-hans": "zh-Hans"}


def html_lang(code: str) -> str:
    """What the lang attribute says for one of our codes (BCP 47)."""
    return _HTML.get(code, code)

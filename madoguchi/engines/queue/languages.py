"""The languages somebody may ask for at a counter: those of our pages, and others an interpreter is called for."""

from __future__ import annotations

from django.conf import settings

# Written in their own script: who looks for one of them reads it.
OTHERS = {
    "vi": "Tiếng Việt",
    "ne": "नेपाली",
    "tl": "Filipino",
    "my": "မြန်မာဘာသာ",
    "pt": "Português",
    "es": "Español",
    "zh-hant": "繁體中文",
}
# For staff, who may not read that script.
IN_JAPANESE = {
    "ja": "日本語",
    "ja-easy": "やさしい日本語",
    "en": "英語",
    "zh-hans": "中国語（簡体字）",
    "ko": "韓国・朝鮮語",
    "vi": "ベトナム語",
    "ne": "ネパール語",
    "tl": "フィリピノ語",
    "my": "ミャンマー語",
    "pt": "ポルトガル語",
    "es": "スペイン語",
    "zh-hant": "中国語（繁体字）",
}


def spoken() -> list[tuple[str, str]]:
    """(code, name in its own language), those of our pages first."""
    return [*((code, str(name)) for code, name in settings.LANGUAGES), *OTHERS.items()]


def is_spoken(code: str) -> bool:
    return code in OTHERS or code in dict(settings.LANGUAGES)


def for_staff(code: str) -> str:
    """The language as a clerk says it; the code where it has no name here."""
    return IN_JAPANESE.get(code, code)

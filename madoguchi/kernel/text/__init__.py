"""Words and characters: languages, kana and widths, search keys, what may be stored."""

from .keys import fold, is_kana, looks_like_my_number, normal, to_katakana
from .languages import CODES, JAPANESE, LANGUAGES, html_lang
from .nearest import nearest

__all__ = [
    "CODES",
    "JAPANESE",
    "LANGUAGES",
    "fold",
    "html_lang",
    "is_kana",
    "looks_like_my_number",
    "nearest",
    "normal",
    "to_katakana",
]

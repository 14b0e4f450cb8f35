"""Words and characters: languages, kana and widths, search keys, what may be stored."""

from .addresses import email, phone, postcode, shown_postcode
from .keys import fold, is_kana, looks_like_my_number, normal, to_katakana
from .languages import CODES, JAPANESE, LANGUAGES, html_lang
from .nearest import nearest

__all__ = [
    "CODES",
    "JAPANESE",
    "LANGUAGES",
    "email",
    "fold",
    "html_lang",
    "is_kana",
    "looks_like_my_number",
    "nearest",
    "normal",
    "phone",
    "postcode",
    "shown_postcode",
    "to_katakana",
]

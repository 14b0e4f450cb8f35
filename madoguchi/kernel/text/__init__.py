"""Words and characters: languages, kana and widths, search keys, what may be stored, what is the same text."""

from .addresses import email, phone, postcode, shown_postcode
from .cells import starts_formula
from .digests import digest_of
from .errors import MyNumberRefused
from .keys import fold, is_kana, normal, to_katakana
from .languages import CODES, JAPANESE, LANGUAGES, html_lang
from .my_number import looks_like_my_number, my_numbers
from .named import said_in, said_of
from .nearest import nearest
from .readability import easy_reading_hints, reading_hints

__all__ = [
    "CODES",
    "JAPANESE",
    "LANGUAGES",
    "MyNumberRefused",
    "digest_of",
    "easy_reading_hints",
    "email",
    "fold",
    "html_lang",
    "is_kana",
    "looks_like_my_number",
    "my_numbers",
    "nearest",
    "normal",
    "phone",
    "postcode",
    "reading_hints",
    "refuse_my_number",
    "said_in",
    "said_of",
    "shown_postcode",
    "starts_formula",
    "to_katakana",
]


def refuse_my_number(*words: str) -> None:
    """Whatever somebody wrote freely goes through here before it is kept. Raises MyNumberRefused."""
    if any(map(looks_like_my_number, words)):
        raise MyNumberRefused

"""Postcodes, telephone numbers and mail addresses as people type them."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[\s\-‐‑‒–—―−－ｰー〒]")
_MAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def postcode(typed: str) -> str:
    """1760012 for 〒176-0012 however it is typed. Raises ValueError for what is no postcode."""
    digits = _DASHES.sub("", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise ValueError("not a postcode")
    return digits


def shown_postcode(digits: str) -> str:
    return f"〒{digits[:3]}-{digits[3:]}"


def phone(typed: str) -> str:
    """The digits of a telephone number in Japan, 10 or 11 beginning with 0. Raises ValueError."""
    text = re.sub(r"[()（）]", "", unicodedata.normalize("NFKC", typed))
    digits = _DASHES.sub("", re.sub(r"^\s*\+81\s*-?\s*\(?0?\)?", "0", text))
    if not re.fullmatch(r"0[0-9]{9,10}", digits):
        raise ValueError("not a telephone number")
    return digits


def email(typed: str) -> str:
    """A mail address without the spaces around it. Raises ValueError for what cannot be one."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if len(text) > 254 or not _MAIL.fullmatch(text) or ".." in text:
        raise ValueError("not a mail address")
    return text

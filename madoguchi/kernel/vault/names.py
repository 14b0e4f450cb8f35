"""Cleaning the name a file comes with."""

from __future__ import annotations

import re
import unicodedata

MOST = 100
_BAD = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
# Private use stays: the characters added for names (行政事務標準文字 追加) live there.
_DROPPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean(name: str, extension: str) -> str:
    """A name that is safe to show and to save: no path, no control or bidi characters, the true extension."""
    kept = re.split(r"[/\\]", str(name))[-1]
    kept = "".join(character for character in kept if unicodedata.category(character) not in _DROPPED)
    kept = re.sub(r"\s+", " ", _BAD.sub("_", kept)).strip()
    stem = stem_of(kept).strip(". ")
    if not stem or _RESERVED.match(stem):
        stem = f"添付ファイル{stem and '_' + stem}"
    return stem[: MOST - len(extension)].rstrip(". ") + extension


def stem_of(name: str) -> str:
    """The name without what looks like an extension."""
    return re.sub(r"\.[A-Za-z0-9]{1,5}\Z", "", name)


def extension_of(name: str) -> str:
    """What looks like an extension, in lower case with its dot; "" when there is none."""
    found = re.search(r"\.[A-Za-z0-9]{1,5}\Z", str(name).strip())
    return found[0].lower() if found else ""

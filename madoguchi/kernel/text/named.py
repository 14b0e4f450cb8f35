"""What a row is called in the reader's language: its own words in `words`, otherwise those of the city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from .languages import JAPANESE, html_lang


def said_of(row: Any, field: str = "name", language: str | None = None) -> str:
    """`field` of a row that has `words` {language: {field: text}}, in that language or the reader's; else as it stands."""
    return _own(row, field, language) or str(getattr(row, field, "") or "")


def said_in(row: Any, field: str = "name", language: str | None = None) -> str:
    """The lang attribute of what `said_of` gives: Japanese where nobody translated it."""
    language = language or get_language() or JAPANESE
    return html_lang(language if _own(row, field, language) else JAPANESE)


def _own(row: Any, field: str, language: str | None) -> str:
    words: Mapping[str, Any] = getattr(row, "words", None) or {}
    return str((words.get(language or get_language() or JAPANESE) or {}).get(field) or "")

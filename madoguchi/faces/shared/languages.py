"""The five languages of every page, and how a browser says which one it wants."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from madoguchi.kernel.text.languages import html_lang

from . import sessions

__all__ = ["chosen_language", "html_lang", "is_language", "languages"]

# What browsers send for languages we write under another name.
_ASKED_AS = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-hans-cn": "zh-hans"}


def languages() -> list[tuple[str, str, str]]:
    """(code, its own name, html lang) of each language."""
    return [(code, name, html_lang(code)) for code, name in settings.LANGUAGES]


def is_language(code: str) -> bool:
    """Whether this is one of ours."""
    return code in dict(settings.LANGUAGES)


def chosen_language(request: HttpRequest) -> str:
    """The cookie's language; else the one the person read in last time; else the browser's wish; else Japanese.

    The desk is written in Japanese: there a browser's wish would mix two languages on one page.
    """
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if is_language(kept):
        return kept
    own = sessions.language_of(request)
    if is_language(own):
        return own
    if sessions.realm_of(request) == sessions.STAFF:
        return settings.LANGUAGE_CODE
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for code in (asked, _ASKED_AS.get(asked, ""), asked.split("-")[0]):
            if is_language(code):
                return code
            if _ASKED_AS.get(code):
                return _ASKED_AS[code]
    return settings.LANGUAGE_CODE

"""What every page knows: the pack's strip, languages, text size, where one is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from madoguchi.kernel import packs

from . import navigation
from .languages import html_lang, languages
from .pages import here

TEXT_SIZE_COOKIE = "text_size"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Nothing here touches the database until a template asks for it."""
    code = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "language": code,
        "html_lang": html_lang(code),
        "languages": languages(),
        "large_text": request.COOKIES.get(TEXT_SIZE_COOKIE) == "large",
        "here": here(request),
        "pack": SimpleLazyObject(packs.pack_info),
        "nav": SimpleLazyObject(lambda: navigation.main(request)),
        "footer_nav": SimpleLazyObject(lambda: navigation.footer(request)),
    }

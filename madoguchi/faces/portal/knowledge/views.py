"""One page of words."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.knowledge import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, page

from ..views import words_of

HELP = "help"  # has an address of its own, always the same


@require_safe
@guard(anyone)
def page_of(request: Asked, slug: str) -> HttpResponse:
    """The page in the reader's language; in Japanese, and saying so, where it is not yet translated."""
    text = queries.page(slug, request.LANGUAGE_CODE)
    if text.is_life:
        return go(request, "portal:life", slug=slug)
    if slug == HELP:
        return go(request, "portal:help")
    return page(request, "portal/knowledge/page.html", words_of(text))

"""Where a thing can be seen: turns a Ref into the address of a face, by settings, not by imports."""

from __future__ import annotations

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from .refs import Ref

# The engine of a Ref that names a page of `settings.PAGES` by itself: `pages:fixed_page:draws`.
PAGES = "pages"


def href(ref: Ref | str, face: str = "portal") -> str:
    """The address of `ref` in `face`, or "" where that face does not show such things.

    `settings.LINKS` maps "engine:kind" to {face: route name}; the route takes the id.
    """
    ref = Ref.parse(ref) if isinstance(ref, str) else ref
    if ref.engine == PAGES:
        return page(ref.id) if face == "portal" else ""
    route = settings.LINKS.get(f"{ref.engine}:{ref.kind}", {}).get(face)
    if route is None:
        return ""
    try:
        return reverse(route, args=[ref.id])
    except NoReverseMatch:
        # This installation does not run that face (MADO_FACES).
        return ""


def page(name: str) -> str:
    """The address of a page that `settings.PAGES` names, or "" where this installation does not show it."""
    route = settings.PAGES.get(name)
    if route is None:
        return ""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""

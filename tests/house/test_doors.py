"""Addresses: each names its guard, and links lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

KNOWN_GUARDS = ("anyone", "resident", "staff", "machine", "terminal")


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, where)
        elif isinstance(entry, URLPattern):
            yield where, entry.callback


def guards_of(callback: Any) -> list[str | None]:
    """The guard names of one address: a view has one, an API path one for each of its operations."""
    if hasattr(callback, "guard"):
        return [callback.guard]
    operations = getattr(getattr(callback, "__self__", None), "operations", None)
    for cell in getattr(callback, "__closure__", None) or ():
        operations = operations or getattr(cell.cell_contents, "operations", None)
    if operations:
        return [getattr(operation.view_func, "guard", None) for operation in operations]
    return [None]


def test_every_address_names_its_guard():
    open_doors = [
        where
        for where, callback in routes(get_resolver())
        if not all(str(name).startswith(KNOWN_GUARDS) for name in guards_of(callback) if name is not None)
        or None in guards_of(callback)
    ]

    # The API's own description of itself holds nothing personal.
    assert [where for where in open_doors if not where.endswith(("openapi.json", "docs", "api/v1/"))] == []


def test_links_lead_to_real_routes():
    """`kernel.links` turns a Ref into an address by settings.LINKS; each must exist and take one id."""
    ids = ("0198f000-0000-7000-8000-000000000000", "slug", "1-1-1")
    broken = [
        f"{kind} -> {route}"
        for kind, faces in settings.LINKS.items()
        for face, route in faces.items()
        if face in settings.FACES and not any(leads_somewhere(route, one) for one in ids)
    ]

    assert broken == []


def leads_somewhere(route: str, one: str) -> bool:
    try:
        return bool(reverse(route, args=[one]))
    except NoReverseMatch:
        return False

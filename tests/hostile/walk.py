"""Every address of the city with something in its places, and the people who walk them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from tests.house.test_doors import guards_of, routes

NOBODYS = "0198f000-0000-7000-8000-000000000000"
FILLED = {"uuid": NOBODYS, "uuidstr": NOBODYS, "int": "1", "slug": "x", "str": "x", "path": "x", "": "x"}
_PLACE = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")
_NAMED_GROUP = re.compile(r"\(\?P<\w+>(?P<first>\w+)[^)]*\)")


def addresses(**filled: str) -> Iterator[tuple[str, str]]:
    """(address, guard) of everything that answers; `filled` puts other things into places of a kind."""
    places = {**FILLED, **filled}
    for where, callback in routes(get_resolver()):
        where = _NAMED_GROUP.sub(r"\g<first>", where).replace("^", "").replace("$", "")
        filled_in = _PLACE.sub(lambda place: places[place["kind"] or ""], where)
        yield "/" + filled_in, str(guards_of(callback)[0])


def pages() -> list[tuple[str, str]]:
    """What is no API."""
    return [
        (address, guard)
        for address, guard in addresses()
        if not address.startswith(("/api", "/oauth", "/.well"))
    ]


def rows() -> dict[str, int]:
    """How many rows each table holds, but for what only counts or remembers that somebody came."""
    from django.apps import apps

    beside = {"access.allowance", "sessions.session", "audit.event", "audit.waiting", "identity.signintry"}
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in beside and model._meta.managed
    }


def is_whole(response: Any) -> bool:
    """No fault of ours, and nothing of our insides."""
    inside = b"Traceback (most recent" in response.content or b"/site-packages/" in response.content
    return response.status_code < 500 and not inside


def some_id() -> str:
    return str(uuid.uuid4())

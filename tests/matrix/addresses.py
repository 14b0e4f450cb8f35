"""Every address the city answers, and what stands in its places.

A new address whose places nothing here fills fails the walk: it names a thing that the ground has to have.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from madoguchi.engines.procedures.tests import make

from .ground import HERE
from .things import City, Thing

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED = re.compile(r"\(\?P<(\w+)>[^)]*\)")
# Places that name nothing of anybody.
WORDS = {
    "slug": "tetsuzuki",
    "code": "en",
    "size": "large",
    "path": "applicant.name",
    "item": "children.1",
    "document": "bekkyo_kango",
    "signer": "spouse",
    "token": "x" * 43,
    "kind": "totp",
    "paper_id": "receipt",  # of the template the blueprint was begun from
    "realm": "resident",
    "version": "1",
    "division": HERE,
    "class_": "5年",
    "year": "2026",
    "resource": "heya",  # what is free is public: it names nothing of anybody
}
# The same name means something else there.
WORDS_IN = {
    "procedures": {"key": make.KEY},
    "kiosk": {"key": make.KEY, "counter": "kari_e", "errand": "sonota"},
    "authoring": {"key": "paid"},
    "directory": {"key": HERE},
    "lessons": {
        "key": "nai"
    },  # sample forms are everybody's; what is done in them is behind a door of its own
    "api": {"key": make.KEY, "slug": "x", "code": "x"},
}
# At one address only.
ASKING = {"GET /desk/cases/<uuid:case_id>/decide/": "?outcome=granted"}
WORDS_AT = {"letters/<slug:key>/": {"key": "josei_matrix_grants"}}


# A form as somebody would send it: every field that any page asks for, so that nothing is refused for being empty.
PAGE_FORM = {
    "sure": "yes",
    "reason": "check",
    "why": "窓口で確かめたため、直します。",
    "text": "ひとこと",
    "to": "checking",
    "division": HERE,
    "outcome": "granted",
    "value": "1",
    "way": "later",
    "then": "confirmed",
    "document": "bekkyo_kango",
    "danger": "life",
    "verdict": "right",
    "remark": "確かめました。",
    "place": "窓口",
}
API_BODIES = {
    "/answers": {"answers": {}},
    "/files": {"file": "picture"},
    "/documents/<document>": {"way": "later"},
    "/changes/seen": {},
}


@dataclass(frozen=True)
class Address:
    """One address and one way of asking it."""

    route: str
    namespace: str
    method: str
    guard: str

    @property
    def face(self) -> str:
        first = self.route.split("/")[0]
        return first if first in {"desk", "kiosk", "api"} else "portal"

    @property
    def places(self) -> list[str]:
        return _PLACE.findall(self.route)

    @property
    def things(self) -> list[str]:
        """The places that name something of somebody."""
        return [
            place
            for place in self.places
            if place not in WORDS and (place.endswith("_id") or place == "receipt")
        ]

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"


def addresses() -> Iterator[Address]:
    """Every address with every method it takes. HEAD is GET without a body."""
    for route, namespace, callback in _routes(get_resolver()):
        route = _NAMED.sub(r"<\1>", route).replace("^", "").replace("$", "")
        operations = _operations(callback)
        if operations:
            for operation in operations:
                for method in operation.methods:
                    yield Address(route, namespace, method, operation.view_func.guard)
        elif hasattr(callback, "guard"):
            for method in _methods(callback):
                yield Address(route, namespace, method, callback.guard)


def _routes(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    for entry in resolver.url_patterns:
        where = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield where, namespace, entry.callback
        else:
            yield from _routes(entry, where, entry.namespace or namespace)


def _operations(callback: Any) -> Any:
    """Those of an API path: it answers each method by a function of its own."""
    for cell in getattr(callback, "__closure__", None) or ():
        found = getattr(cell.cell_contents, "operations", None)
        if found:
            return found
    return getattr(getattr(callback, "__self__", None), "operations", None)


def _methods(view: Any) -> list[str]:
    """Which methods `require_http_methods` lets in; both where nothing says so."""
    while view is not None:
        cells = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=False))
        if "request_method_list" in cells:
            return sorted({"GET", "POST"} & set(cells["request_method_list"].cell_contents))
        view = getattr(view, "__wrapped__", None)
    return ["GET", "POST"]


def filled(address: Address, args: dict[str, Any]) -> str:
    """The address with these things in its places."""
    there = WORDS_IN.get("api" if address.face == "api" else address.namespace, {})
    at = next((words for end, words in WORDS_AT.items() if address.route.endswith(end)), {})
    words = {**WORDS, **there, **at, **args}
    missing = [place for place in address.places if place not in words]
    if missing:
        raise AssertionError(
            f"{address}: nothing fills {missing}. Put a thing of that kind on the ground (tests/matrix/ground.py), "
            "or a word into WORDS (tests/matrix/addresses.py) if it names nothing of anybody."
        )
    return "/" + _PLACE.sub(lambda place: str(words[place[1]]), address.route) + ASKING.get(str(address), "")


def things_for(address: Address, city: City) -> list[Thing]:
    """Those of the ground that this address can name; the one that names nothing, where it names none."""
    wanted = set(address.things)
    found = [thing for thing in city.things if wanted <= thing.args.keys()] if wanted else [Thing("", {})]
    if "file_id" not in wanted:
        # A case stands there once for each of its files.
        found = list(
            {tuple(str(thing.args[place]) for place in sorted(wanted)): thing for thing in found}.values()
        )
    if not found:
        filled(address, {})
    return found


def form_for(address: Address, thing: Thing) -> dict[str, Any]:
    """What is sent along: plausible, so that a refusal is about the person and not about the form."""
    if address.face == "api":
        return next((body for end, body in API_BODIES.items() if address.route.endswith(end)), {})
    return {**PAGE_FORM, "seen": thing.seen}


def nobodys(address: Address) -> str:
    """The same address for a thing that never was."""
    return filled(address, {name: _never(name) for name in address.things})


def _never(name: str) -> str:
    return "0000-0000-0" if name == "receipt" else str(uuid.UUID(int=7))

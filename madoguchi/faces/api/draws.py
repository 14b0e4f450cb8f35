"""抽選: rounds and their proofs for anybody; entering for a resident's app."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from madoguchi.engines.booking import services as booking
from madoguchi.engines.lottery import queries, services
from madoguchi.faces.shared.guards import anyone
from madoguchi.kernel.access.repeating import Answer
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.text import JAPANESE, said_of

from . import shapes_draws as shapes
from .app import operation
from .guards import resident_app
from .repeating import answer, call_of, once

MOST_ROWS = 100


@operation("GET", "/draws", rule=anyone, tag="draws", gives=list[shapes.DrawRow])
def draw_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Rounds of draws, the newest first."""
    return [_row(one, one.entered) for one in queries.rounds()[:MOST_ROWS]]


@operation("GET", "/draws/{key}", rule=anyone, tag="draws", gives=shapes.Draw, refuses=(404,))
def draw_read(request: HttpRequest, key: str) -> dict[str, Any]:
    """One round: rules, what can be won, and every digest that is published by now."""
    found = queries.round_(key)
    names = (
        "rules", "rules_hash", "inventory_hash", "salt_commitment", "entries_hash", "frozen_at", "seed",
        "result_hash", "drawn_at", "why", "ended_because",
    )  # fmt: skip
    said = {name: getattr(found, name) for name in names}
    titles = queries.titles(found, get_language() or JAPANESE)
    said["items"] = [
        {"item": one["item"], "title": titles[one["item"]], "capacity": one["capacity"]}
        for one in found.inventory
    ]
    said["redraws"] = found.redraws.key if found.redraws else ""
    return _row(found, queries.entered(found)) | said


@operation("GET", "/draws/{key}/bundle", rule=anyone, tag="draws", gives=shapes.DrawBundle, refuses=(404,))
def draw_bundle(request: HttpRequest, key: str) -> HttpResponse:
    """The proof of a drawn round, byte for byte as the verifiers take it."""
    return HttpResponse(queries.bundle(queries.round_(key)).encode(), content_type="application/json")


@operation(
    "POST",
    "/draws/{key}/entries",
    rule=resident_app("bookings"),
    tag="draws",
    gives=shapes.DrawEntry,
    status=201,
    refuses=(404, 409),
)
def draw_enter(request: HttpRequest, key: str, body: shapes.DrawEntryIn) -> HttpResponse:
    """Enter a round for the resident whose app it is."""
    actor = request.actor  # type: ignore[attr-defined]
    found, party = queries.round_(key), identity.party(actor.party)
    if party is None:
        raise NotFound

    def enter() -> Answer:
        wish = {
            "round": found,
            "party": party,
            "person": party,
            "wishes": [[item[:80] for item in wish[:20]] for wish in body.wishes],
            "channel": "web",
            "by": actor,
        }
        if booking.area_drawn(found.about) is not None:
            # Whose draw it is knows who comes first; nobody says it of themselves.
            entry = booking.enter_draw(**wish)
        else:
            entry = services.enter(**wish, tier=body.tier)
        names = ("receipt", "tier", "wishes", "state", "entered_at")
        said = {name: getattr(entry, name) for name in names} | {"round": found.key}
        return answer(201, shapes.DrawEntry, said, key=party.key)

    return once(call_of(request), enter)


def _row(found: Any, entries: int) -> dict[str, Any]:
    names = ("key", "state", "opens_at", "closes_at", "draws_at")
    said = {name: getattr(found, name) for name in names}
    return said | {
        "title": queries.title_of(found, get_language() or JAPANESE),
        "division": said_of(found.division),
        "is_open": queries.is_taking(found),
        "entries": entries,
    }

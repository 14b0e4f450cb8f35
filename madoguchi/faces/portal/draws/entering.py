"""Entering a draw: ranked wishes, without a script."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.engines.lottery import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from . import of_booking, words


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident)
def enter(request: Asked, key: str) -> HttpResponse:
    """The form; what was typed comes back with every refusal."""
    found = queries.round_(key)
    if request.method != "POST":
        return show(request, found)
    token = request.POST.get("once", "")
    try:
        entry = _entered(request, found, token)
    except NotFound:
        raise
    except Refusal as refusal:
        return show(request, found, refusal)
    return go(request, "portal:draws:entry", entry_id=entry.pk)


def _entered(request: Asked, found: Any, token: str) -> Any:
    wishes = typed_wishes(request, found)
    if of_booking.area_of(found, request.LANGUAGE_CODE) is not None:
        return of_booking.enter(request, found, wishes, token)
    return services.enter(
        round=found,
        party=request.party,
        person=request.party,
        wishes=wishes,
        tier=request.POST.get("tier", "")[:80],
        channel="web",
        by=request.actor,
        asked=f"form:{token}" if is_id(token) else "",
    )


def typed_wishes(request: Asked, found: Any) -> list[list[str]]:
    """The wishes in their order; a rank left empty is passed over, a slot left empty too."""
    rows = []
    for rank in range(1, found.rules["wishes"] + 1):
        said = [
            request.POST.get(f"wish-{rank}-{slot}", "")[:80]
            for slot in range(1, found.rules["bundle_size"] + 1)
        ]
        rows.append([item for item in said if item])
    return [row for row in rows if row]


def show(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The boxes of each rank, with what was chosen."""
    told = words.of_round(found, request.LANGUAGE_CODE)
    posted = request.POST
    slots = range(1, found.rules["bundle_size"] + 1)
    tiers = found.rules["tiers"]
    # One thing and one wish: there is nothing to choose and no order.
    is_only = found.rules["wishes"] == 1 and len(found.inventory) == 1
    only = found.inventory[0]["item"] if is_only else ""
    context = {
        "round": found,
        "words": told,
        "is_taking": queries.is_taking(found),
        "only": only,
        "options": [(one["item"], told["names"][one["item"]]) for one in found.inventory],
        "ranks": [
            {
                "rank": rank,
                "slots": [
                    {
                        "name": f"wish-{rank}-{slot}",
                        "slot": slot,
                        "chosen": posted.get(f"wish-{rank}-{slot}", only if slot == 1 else ""),
                    }
                    for slot in slots
                ],
            }
            for rank in range(1, found.rules["wishes"] + 1)
        ],
        "tiers": tiers,
        "tier": posted.get("tier", "") or (tiers[0]["key"] if len(tiers) == 1 else ""),
        "once": posted.get("once", "")[:40] or str(new_id()),
        "refusal": refusal,
        **of_booking.context(request, found),
    }
    return page(request, "portal/draws/enter.html", context, status=refusal.status if refusal else 200)

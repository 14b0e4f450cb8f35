"""Draws as everybody may read them: what is promised before, what is frozen at closing, what came out and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.lottery import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from . import words

MOST_ROWS = 60
MOST_ITEMS = 40  # more than these nobody reads: they are there to be opened


@require_safe
@guard(anyone)
def listed(request: Asked) -> HttpResponse:
    """Rounds that take entries or wait for their draw, and the latest that were drawn."""
    rows = [
        {
            "round": one,
            "title": queries.title_of(one, request.LANGUAGE_CODE),
            "is_taking": queries.is_taking(one),
        }
        for one in queries.rounds()[:MOST_ROWS]
    ]
    coming = {"planned", "open", "closed"}
    context = {
        "coming": [row for row in rows if row["round"].state in coming],
        "past": [row for row in rows if row["round"].state not in coming],
    }
    return page(request, "portal/draws/list.html", context)


@require_safe
@guard(anyone)
def round_page(request: Asked, key: str) -> HttpResponse:
    """One round, before and after: rules in plain words, inventory, promises, and afterwards the proof."""
    found = queries.round_(key)
    told = words.of_round(found, request.LANGUAGE_CODE)
    beacons = queries.beacons_of(found)
    items = _items(found, told["names"])
    is_long = len(items) > MOST_ITEMS
    context = {
        "round": found,
        "words": told,
        "is_taking": queries.is_taking(found),
        "left": found.closes_at - clock.now(),
        "is_counting": found.closes_at > clock.now(),
        "entered": queries.entered(found),
        "beacons": beacons,
        "used": next((one for one in beacons if one["is_used"]), None),
        "items": items,
        "is_long": is_long,
        "wanted": [one for one in items if one["is_wanted"]] if is_long else [],
        "again": queries.redraw_of(found),
        "files": queries.files(found),
        "steps": words.STEPS.items(),
        "found": words.FOUND.items(),
    }
    return page(request, "portal/draws/round.html", context)


def _items(found: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    """Each thing with how many there are, and after the draw how many were won and wait, and whether anybody wished for it."""
    tallies = queries.tallies(found)
    wanted = _wished_for(found) if found.seed else set()
    return [
        {
            "title": names[one["item"]],
            "capacity": one["capacity"],
            "tally": tallies.get(one["item"]),
            "is_wanted": one["item"] in wanted,
        }
        for one in found.inventory
    ]


def _wished_for(found: Any) -> set[str]:
    """The things that stand in some entry, as the published file tells it."""
    rows = found.entry_file.splitlines()[5:]
    return {item for row in rows for wish in row.split(" ")[3:] for item in wish.split("+")}


@require_safe
@guard(anyone)
def find(request: Asked) -> HttpResponse:
    """Looking an entry up by its receipt."""
    typed = request.GET.get("receipt", "")[:80]
    if not typed.strip():
        return page(request, "portal/draws/find.html", {"typed": ""})
    try:
        entry = queries.entry_by_receipt(typed)
    except NotFound as refusal:
        return page(request, "portal/draws/find.html", {"typed": typed, "refusal": refusal}, status=404)
    return go(request, "portal:draws:receipt", receipt=entry.receipt)


@require_safe
@guard(anyone)
def receipt(request: Asked, receipt: str) -> HttpResponse:
    """What the public file says of one entry, and nothing of who it is."""
    return show_receipt(request, queries.entry_by_receipt(receipt))


def show_receipt(request: Asked, entry: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with the reason."""
    context = {
        "stand": queries.stand(entry),
        "entry": entry,
        "round": entry.round,
        "words": words.of_round(entry.round, request.LANGUAGE_CODE),
        "wishes": words.wishes(entry.round, entry, request.LANGUAGE_CODE),
        "refusal": refusal,
    }
    return page(request, "portal/draws/receipt.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(anyone)
def answer_by_code(request: Asked, receipt: str, win_id: Any) -> HttpResponse:
    """An answer with the number that stood in the letter."""
    entry = queries.entry_by_receipt(receipt)
    win = queries.win_of(entry, win_id)
    takes = request.POST.get("answer") == "confirm"
    try:
        services.answer_by_code(
            win=win, code=request.POST.get("code", "")[:40], takes=takes, by=request.actor
        )
    except Refusal as refusal:
        return show_receipt(request, entry, refusal)
    messages.success(request, _("当選を確定しました。") if takes else _("辞退を受け付けました。"))
    return go(request, "portal:draws:receipt", receipt=entry.receipt)

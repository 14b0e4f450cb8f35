"""Finding a procedure: the list, its page, the paper to print, the way in."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard, resident
from madoguchi.faces.shared.pages import go, page

from ..words import channel_name


@require_safe
@guard(anyone)
def listing(request: Asked) -> HttpResponse:
    """来なくてもできる手続き: what can be begun here, and which of it can be printed."""
    cards = queries.procedures_online()
    return page(
        request,
        "portal/procedures/list.html",
        {
            "online": [card for card in cards if card.is_online],
            "printable": [card for card in cards if "post" in card.channels],
        },
    )


@require_safe
@guard(anyone)
def procedure(request: Asked, key: str) -> HttpResponse:
    """Everything one wants to know before beginning."""
    found = queries.procedure(key)
    return page(
        request,
        "portal/procedures/procedure.html",
        {
            "procedure": found,
            "channels": [(name, channel_name(name)) for name in found.card.channels],
            "contact": directory.contact(found.card.division),
            "counters": directory.counters(found.card.division),
        },
    )


@require_POST
@guard(resident)
def start(request: Asked, key: str) -> HttpResponse:
    """Begin a draft and open its first question."""
    draft = services.start_draft(key=key, by=request.actor, language=request.LANGUAGE_CODE)
    return go(request, "portal:procedures:draft", draft_id=draft.pk)


@require_safe
@guard(anyone)
def printable(request: Asked, key: str) -> HttpResponse:
    """The blank form in large letters, to print, fill in by hand and send."""
    found = queries.procedure(key)
    return page(
        request,
        "portal/procedures/printable.html",
        {
            "procedure": found,
            "paper_pages": queries.blank_form(key),
            "contact": directory.contact(found.card.division),
        },
    )

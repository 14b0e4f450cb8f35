"""Divisions: what they do, how to reach them, what can be done with them."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.directory import queries
from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page


@require_safe
@guard(anyone)
def divisions(request: Asked) -> HttpResponse:
    """All divisions of today."""
    return page(request, "portal/directory/divisions.html", {"divisions": queries.divisions()})


@require_safe
@guard(anyone)
def division(request: Asked, key: str) -> HttpResponse:
    """One division."""
    found = queries.division(key)
    context = {
        "division": found,
        "contact": queries.contact(key),
        "counters": queries.counters(key),
        "cards": [card for card in procedures.procedures_online() if card.division == key],
    }
    return page(request, "portal/directory/division.html", context)

"""Divisions: what they do, how to reach them, what can be done with them; and who carries what forward."""

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
def duties(request: Asked) -> HttpResponse:
    """推進体制: which duties and seats come with which posts."""
    return page(request, "portal/directory/duties.html", {"bodies": queries.duties()})


@require_safe
@guard(anyone)
def division(request: Asked, key: str) -> HttpResponse:
    """One division."""
    found = queries.division(key)
    context = {
        "division": found,
        "contact": queries.contact(key),
        "counters": queries.counters(found.heir.key if hasattr(found, "heir") else key),
        "cards": [
            card
            for card in procedures.procedures_online()
            if card.division == (found.heir.key if hasattr(found, "heir") else key)
        ],
    }
    return page(request, "portal/directory/division.html", context)

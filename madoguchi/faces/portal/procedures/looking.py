"""だれが私の情報を見たか: every look, deed and program, by day."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import page


@require_safe
@guard(resident)
def looks(request: Asked) -> HttpResponse:
    """One's own records only: who acts for somebody does not learn here who deals with that person."""
    found = queries.looks_of(
        request.actor,
        case=request.GET.get("case", "")[:40],
        page=number(request.GET.get("page", "")) or 1,
    )
    return page(request, "portal/procedures/looks.html", {"found": found})

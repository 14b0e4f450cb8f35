"""まわる窓口と、持ち物: which counters for what happened in one's life, in the order in which one passes them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.queue import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.faces.shared.waits import shown
from madoguchi.kernel import clock


@require_safe
@guard(anyone)
def events(request: Asked) -> HttpResponse:
    """What happened?"""
    return page(request, "portal/queue/guide.html", {"events": queries.guides(request.LANGUAGE_CODE)})


@require_safe
@guard(anyone)
def guide(request: Asked, event: str) -> HttpResponse:
    """The counters to visit with what to bring, each with how many wait there now. Made to be printed."""
    found = queries.guide(event, request.LANGUAGE_CODE)
    now = {here.line.counter_id: shown(here) for here in queries.board()}
    stops: list[dict[str, Any]] = [
        {"stop": stop, "one": now[stop.counter]} for stop in found.stops if stop.counter in now
    ]
    stops.sort(key=lambda row: row["one"].walk)
    return page(request, "portal/queue/guided.html", {"guide": found, "stops": stops, "now": clock.now()})

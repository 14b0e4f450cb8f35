"""Coming to the screen and leaving it: language, what one came for, the number to say, and the wipe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.queue import queries as queues
from madoguchi.faces.shared import terminals
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, terminal
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.access import services as access
from madoguchi.kernel.errors import NotFound

from . import visits


@require_safe
@guard(terminal)
def first(request: Asked) -> HttpResponse:
    """ことばを選ぶ. Whoever is still writing is led back to it; after a wipe this is all there is."""
    visit = visits.visit_of(request)
    if visit and not visits.is_over(request):
        return go(request, _where(visit))
    if visit:
        return visits.wipe(request)
    response = page(request, "kiosk/first.html")
    terminals.keep(response, request.COOKIES[terminals.COOKIE])
    return response


def _where(visit: dict[str, Any]) -> str:
    """Where somebody stands at this screen: before their number, of either kind, or in the middle of writing."""
    if "ticket" in visit:
        return "kiosk:ticket_number"
    return "kiosk:number" if "number" in visit else "kiosk:go_on"


@require_POST
@guard(terminal)
def language(request: Asked) -> HttpResponse:
    """The language of this visit: it is forgotten when the visit ends."""
    return visits.choose_language(request, "kiosk:procedures")


@require_safe
@guard(terminal)
def procedures(request: Asked) -> HttpResponse:
    """What is taken at counters: by this division, and by others."""
    context = {"found": queries.taken_at_counter(request.actor), "gives_numbers": queues.gives_numbers()}
    return page(request, "kiosk/procedures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(terminal)
def begin(request: Asked, key: str) -> HttpResponse:
    """個人情報のあつかい, and はじめる. Whatever was left at this screen before is gone with that."""
    found = queries.procedure(key)
    if "counter" not in found.card.channels:
        raise NotFound
    if request.method != "POST":
        return page(request, "kiosk/begin.html", {"procedure": found})
    draft = services.begin_at_terminal(key=key, by=request.actor, language=request.LANGUAGE_CODE)
    visits.begin(request, draft.pk)
    return go(request, "kiosk:go_on")


@require_safe
@guard(terminal)
def number(request: Asked) -> HttpResponse:
    """案内番号, large, and where to say it. It leaves by itself."""
    visit = visits.visit_of(request)
    if "number" not in visit:
        return go(request, "kiosk:first")
    if visits.is_over(request):
        return visits.wipe(request)
    division = visit["division"]
    context = {
        "number": visit["number"],
        "division": division,
        "counters": directory.counters(division),
        "here": division in request.actor.divisions,
    }
    return page(request, "kiosk/number.html", context)


@require_safe
@guard(terminal)
def stop(request: Asked) -> HttpResponse:
    """やめて消す, after asking once: an elbow on the screen must not undo ten minutes of writing."""
    if not visits.visit_of(request).get("draft"):
        return visits.wipe(request)
    visits.note(request)
    return page(request, "kiosk/stop.html")


@require_POST
@guard(terminal)
def wipe(request: Asked) -> HttpResponse:
    """It is gone."""
    return visits.wipe(request)


@require_safe
@guard(terminal)
def still(request: Asked) -> HttpResponse:
    """まだお使いですか, where no script asks. Looking at it is not using the screen."""
    visit = visits.visit_of(request)
    if "draft" not in visit or visits.is_over(request):
        return visits.wipe(request)
    return page(request, "kiosk/still.html")


@require_safe
@guard(terminal)
def over(request: Asked) -> HttpResponse:
    """Where the page of itself goes in the end: it does only what time has done already."""
    visit = visits.visit_of(request)
    if "draft" in visit and visits.seconds_idle(request) < settings.KIOSK_IDLE:
        return go(request, "kiosk:go_on")
    return visits.wipe(request)


@require_POST
@guard(terminal)
def here(request: Asked) -> HttpResponse:
    """つづける, and what the script reports while somebody types for long."""
    visit = visits.visit_of(request)
    if "draft" in visit and visits.is_over(request):
        visits.wipe(request)
        raise visits.VisitOver
    if visit:
        visits.note(request)
    if request.headers.get("X-Kiosk") == "here":
        return HttpResponse(status=204)
    return go(request, "kiosk:go_on" if "draft" in visit else "kiosk:first")


@require_POST
@guard(terminal)
def call(request: Asked) -> HttpResponse:
    """係員を呼ぶ. With htmx only the button is answered, so that what stands half typed stays."""
    access.call_staff(terminal=request.terminal, by=request.actor)
    if visits.visit_of(request) and not visits.is_over(request):
        visits.note(request)
    request.terminal.refresh_from_db(fields=["called_at"])
    return page(request, "kiosk/called.html")

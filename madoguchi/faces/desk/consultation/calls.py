"""The calls of one's division: what waits in each, opening, ending early; and what one's division is asked to answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import queries, services
from madoguchi.engines.consultation.queries import desk
from madoguchi.engines.consultation.queries.desk import arrivals
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ANSWERING, RUNNING, as_seen, run_call, show, typed_day


@require_safe
@guard(ANSWERING)
def index(request: Asked) -> HttpResponse:
    """Calls for who runs them; answers to write for who is asked."""
    context = {
        "calls": desk.calls_of(request.actor),
        "asked": desk.asked_of(request.actor),
        "overdue": len(desk.following(request.actor, only_late=True)),
        "to_sort": arrivals.waiting() if request.actor.has_role("planner") else 0,
        "may_run": request.actor.has_role("planner"),
        "seeds": desk.seeds_waiting(request.actor),
    }
    return page(request, "desk/consultation/index.html", context)


@require_safe
@guard(RUNNING)
def call(request: Asked, key: str) -> HttpResponse:
    """One call: its days, its draft, how far its handling is."""
    return show_call(request, run_call(request, key))


def show_call(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with the reason."""
    length, warnings = desk.warnings(found)
    line = next((one for one in desk.calls_of(request.actor) if one.call.pk == found.pk), None)
    context = {
        "length": length,
        "warnings": warnings,
        "line": line,
        "receives": found.receives_on(clock.today()),
        "versions": list(found.versions.all()),
        "units": [name for _unit, name in desk.unit_names(found).values()],
        "categories": list(found.categories.all()),
        "notices": queries.notices_by_kind(found),
        "today": clock.today(),
        "reason": request.POST.get("reason", "")[:300] if refusal else "",
    }
    return show(request, "call.html", found, context, refusal)


@require_POST
@guard(RUNNING)
def open_call(request: Asked, key: str) -> HttpResponse:
    """募集を始める. The rule of days is the engine's."""
    found = run_call(request, key)
    try:
        services.open_call(call=as_seen(request, found), by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_call(request, run_call(request, key), refusal)
    messages.success(request, _("募集を始めました。はじめの日から受け付けます。"))
    return go(request, "desk:consultation:call", key=key)


@require_POST
@guard(RUNNING)
def close(request: Asked, key: str) -> HttpResponse:
    """締め切りを早める, with the reason."""
    found = run_call(request, key)
    on = typed_day(request.POST.get("on", "")) or found.closes_on
    try:
        reason = request.POST.get("reason", "").strip()[:300]
        services.close_early(call=as_seen(request, found), on=on, reason=reason, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_call(request, run_call(request, key), refusal)
    messages.success(request, _("締め切りを早めました。"))
    return go(request, "desk:consultation:call", key=key)

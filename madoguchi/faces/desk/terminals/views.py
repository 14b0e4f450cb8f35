"""窓口の端末: making this browser one, stopping one, who calls, and the number a visitor says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.procedures import services as procedures
from madoguchi.faces.desk.procedures.receiving import show_receive
from madoguchi.faces.shared import sessions, signing
from madoguchi.faces.shared import terminals as cookie
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page, safe_next
from madoguchi.kernel.access import queries, services
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity


@require_safe
@guard(staff("clerk", "head"))
def terminals(request: Asked) -> HttpResponse:
    """The terminals of one's divisions, and the button that makes this browser one."""
    return show(request)


def show(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    """The list and the form; after a refusal with what was typed."""
    handled = request.actor.divisions_as(*queries.TERMINAL_KEEPERS) & request.actor.divisions
    context = {
        "rows": queries.terminals(request.actor),
        "divisions": identity.divisions().filter(pk__in=handled),
        "typed": {name: request.POST.get(name, "")[:100] for name in ("place", "division")},
        "kiosk": _kiosk(),
        "refusal": refusal,
    }
    return page(request, "desk/terminals.html", context, status=refusal.status if refusal else 200)


def _kiosk() -> str:
    try:
        return reverse("kiosk:first")
    except NoReverseMatch:
        return ""  # this installation does not run that face


@require_POST
@guard(staff("clerk", "head"))
def open_here(request: Asked) -> HttpResponse:
    """この画面を窓口の端末にする. Whoever did it is signed out of this browser: it now belongs to visitors."""
    if not _kiosk():
        raise NotFound
    try:
        _terminal, secret = services.open_terminal(
            division=request.POST.get("division", ""), place=request.POST.get("place", ""), by=request.actor
        )
    except Refusal as refusal:
        return show(request, refusal)
    for realm in (sessions.RESIDENT, sessions.STAFF):
        signing.leave(request, realm)
    request.session.flush()
    response = go(request, "kiosk:first")
    cookie.keep(response, secret)
    return response


@require_POST
@guard(staff("clerk", "head"))
def stop(request: Asked, terminal_id: Any) -> HttpResponse:
    """止める: its cookie opens nothing from now on, and what stood on it half written is gone."""
    stopped = services.stop_terminal(terminal_id=terminal_id, by=request.actor)
    procedures.clear_terminal(terminal=stopped.account_id, by=request.actor)
    messages.success(request, _("端末を止めました。書きかけは消しました。"))
    return go(request, "desk:terminals:list")


@require_POST
@guard(staff("clerk", "head"))
def went(request: Asked, terminal_id: Any) -> HttpResponse:
    """行きました."""
    services.went_to_terminal(terminal_id=terminal_id, by=request.actor)
    if safe_next(request, "") == reverse("desk:home"):
        return go(request, "desk:home")
    return go(request, "desk:terminals:list")


@require_POST
@guard(staff("clerk", "head"))
def number(request: Asked) -> HttpResponse:
    """The number the visitor says: the entry is ours, and opens once the look is on record."""
    try:
        entry = procedures.take_by_number(number=request.POST.get("number", "")[:20], by=request.actor)
    except Refusal as refusal:
        return show_receive(request, refusal)
    return go(request, "desk:procedures:entry", draft_id=entry.draft_id)

"""Choosing a desk and sitting down, and the screen one calls from."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.queue import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

SERVING = ("clerk", "head")


@require_safe
@guard(staff(*SERVING))
def listed(request: HttpRequest) -> HttpResponse:
    """The lines I serve, how many wait, and which desks are free."""
    return show_list(request)


def show_list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "lines": queries.lines_served(request.actor),
        "mine": queries.sits_at(request.actor),
        "me": request.actor.account,
        "refusal": refusal,
    }
    return page(request, "desk/queue/list.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*SERVING))
def open_desk(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """席につく."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        services.open_desk(desk=desk, by=request.actor)
    except Refusal as refusal:
        return show_list(request, refusal)
    return go(request, "desk:queue:console", desk_id=desk.pk)


@require_POST
@guard(staff(*SERVING))
def close_desk(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """席を離れる: mine, or that of a colleague who cannot be reached."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        services.close_desk(desk=desk, by=request.actor)
    except Refusal as refusal:
        return show_list(request, refusal)
    messages.success(request, _("%(desk)s番の席を閉じました。") % {"desk": desk.name})
    return go(request, "desk:queue:list")


@require_safe
@guard(staff(*SERVING))
def console(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """The screen of one desk. Whoever does not sit there chooses a desk first."""
    desk = queries.desk_for(request.actor, desk_id)
    if desk.account != request.actor.account:
        return go(request, "desk:queue:list")
    return show(request, desk)


def show(request: HttpRequest, desk: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with the reason. A script asks for the part that changes only."""
    found = queries.console(desk)
    context = {
        "console": found,
        "desk": desk,
        "refusal": refusal,
        "lines": queries.other_lines(found.line),
    }
    if "HX-Request" not in request.headers:
        context |= {
            "needs": queries.Need.choices,
            "languages": queries.languages_for_staff(),
            "secret": services.new_secret(),
            "typed": request.POST if refusal else {},
            "wanted": request.POST.getlist("needs") if refusal else [],
        }
    return page(request, "desk/queue/console.html", context, status=refusal.status if refusal else 200)


def answer(request: HttpRequest, desk: Any) -> HttpResponse:
    """After an act: the fresh part for a script, the page again otherwise."""
    if "HX-Request" in request.headers:
        return show(request, desk)
    return go(request, "desk:queue:console", desk_id=desk.pk)

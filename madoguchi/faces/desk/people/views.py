"""代理: who sits in somebody's chairs while they are away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.errors import StandInDates


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff())
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Those of today and later, and making one: for oneself, or as head for somebody of the division."""
    if request.method != "POST":
        return show(request)
    try:
        services.stand_in(
            absent=request.POST.get("absent", ""),
            stands_in=request.POST.get("stands_in", ""),
            since=_day(request.POST.get("since", "")),
            until=_day(request.POST.get("until", "")),
            by=request.actor,
        )
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("代理を決めました。"))
    return go(request, "desk:people:stand_ins")


def show(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list and the form; after a refusal with what was chosen."""
    actor, typed = request.actor, request.POST
    context = {
        "rows": queries.stand_ins(actor),
        "people": queries.people_beside(actor),
        "may_choose": bool(actor.own_divisions_as("head")),
        "typed": {key: typed.get(key, "")[:40] for key in ("absent", "stands_in", "since", "until")},
        "today": clock.today(),
        "me": str(actor.account),
        "refusal": refusal,
    }
    return page(request, "desk/people/stand_ins.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def end(request: HttpRequest, stand_in_id: Any) -> HttpResponse:
    """Taken back early."""
    services.end_stand_in(stand_in_id=stand_in_id, by=request.actor)
    messages.success(request, _("代理をやめました。"))
    return go(request, "desk:people:stand_ins")


def _day(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise StandInDates from None

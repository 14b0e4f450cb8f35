"""The bodies I look after, and planning their next meeting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.councils import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

from .given import meeting_in

MINDING = ("planner", "head")


@require_safe
@guard(staff(*MINDING))
def listed(request: HttpRequest) -> HttpResponse:
    """Each body with its next meeting, and how many meetings wait for a word from us."""
    context = {"councils": queries.councils_minded(request.actor), "to_do": queries.to_do(request.actor)}
    return page(request, "desk/councils/list.html", context)


@require_safe
@guard(staff(*MINDING))
def council(request: HttpRequest, key: str) -> HttpResponse:
    """One body: its meetings, and the form for the next one."""
    return show(request, queries.council_for(request.actor, key))


def show(request: HttpRequest, council: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with what was typed."""
    context = {
        "council": council,
        "meetings": queries.meetings(council),
        "seats": queries.seats(council),
        "typed": request.POST if refusal else {},
        "refusal": refusal,
    }
    return page(request, "desk/councils/council.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*MINDING))
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Announce the next meeting."""
    found = queries.council_for(request.actor, key)
    try:
        made = services.plan_meeting(council=found, given=meeting_in(request), by=request.actor)
    except Refusal as refusal:
        return show(request, found, refusal)
    messages.success(request, _("会議の予定を出しました。区民のページにも出ています。"))
    return go(request, "desk:councils:meeting", meeting_id=made.pk)

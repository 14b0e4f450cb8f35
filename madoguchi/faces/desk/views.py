"""きょう."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.engines.authoring import queries as authoring
from madoguchi.engines.booking.queries import desk as booking
from madoguchi.engines.plan import queries as plan
from madoguchi.engines.procedures import queries
from madoguchi.engines.procedures.queries.desk import disposing
from madoguchi.engines.records import queries as records
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel.access import queries as access
from madoguchi.kernel.errors import Refusal

from .procedures.listing import filters, listing

HOME_FILTERS = ("", "mine", "to_decide", "second_check", "paused")


@require_safe
@guard(staff())
def home(request: HttpRequest) -> HttpResponse:
    """What today asks for: the tally, the list, what is stuck."""
    return show_home(request)


def show_home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """きょう; after a refusal the fresh list and the reason."""
    actor = request.actor
    tally = queries.tally(actor)
    shown = listing(request, size=25)
    context = {
        **shown,
        "today": clock.today(),
        "tally": tally,
        "filters": filters(actor, tally, HOME_FILTERS, shown["only"]),
        "stuck": queries.stuck(actor),
        "to_post": queries.to_post(actor)[1],
        "to_hand_over": queries.to_hand_over_count(actor),
        "to_publish": authoring.waiting(actor)
        if actor.has_role("publisher") or actor.has_role("head")
        else 0,
        "calls": [] if request.practice else access.calls(actor),
        "at_counter": 0 if request.practice else queries.waiting_at_counter(actor),
        "open_misissues": queries.open_misissues(actor),
        "to_judge": queries.to_judge_count(actor),
        "to_approve": queries.exports_to_approve(actor),
        "bookings": None if request.practice else booking.glance(actor),
        "to_register": None if request.practice else records.to_decide(actor),
        **_told(request),
        "to_report": {} if request.practice else plan.to_report(actor),
        "list_url": reverse("desk:home"),
        "refusal": refusal,
    }
    if actor.has_role("head"):
        context["running"] = _running()
    return page(request, "desk/home.html", context, status=refusal.status if refusal else 200)


def _told(request: HttpRequest) -> dict[str, Any]:
    """What the links of 個人情報の扱い say, and for whom they are: nobody is sent to a page that refuses them."""
    actor = request.actor
    if request.practice:
        return {"handles": True}
    return {
        "handles": actor.has_role("clerk") or actor.has_role("head"),
        "watches": any(actor.has_role(role) for role in ("reviewer", "export_approver", "records")),
        "to_take": queries.exports_to_take(actor),
        "to_read": queries.shared_with_count(actor),
        "to_settle": disposing.to_settle(actor),
    }


def _running() -> dict[str, Any]:
    """運用, for heads: only what is measured here and now."""
    if not plan.has_plan():
        return {}
    return {"plan_gaps": dict(plan.states()).get("not_yet", 0)}

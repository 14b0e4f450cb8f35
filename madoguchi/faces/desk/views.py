"""きょう, and the one box."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.engines.plan import queries as plan
from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock, search
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs.receipts import normalise_receipt

from .procedures.forms import as_number, is_slip
from .procedures.listing import filters, listing
from .words import kind_name

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
        "refusal": refusal,
    }
    if actor.has_role("head"):
        context["running"] = _running()
    return page(request, "desk/home.html", context, status=refusal.status if refusal else 200)


def _running() -> dict[str, Any]:
    """運用, for heads: only what is measured here and now."""
    if not plan.has_plan():
        return {}
    return {"plan_gaps": dict(plan.states()).get("not_yet", 0)}


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff())
def find(request: HttpRequest) -> HttpResponse:
    """A receipt number goes straight to its case. Words are sent by POST: a name never stands in an address."""
    typed = request.POST.get("q", "").strip()[:200]
    number = as_number(typed)
    receipt = normalise_receipt(number)
    if receipt:
        case = queries.find_by_receipt(request.actor, number)
        if case is not None:
            return go(request, "desk:procedures:case", case_id=case.pk)
    hits = search.find(typed, by=request.actor, limit=40) if typed and not receipt else []
    context = {
        "typed": typed,
        "receipt": receipt,
        "is_slip": not receipt and is_slip(number),
        "hits": [(hit, kind_name(hit.kind)) for hit in hits],
        "asked": request.method == "POST" and bool(typed),
    }
    return page(request, "desk/find.html", context)

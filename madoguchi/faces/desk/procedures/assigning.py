"""Whose case it is: giving one, and several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import NoSuchColleague, NothingChosen
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

from .deciding import STEPS
from .forms import up_to_date
from .views import refused, show_cases


@STEPS
@guard(staff("clerk", "head"))
def give(request: HttpRequest, case_id: Any) -> HttpResponse:
    """担当を変える: to whom, or back to nobody. Nothing of the case has to be read for it."""
    shown = queries.case_for_staff(request.actor, case_id)
    to = request.POST.get("to", "")
    try:
        if request.method != "POST":
            return show_give(request, shown)
        version = up_to_date(request, shown.case)
        if to == "nobody":
            services.put_back(case=shown.case, by=request.actor, seen=version)
        else:
            services.give(case=shown.case, to=to, by=request.actor, seen=version)
    except NoSuchColleague as refusal:
        return show_give(request, shown, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    messages.success(request, _("%(receipt)s の担当を変えました。") % {"receipt": shown.row.receipt})
    return go(request, "desk:procedures:case", case_id=case_id)


def show_give(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The colleagues of the division of the case."""
    context = {
        "shown": shown,
        "row": shown.row,
        "colleagues": queries.colleagues(request.actor, shown.case.division_id),
        "refusal": refusal,
    }
    return page(request, "desk/procedures/give.html", context, status=refusal.status if refusal else 200)


@STEPS
@guard(staff("clerk", "head"))
def bulk(request: HttpRequest) -> HttpResponse:
    """まとめて: what was done and what was not, case by case. Never a decision, never a letter."""
    if request.method != "POST":
        return go(request, "desk:procedures:cases")  # the page of results, loaded again by its address
    chosen = _chosen(request)
    act, by = request.POST.get("act", ""), request.actor
    try:
        if act == "take":
            outcomes = services.take_all(chosen=chosen, by=by)
        elif act == "give":
            outcomes = services.give_all(chosen=chosen, to=request.POST.get("to", ""), by=by)
        elif act == "begin":
            outcomes = services.begin_all(chosen=chosen, by=by)
        elif act == "papers":
            outcomes = services.papers_arrived(chosen=chosen, by=by)
        else:
            raise NothingChosen(_("することを選んでください。"))
    except Refusal as refusal:
        return show_cases(request, refusal)
    names = {str(one.id): one.name for one in queries.colleagues(request.actor)}
    context = {
        "act": act,
        "to_whom": names.get(request.POST.get("to", ""), "") if act == "give" else "",
        "done": [one for one in outcomes if one.done],
        "undone": [one for one in outcomes if not one.done],
    }
    return page(request, "desk/procedures/bulk.html", context)


def _chosen(request: HttpRequest) -> list[tuple[str, int]]:
    """(case, version seen) of what was ticked; what is no such pair is nobody's case."""
    found = []
    for ticked in request.POST.getlist("case")[:1000]:
        key, _sep, seen = ticked.partition(":")
        found.append((key, number(seen) or 0))
    return found

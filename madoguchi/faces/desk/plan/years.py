"""年度を確定する: everything of a year, frozen with its digest."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.plan import queries, services
from madoguchi.engines.plan.errors import YearStillRunning
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_label, fiscal_year
from madoguchi.kernel.errors import Refusal


@require_safe
@guard(staff("planner"))
def years(request: HttpRequest) -> HttpResponse:
    """The years that are frozen, and the form for the next."""
    return show_years(request)


def show_years(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    now = fiscal_year(clock.today())
    context = {
        "frozen": queries.frozen_years(),
        "choices": [(one, fiscal_label(one)) for one in range(now, now - 7, -1)],
        # The year that is over stands chosen; the one still running can only be frozen by who says so.
        "year": number(request.POST.get("year", "")) or now - 1,
        "running": now,
        "sure": bool(request.POST.get("sure")),
        "why": request.POST.get("why", "")[:300],
        "refusal": refusal,
    }
    return page(request, "desk/plan/years.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff("planner"))
def freeze(request: HttpRequest) -> HttpResponse:
    """確定する. The second time it is a correction, with its reason, and the first stays."""
    year = number(request.POST.get("year", "")) or 0
    why = request.POST.get("why", "")[:300]
    try:
        if year == fiscal_year(clock.today()) and not request.POST.get("sure"):
            raise YearStillRunning(year=fiscal_label(year))
        services.freeze_year(fiscal_year=year, why=why, by=request.actor)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return show_years(request, refusal)
    messages.success(request, _("%(year)sを確定しました。") % {"year": fiscal_label(year)})
    return go(request, "desk:plan:years")

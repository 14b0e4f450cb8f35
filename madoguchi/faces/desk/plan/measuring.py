"""Values typed in by who looks after the plan: with evidence, method and sample, or not at all."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.engines.plan import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

FIELDS = {"on": 10, "value": 20, "evidence": 300, "method": 300, "sample": 200, "why": 300}


@require_safe
@guard(staff("planner"))
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator with its newest value; what a service counts cannot be typed."""
    return page(request, "desk/plan/indicators.html", {"rows": queries.indicators_now()})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("planner"))
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """値を入れる, or put a right one in the place of a wrong one."""
    row = queries.indicator(key)
    if request.method != "POST":
        return _show(request, row)
    told = {name: request.POST.get(name, "")[:size] for name, size in FIELDS.items()}
    try:
        services.record_measurement(
            indicator=row,
            on=_date(told["on"]),
            value=_value(told["value"]),
            evidence=told["evidence"],
            method=told["method"],
            sample=told["sample"],
            corrects=queries.measurement(row, request.POST.get("corrects", "")),
            why=told["why"],
            by=request.actor,  # type: ignore[attr-defined]
        )
    except Refusal as refusal:
        return _show(request, row, refusal)
    messages.success(request, _("値を残しました。"))
    return go(request, "desk:plan:measure", key=key)


def _show(request: HttpRequest, row: object, refusal: Refusal | None = None) -> HttpResponse:
    shown = queries.indicator_now(row)  # type: ignore[arg-type]
    typed = {name: request.POST.get(name, "")[:size] for name, size in FIELDS.items()}
    wanted = request.POST.get("corrects", "") if request.method == "POST" else request.GET.get("corrects", "")
    corrects = next((one for one in shown.values if str(one.id) == wanted and not one.is_corrected), None)
    context = {"one": shown, "typed": typed, "corrects": corrects, "refusal": refusal}
    return page(request, "desk/plan/measure.html", context, status=refusal.status if refusal else 200)


def _date(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _value(typed: str) -> float | None:
    try:
        return float(typed)
    except ValueError:
        return None

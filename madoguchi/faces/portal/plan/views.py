"""The plan's pages. They report; nobody presses anything here but links."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from madoguchi.engines.plan import queries
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page

from .charts import chart_of


@guard(anyone)
def overview(request: HttpRequest) -> HttpResponse:
    context = {
        "overview": queries.overview(),
        "figures": queries.first_figures(),
        "figure_count": queries.figure_count(),
        "grades": queries.grades(),
        "indicators": queries.indicators(),
    }
    return page(request, "portal/plan/overview.html", context)


@guard(anyone)
def item(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.item(code)
    chart = chart_of(found.series, "chart") if found.series else None
    return page(request, "portal/plan/item.html", {"item": found, "chart": chart})


@guard(anyone)
def figures(request: HttpRequest) -> HttpResponse:
    found = queries.figures()
    context = {"figures": found, "measured": sum(1 for figure in found if figure.seen)}
    return page(request, "portal/plan/figures.html", context)


@guard(anyone)
def former(request: HttpRequest) -> HttpResponse:
    context = {"former": queries.former_plan(), "indicators": queries.indicators()}
    return page(request, "portal/plan/former.html", context)


@guard(anyone)
def series(request: HttpRequest) -> HttpResponse:
    groups = [
        {"group": group, "charts": [chart_of(member, f"chart-{member.code}") for member in group.series]}
        for group in queries.time_series()
    ]
    context = {"groups": groups, "notes": queries.series_notes(), "chronology": queries.chronology()}
    return page(request, "portal/plan/series.html", context)

"""The plan's pages. They report; nobody presses anything here but links."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.engines.consultation import queries as consultation
from madoguchi.engines.plan import queries
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page

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
    opinions = consultation.of_item(code)
    services = [row.outcome_service for _call, rows in opinions for row in rows]
    context = {
        "item": found,
        "chart": chart,
        "opinions": opinions,
        "services": queries.service_addresses(services),
        "measured": _with_charts(found.indicators),
    }
    return page(request, "portal/plan/item.html", context)


def _with_charts(found: list[queries.IndicatorNow]) -> list[dict[str, Any]]:
    """Each indicator as the template takes it, with its drawing where there are two years to draw."""
    shown = []
    for one in found:
        series = one.series
        chart = chart_of(series, f"c-{one.key}", is_measured=True, targets=one.targets) if series else None
        shown.append({"shown": one, "chart": chart})
    return shown


@guard(anyone)
def indicators(request: HttpRequest) -> HttpResponse:
    """指標: the former plan's six lines as printed and recomputed, and what is measured from now on."""
    former = queries.indicators()
    context = {
        "former": former,
        "met": len(former.lines) - former.missed,
        "now": _with_charts(queries.indicators_now()),
    }
    return page(request, "portal/plan/indicators.html", context)


@guard(anyone)
def report(request: HttpRequest, report_id: Any) -> HttpResponse:
    """A verified report stands on the page of its item; agendas of councils lead here."""
    return go(request, "portal:plan:item", anchor="progress", code=queries.item_of_report(report_id))


@guard(anyone)
def years(request: HttpRequest) -> HttpResponse:
    """年度の報告, and what was promised and is still open."""
    context = {"years": queries.frozen_years(), "promises": queries.promises()}
    return page(request, "portal/plan/years.html", context)


@guard(anyone)
def year(request: HttpRequest, year: int) -> HttpResponse:
    """One frozen year, in the version asked for; the newest where none is."""
    shown, *others = queries.frozen_year(year, number(request.GET.get("number", "")))
    items = shown.content["items"]
    reported = [one for one in items if one["sheets"] or one["reports"] or one["missing"]]
    context = {
        "shown": shown,
        "others": others,
        "reported": reported,
        "quiet": len(items) - len(reported),
    }
    return page(request, "portal/plan/year.html", context)


@guard(anyone)
def figures(request: HttpRequest) -> HttpResponse:
    found = queries.figures()
    context = {"figures": found, "measured": sum(1 for figure in found if figure.seen)}
    return page(request, "portal/plan/figures.html", context)


@guard(anyone)
def former(request: HttpRequest) -> HttpResponse:
    told = queries.former_plan()
    voices = consultation.by_printed_item()
    rows = [row for group in told.groups for row in group.rows]
    context = {
        "former": told,
        "indicators": queries.indicators(),
        # Opinions on its draft, where number and title are the same.
        "voices": {row.mark: voices.get((row.mark, row.title), []) for row in rows},
    }
    return page(request, "portal/plan/former.html", context)


@guard(anyone)
def series(request: HttpRequest) -> HttpResponse:
    groups = [
        {"group": group, "charts": [chart_of(member, f"chart-{member.code}") for member in group.series]}
        for group in queries.time_series()
    ]
    context = {"groups": groups, "notes": queries.series_notes(), "chronology": queries.chronology()}
    return page(request, "portal/plan/series.html", context)

"""受付の数字, and how personal records were used. Anybody may read them, nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.channels import asked_year, channel_table
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel.access import queries as access
from madoguchi.kernel.calendar import fiscal_label


@require_safe
@guard(anyone)
def channels(request: HttpRequest) -> HttpResponse:
    """Counts by channel side by side: a chart and the table beside it, of one fiscal year."""
    division, procedure = _asked(request)
    year = asked_year(request)
    counts = queries.channel_counts(year, division=division, procedure=procedure)
    whole = queries.channel_counts(year)
    context = {
        **channel_table(counts),
        "divisions": sorted({(row.division, row.division_name) for row in whole.rows}),
        "procedures": sorted({(row.key, row.title) for row in whole.rows}),
        "division": division,
        "procedure": procedure,
    }
    return page(request, "portal/figures/channels.html", context)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """A division or procedure nobody knows finds no row."""
    return request.GET.get("division", "")[:120], request.GET.get("procedure", "")[:120]


@require_safe
@guard(anyone)
def channels_csv(request: HttpRequest) -> HttpResponse:
    """The same table to work with; what is not told is left empty there too."""
    division, procedure = _asked(request)
    counts = queries.channel_counts(asked_year(request), division=division, procedure=procedure)
    table = channel_table(counts)
    rows: list[list[Any]] = [
        [_("年度"), _("課"), _("手続"), *(bar.label for bar in table["bars"]), _("合計")]
    ]
    for row in counts.rows:
        cells = ["" if n is None else n for n in (*row.cells, row.total)]
        rows.append([fiscal_label(counts.year), row.division_name, row.title, *cells])
    return sheet(f"channels-{counts.year}", rows)


@require_safe
@guard(anyone)
def misissues(request: HttpRequest) -> HttpResponse:
    """誤って交付した件数, by fiscal year: what kind, and at which step it should have been noticed."""
    years = [(fiscal_label(one.year), one) for one in queries.misissue_years()]
    return page(request, "portal/figures/misissues.html", {"years": years})


@require_safe
@guard(anyone)
def accesses(request: HttpRequest) -> HttpResponse:
    """個人情報の利用の状況 of one fiscal year: who looked how often and why, and what went out."""
    found = queries.access_year(asked_year(request))
    context = {
        "found": found,
        "year_label": fiscal_label(found.year),
        "years": [(year, fiscal_label(year)) for year in reversed(found.years)],
        "programs": access.programs(),
    }
    return page(request, "portal/figures/accesses.html", context)


@require_safe
@guard(anyone)
def accesses_csv(request: HttpRequest) -> HttpResponse:
    """Both tables in one sheet, one figure a line; what is not told is left empty."""
    found = queries.access_year(asked_year(request))
    rows: list[list[Any]] = [[_("年度"), _("課"), _("区分"), _("件数")]]
    for section, column, n in _figures(found):
        rows.append([fiscal_label(found.year), section, column, "" if n is None else n])
    return sheet(f"accesses-{found.year}", rows)


@require_safe
@guard(anyone)
def accesses_json(request: HttpRequest) -> HttpResponse:
    """The same for programs; null is not told."""
    found = queries.access_year(asked_year(request))
    figures = [{"section": section, "counted": column, "n": n} for section, column, n in _figures(found)]
    said = {
        "fiscal_year": found.year,
        "is_demo": found.is_demo,
        "not_told_up_to": queries.FEW,
        "figures": figures,
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _figures(found: queries.AccessYear) -> Iterator[tuple[str, str, int | None]]:
    for table in (found.looks, found.gone_out):
        for section, cells in [*table.rows, (_("合計"), table.sums)]:
            yield from ((section, column, n) for column, n in zip(table.columns, cells, strict=True))

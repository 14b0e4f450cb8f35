"""受付の数字: how many came by which way, and what went out wrong. Anybody may read them, nobody is named."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.channels import asked_year, channel_table
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
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
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([_("年度"), _("課"), _("手続"), *(bar.label for bar in table["bars"]), _("合計")])
    for row in counts.rows:
        cells = ["" if n is None else n for n in (*row.cells, row.total)]
        sheet.writerow([fiscal_label(counts.year), _plain(row.division_name), _plain(row.title), *cells])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="channels-{counts.year}.csv"'
    return response


def _plain(words: str) -> str:
    """A name a spreadsheet would take for a formula is written as a name."""
    return f"'{words}" if words[:1] in {"=", "+", "-", "@"} else words


@require_safe
@guard(anyone)
def misissues(request: HttpRequest) -> HttpResponse:
    """誤って交付した件数, by fiscal year: what kind, and at which step it should have been noticed."""
    years = [(fiscal_label(one.year), one) for one in queries.misissue_years()]
    return page(request, "portal/figures/misissues.html", {"years": years})

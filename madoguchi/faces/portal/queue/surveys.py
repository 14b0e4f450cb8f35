"""窓口についての声: what people tapped after their visit, by counter and by week, with how many answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.queue import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel import clock

DAYS = 91


@require_safe
@guard(anyone)
def results(request: Asked) -> HttpResponse:
    """The last 13 weeks."""
    whole, parts = queries.opinions_by_line(since=_since())
    context = {
        "whole": whole,
        "parts": [part for part in parts if part.n],
        "weeks": queries.opinions_by_week(weeks=13),
        "since": _since(),
        "fewest": queries.FEWEST,
    }
    return page(request, "portal/queue/survey.html", context)


@require_safe
@guard(anyone)
def results_csv(request: Asked) -> HttpResponse:
    """The same; what is not told is left empty."""
    whole, parts = queries.opinions_by_line(since=_since())
    rows: list[list[Any]] = [
        [
            _("窓口"),
            _("答えた人"),
            _("職員の対応：よかった（%）"),
            _("職員の対応：無回答"),
            _("使いやすさ：よかった（%）"),
            _("使いやすさ：無回答"),
            _("待った時間の平均（分）"),
        ]
    ]
    for name, one in [*((part.name, part) for part in parts if part.n), (_("合計"), whole)]:
        told = [
            one.manner.share,
            one.manner.unanswered,
            one.convenience.share,
            one.convenience.unanswered,
            one.minutes,
        ]
        rows.append([name, one.n, *("" if figure is None else figure for figure in told)])
    return sheet("counter-survey", rows)


def _since() -> dt.date:
    return clock.today() - dt.timedelta(days=DAYS)

"""All counters, and one of them: how many wait, who is called, how long it takes, and when it is quiet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.queue import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.faces.shared.polling import answer_poll, asks_for_fragment, tag_of
from madoguchi.faces.shared.sheets import sheet
from madoguchi.faces.shared.waits import shown
from madoguchi.kernel.errors import NotFound

from . import charts


@require_safe
@guard(anyone)
def board(request: Asked) -> HttpResponse:
    """Every counter, in the order in which one passes them."""
    try:
        version = queries.board_version()
    except NotFound:
        return page(request, "portal/queue/board.html", {"counters": [], "is_still": True})

    def context() -> dict[str, Any]:
        return {"counters": [shown(here) for here in queries.board()], "is_still": _is_still(request)}

    if asks_for_fragment(request):
        return answer_poll(request, version, "portal/queue/_board.html", context)
    return page(request, "portal/queue/board.html", context() | {"tag": tag_of(request, version)})


@require_safe
@guard(anyone)
def counter(request: Asked, counter: str) -> HttpResponse:
    """One counter, and below it what it was like in the last twelve months."""
    version = queries.line_version(counter)

    def now() -> dict[str, Any]:
        return {"one": shown(queries.here_now(queries.line_at(counter))), "is_still": _is_still(request)}

    if asks_for_fragment(request):
        return answer_poll(request, version, "portal/queue/_counter.html", now)
    here = queries.here_now(queries.line_at(counter))
    line, trend = here.line, queries.trend(here.line)
    context = {
        "tag": tag_of(request, version),
        "one": shown(here),
        "is_still": _is_still(request),
        "line": line,
        "to_bring": queries.at_counter(counter, request.LANGUAGE_CODE),
        "trend": trend,
        "charts": charts.of(trend),
        "cells": charts.cells(trend),
        "in_words": charts.in_words(trend),
    }
    return page(request, "portal/queue/counter.html", context)


@require_safe
@guard(anyone)
def congestion_csv(request: Asked, counter: str) -> HttpResponse:
    """The same figures to work with."""
    trend = queries.trend(queries.line_at(counter))
    rows: list[list[Any]] = [
        [_("分け方"), _("とき"), _("番号をとった人"), _("ご案内した人"), _("待った時間の平均（分）")]
    ]
    for name, parts in charts.breakdowns(trend):
        rows += [[name, when, one.issued, one.served, _blank(one.minutes)] for when, one in parts]
    return sheet(f"congestion-{counter}", rows)


def _is_still(request: Asked) -> bool:
    """Whoever is disturbed by a page that changes by itself can stop it."""
    return request.GET.get("auto") == "off"


def _blank(value: float | None) -> float | str:
    return "" if value is None else value

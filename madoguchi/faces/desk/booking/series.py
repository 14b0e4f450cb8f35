"""くり返し: a series that was booked, with the days that were taken; cancelling what is left of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import series as services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import Refusal

from .doors import WORKING, show


@require_safe
@guard(WORKING)
def series(request: Asked, series_id: Any) -> HttpResponse:
    """Each day of it, and those that were not to be had."""
    return _show(request, series_id)


def _show(request: Asked, series_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    found = desk.series_for(request.actor, series_id)
    context = {
        "series": found,
        "area": found.resource.area,
        "title": desk.titles_of([found.resource.area])[found.resource.area_id],
        "bookings": list(found.bookings.all()),
        "clashes": [
            {"starts_at": dt.datetime.fromisoformat(one["starts_at"]), "why": one["why"]}
            for one in found.clashes
        ],
        "rest": desk.rest_of(found),
    }
    return show(request, "series.html", context, refusal)


@require_POST
@guard(WORKING)
def cancel_rest(request: Asked, series_id: Any) -> HttpResponse:
    """Everything of it that is still to come."""
    found = desk.series_for(request.actor, series_id)
    try:
        cancelled = services.cancel_rest(series=found, by=request.actor, why=request.POST.get("why", ""))
    except Refusal as refusal:
        return _show(request, series_id, refusal)
    messages.success(request, _("のこりの%(n)s件を取り消しました。") % {"n": cancelled})
    return go(request, "desk:booking:series", series_id=series_id)

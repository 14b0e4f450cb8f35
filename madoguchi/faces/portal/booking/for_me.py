"""Of one kind of booking what is for me: my age is known, the rest is asked. The answers stand in no address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.engines.booking import queries
from madoguchi.engines.booking.errors import WhomUnclear
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock

from . import choosing

DAYS = 28
MOST_TIMES = 12


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident)
def for_me(request: Asked, key: str) -> HttpResponse:
    """The questions; with their answers what is for this person, where and when it is free."""
    area = queries.area(key, request.LANGUAGE_CODE)
    whom = queries.whom(request.actor, area.said)
    typed = {ask.key: request.POST.get(f"a-{ask.key}", "")[:500] for ask in area.said.asks}
    wanted = request.POST.get("whom", "")
    context: dict[str, Any] = {
        "area": area,
        "said": area.said,
        "asks": [ask for ask in area.said.asks if ask.type != "text"],
        "typed": typed,
        "whom": whom,
        "chosen": wanted,
    }
    if request.method != "POST" or area.is_closed:
        return page(request, "portal/booking/for_me.html", context)
    try:
        who = choosing.chosen(whom, wanted)
    except WhomUnclear as refusal:
        return page(request, "portal/booking/for_me.html", context | {"refusal": refusal}, refusal.status)
    response = page(request, "portal/booking/for_me.html", context | _found(area, who, typed, request))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found(area: queries.AreaShown, who: Any, typed: dict[str, str], request: Asked) -> dict[str, Any]:
    every = queries.resources(area.row, request.LANGUAGE_CODE)
    fits = queries.fitting(area.row, every, party=who.party, person=who.person, typed=typed)
    first = clock.today() + dt.timedelta(days=area.said.closes.days)
    times: dict[Any, list[Any]] = {}
    for one in queries.times(area.row, fits.yes, first, first + dt.timedelta(days=DAYS)):
        if one.is_free:
            times.setdefault(one.resource.pk, []).append(one)
    return {
        "is_asked": True,
        "rows": [{"resource": one, "times": times.get(one.pk, [])[:MOST_TIMES]} for one in fits.yes],
        "unsure": len(fits.unsure),
        "others": len(fits.no),
    }

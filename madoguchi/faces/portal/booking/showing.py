"""What is free, for everybody: kinds of booking, a week of one, a sheet to print, all places by walking distance."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from madoguchi.engines.booking import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import said_holiday

from . import counters, drawing
from .looking import Look, fitting, look_of, town_of
from .pricing import prices
from .words import channels_said, registrations_href

DAY = dt.timedelta(days=1)
# A tag holds for so long at most: what is free also changes by the clock (too early, too late).
TAG_SECONDS = 300
LISTED_DAYS = 45


@require_safe
@guard(anyone)
def areas(request: Asked) -> HttpResponse:
    """Every kind of booking; below them those that ended, with why and what there is instead."""
    found = queries.areas(request.LANGUAGE_CODE)
    shelves = [
        (kind, [one for one in found if one.row.kind == kind and not one.is_closed])
        for kind in ("slots", "units", "event")
    ]
    context = {
        "shelves": [(kind, of) for kind, of in shelves if of],
        "closed": [one for one in found if one.is_closed],
    }
    return page(request, "portal/booking/areas.html", context)


@require_safe
@guard(anyone)
def area(request: Asked, key: str) -> HttpResponse:
    """One kind of booking: what is free in a week. Asked again every few seconds where scripts run."""
    row = queries.area_row(key)
    look = _look(request, row)
    tag = tag_of(request, row, look)
    if request.htmx:
        # Nothing changed: two short queries, and nothing is sent.
        known = get_conditional_response(request, etag=tag)
        if known is not None:
            return known
    response = _show(request, key, look, tag)
    response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _look(request: HttpRequest, row: Any) -> Look:
    # Where one must ask two weeks before, the coming week has nothing to show.
    closes = queries.rules_said(row).closes.days
    return look_of(request.GET, first=clock.today() + DAY * closes)


def tag_of(request: Asked, row: Any, look: Look) -> str:
    """The tag of what stands on the page: what was taken or given back, the rules, the language, the time."""
    until = clock.today() + DAY * LISTED_DAYS if row.kind == "event" else look.until
    now = int(clock.now().timestamp()) // TAG_SECONDS
    said = [
        queries.stand(row, look.since, until),
        row.definition_id,
        row.closed_on,
        look.query,
        request.LANGUAGE_CODE,
        now,
        clock.today(),
    ]
    return f'"{hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()[:24]}"'


def _show(request: Asked, key: str, look: Look, tag: str) -> HttpResponse:
    shown = queries.area(key, request.LANGUAGE_CODE)
    context = _about(shown) | {"look": look, "tag": tag, "now": clock.now()}
    if not shown.is_closed:
        every = counters.with_errands(queries.resources(shown.row, request.LANGUAGE_CODE))
        found = fitting(look, every)
        towns = queries.towns()
        context |= {
            "towns": towns,
            "places_known": queries.sites(every),
            "has_age_limits": any("age_limit" in one.facts for one in every),
            "is_listed": shown.row.kind == "event",
            "is_for_some": queries.has_rules(every),
            "prices": prices(shown.said, every),
            "to_register": _to_register(shown.said),
        }
        near = town_of(look, towns)
        if shown.row.kind == "event":
            context |= {"coming": queries.coming(shown.row, found, 180)}
        else:
            context |= _week(shown.row, found, look, near)
    return page(request, "portal/booking/area.html", context)


def _to_register(said: Any) -> str:
    """Where one is registered first, where that is needed."""
    return registrations_href() if said.who.registration or said.who.group == "only" else ""


def _about(shown: queries.AreaShown) -> dict[str, Any]:
    return {
        "area": shown,
        "said": shown.said,
        "ways": channels_said(list(shown.said.channels)),
        "by_web": "web" in shown.said.channels,
        "draw": drawing.of(shown),
    }


def _week(row: Any, found: list[Any], look: Look, near: Any) -> dict[str, Any]:
    """Places, in each what can be booked, of that its seven days, and the hours of the day that was chosen."""
    times = queries.times(row, found, look.since, look.until)
    by_resource: dict[Any, list[Any]] = {}
    for one in times:
        by_resource.setdefault(one.resource.pk, []).append(one)
    day = look.day or next((one.day for one in times if one.is_free), None) or look.since
    rows = [
        {
            "place": place,
            "resources": [_row(one, by_resource.get(one.pk, []), look, day) for one in place.resources],
        }
        for place in queries.sites(found, near)
    ]
    days = [look.since + DAY * n for n in range(7)]
    return {"rows": rows, "day": day, "days": days, "holidays": _holidays(rows)}


def _holidays(rows: list[dict[str, Any]]) -> list[tuple[dt.date, str]]:
    """The national holidays of the week on which something here is closed, each once."""
    shut = {cell.on for row in rows for one in row["resources"] for cell in one["days"] if not cell.times}
    return [(on, name) for on in sorted(shut) if (name := said_holiday(on))]


def _row(resource: Any, times: list[Any], look: Look, day: dt.date) -> dict[str, Any]:
    return {
        "resource": resource,
        "calendar": _calendar_of(resource.area.key, resource.key),
        "days": queries.days(times, look.since),
        "times": [one for one in times if one.day == day],
    }


@require_safe
@guard(anyone)
def print_week(request: Asked, key: str) -> HttpResponse:
    """A week on one sheet in large letters, to hang on a wall where people have no internet."""
    shown = queries.area(key, request.LANGUAGE_CODE)
    look = _look(request, shown.row)
    context = _about(shown) | {"look": look, "now": clock.now()}
    if not shown.is_closed:
        found = fitting(look, queries.resources(shown.row, request.LANGUAGE_CODE))
        context |= _week(shown.row, found, look, None)
    return page(request, "portal/booking/print.html", context)


@require_safe
@guard(anyone)
def places(request: Asked, key: str) -> HttpResponse:
    """Every place and every time on one page: the nearest first, with or without an age limit."""
    shown = queries.area(key, request.LANGUAGE_CODE)
    look = _look(request, shown.row)
    context = _about(shown) | {"look": look}
    if not shown.is_closed:
        every = queries.resources(shown.row, request.LANGUAGE_CODE)
        towns = queries.towns()
        found = fitting(look, every)
        times: dict[Any, list[Any]] = {}
        for one in queries.coming(shown.row, found, LISTED_DAYS):
            times.setdefault(one.resource.pk, []).append(one)
        context |= {
            "towns": towns,
            "has_age_limits": any("age_limit" in one.facts for one in every),
            "rows": [
                {"place": place, "resource": one, "times": times.get(one.pk, [])}
                for place in queries.sites(found, town_of(look, towns))
                for one in place.resources
            ],
        }
    return page(request, "portal/booking/places.html", context)


def _calendar_of(key: str, resource: str) -> str:
    """Where other calendars subscribe to it, where this installation runs the API."""
    try:
        return reverse("api-1:booking_calendar", args=[key, resource])
    except NoReverseMatch:
        return ""

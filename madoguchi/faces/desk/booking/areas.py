"""My kinds of booking, the calendar of one, and the day's list on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import desk as services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from . import drawing
from .doors import ASKS, OTHER_REASON, REASONS, WORKING, day_in, reason_in, show

WEEK = 7
# Courses and events are few: they are shown over months.
EVENTS = 120


@require_safe
@guard(WORKING)
def index(request: Asked) -> HttpResponse:
    """Each kind of booking with what today holds."""
    return _index(request)


def _index(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    actor = request.actor
    context = {
        "areas": desk.areas_of(actor),
        "lines": desk.lines_of(actor),
        "to_tell": len(desk.to_tell(actor)),
    }
    return show(request, "index.html", context, refusal)


@require_POST
@guard(WORKING)
def find(request: Asked) -> HttpResponse:
    """By the number somebody says on the telephone."""
    found = desk.by_number(request.actor, request.POST.get("number", ""))
    if found is None:
        return _index(
            request, NotFound(_("その番号の予約は、あなたの担当の中にありません。番号をお確かめください。"))
        )
    return go(request, "desk:booking:booking", booking_id=found.pk)


@require_safe
@guard(WORKING)
def calendar(request: Asked, key: str) -> HttpResponse:
    """A day or a week of an area, site by site."""
    area = desk.area_for(request.actor, key)
    resources = desk.resources_of(request.actor, area)
    sites = desk.sites_among(resources)
    site = next((one for one in sites if one.key == request.GET.get("site", "")), None)
    if site is None and area.kind == "units" and len(sites) > 1:
        site = sites[0]  # a grid is read one site at a time
    shown = [one for one in resources if site is None or one.site_id == site.pk]
    day = day_in(request.GET.get("day", ""))
    is_week = request.GET.get("span") == "week"
    since = day - dt.timedelta(days=day.weekday()) if is_week else day
    step = EVENTS if area.kind == "event" else WEEK if is_week else 1
    context: dict[str, Any] = {
        "area": area,
        "title": _title(area),
        "sites": sites,
        "site": site,
        "day": since,
        "today": clock.today(),
        "is_week": is_week,
        "before": since - dt.timedelta(days=min(step, WEEK)),
        "after": since + dt.timedelta(days=min(step, WEEK)),
        "last": since + dt.timedelta(days=step - 1),
        "runs": desk.runs(request.actor, area),
        "rains": desk.has_alternatives(shown),
        "examines": any(one.facts.get("exam") for one in shown),
        "channels": desk.channel_counts(request.actor, area),
    }
    if area.kind != "units":
        context |= _slots(shown, since, step)
    elif is_week:
        context |= _week(area, shown, since)
    else:
        context |= _day(area, shown, since)
    return show(request, "area.html", context)


def _day(area: Any, shown: list[Any], day: dt.date) -> dict[str, Any]:
    grids = desk.grids_of(area, shown, day)
    is_today = day == clock.today()
    now = clock.now() if is_today else None
    return {
        "now": now,
        "grids": [(one, drawing.rows_of(one, now)) for one in grids],
        "legend": drawing.legend(drawing.marks_in_grids(grids)),
        "next_booking": desk.next_in(area, grids) if is_today else None,
        "waiting": desk.waiting_on(shown, day),
    }


def _week(area: Any, shown: list[Any], since: dt.date) -> dict[str, Any]:
    week = desk.week_of(area, shown, since)
    days = [since + dt.timedelta(days=n) for n in range(WEEK)]
    return {
        "week": week,
        "week_days": days,
        "next_booking": drawing.next_of_week(week) if clock.today() in days else None,
    }


def _slots(shown: list[Any], since: dt.date, step: int) -> dict[str, Any]:
    days = desk.slots_seen(shown, since, step)
    has_today = since <= clock.today() < since + dt.timedelta(days=step)
    return {
        "now": clock.now() if has_today else None,
        "days": days,
        "legend": drawing.legend(drawing.marks_in_slots(days)),
        "next_slot": drawing.next_slot(days) if has_today else None,
    }


def _title(area: Any) -> str:
    return next(iter(desk.titles_of([area]).values()))


@ASKS
@guard(WORKING)
def day_list(request: Asked, key: str) -> HttpResponse:
    """Who comes that day, for paper: numbers; with names once the reason is on record."""
    area = desk.area_for(request.actor, key)
    resources = desk.resources_of(request.actor, area)
    asked = request.POST if request.method == "POST" else request.GET
    day = day_in(asked.get("day", ""))
    sites = desk.sites_among(resources)
    site = next((one for one in sites if one.key == asked.get("site", "")), None)
    rows = desk.day_list([one for one in resources if site is None or one.site_id == site.pk], day)
    refusal, named = None, False
    if request.method == "POST":
        try:
            services.record_list(bookings=rows, by=request.actor, reason=reason_in(request))
            named = True
        except Refusal as raised:
            refusal = raised
    context = {
        "area": area,
        "title": _title(area),
        "day": day,
        "site": site,
        "rows": [(one, desk.opened(request.actor, one) if named else None) for one in rows],
        "named": named,
        "reasons": REASONS,
        "other_reason": OTHER_REASON,
        "printed_at": clock.now(),
    }
    return show(request, "list.html", context, refusal)

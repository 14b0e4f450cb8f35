"""Files to and from whose places they are (the medical association), and how long people wait for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.booking.queries import exchange, waiting_days
from madoguchi.engines.booking.queries.desk import areas
from madoguchi.engines.booking.services import capacity as capacities
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_year_end, plus_months
from madoguchi.kernel.errors import Refusal

DESK = staff("clerk", "head", "planner")
LARGEST = 5 * 1024 * 1024
LONGEST = 366  # days in one file
FIRST, LAST = 1990, 2200  # fiscal years that can be asked for


@require_http_methods(["GET", "HEAD", "POST"])
@guard(DESK)
def capacity(request: Asked, key: str) -> HttpResponse:
    """受け入れの表: take one in, see what did not fit, take the bookings back out."""
    area = areas.area_run_by(request.actor, key)
    capacities.count_of(area)
    if request.method != "POST":
        return _show(request, area)
    upload = request.FILES.get("file")
    if upload is None:
        return _show(request, area, wrong=_("ファイルを選んでください。"))
    if (upload.size or 0) > LARGEST:
        return _show(request, area, wrong=_("5MBまでのファイルを選んでください。"))
    try:
        made = capacities.take_capacity(
            area=area, name=upload.name or "", data=upload.read(), by=request.actor
        )
    except Refusal as refusal:
        return _show(request, area, refusal)
    said = {"taken": made.taken, "refused": len(made.clashes)}
    if made.clashes:
        messages.warning(
            request, _("%(taken)s行を取り込みました。%(refused)s行は取り込めませんでした。") % said
        )
    else:
        messages.success(request, _("%(taken)s行を取り込みました。すぐに予約できます。") % said)
    return go(request, "desk:booking:capacity", key=key)


def _show(request: Asked, area: Any, refusal: Refusal | None = None, wrong: str = "") -> HttpResponse:
    today = clock.today()
    context = {
        "area": area,
        "title": exchange.title_of(area),
        "head": "、".join(capacities.HEAD),
        "imports": exchange.capacity_imports(area),
        "since": today - dt.timedelta(days=7),
        "until": plus_months(today, 3),
        "refusal": refusal or wrong,
    }
    status = refusal.status if refusal else 422 if wrong else 200
    return page(request, "desk/booking/capacity.html", context, status=status)


@require_POST
@guard(DESK)
def export(request: Asked, key: str) -> HttpResponse:
    """The bookings of a period as a CSV. A look at each person in it is recorded before it is written."""
    area = areas.area_run_by(request.actor, key)
    since, until = _day(request.POST.get("since", "")), _day(request.POST.get("until", ""))
    if since is None or until is None or not 0 <= (until - since).days <= LONGEST:
        return _show(
            request, area, wrong=_("書き出す期間を、はじめの日とおわりの日で選んでください。1年までです。")
        )
    rows = exchange.bookings_to_send(area=area, period=exchange.Period(since, until), by=request.actor)
    return sheet(f"{area.key}-{since:%Y%m%d}-{until:%Y%m%d}", [exchange.HEAD, *rows])


@require_safe
@guard(DESK)
def days(request: Asked, key: str) -> HttpResponse:
    """申込日→受診日: median and longest for each check-up, and what took more than two months."""
    area = areas.area_for(request.actor, key)
    year = _year(request.GET.get("year", ""))
    context = {
        "area": area,
        "title": exchange.title_of(area),
        "report": waiting_days.report(area, year),
        "years": waiting_days.years(area),
        "months": waiting_days.MONTHS,
    }
    return page(request, "desk/booking/days.html", context)


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _year(typed: str) -> dt.date | None:
    """The last day of that fiscal year; None for this one, and for what is no year."""
    year = number(typed)
    if year is None or not FIRST <= year <= LAST:
        return None
    return fiscal_year_end(dt.date(year, 4, 1))

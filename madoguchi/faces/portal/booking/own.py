"""One's own bookings: what is held, booked, waited for; confirming, cancelling, changing, moving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.errors import HoldLapsed, NotOffered
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from . import showing_own
from .looking import look_of
from .words import from_address, in_address

SHOWN_OR_DONE = require_http_methods(["GET", "HEAD", "POST"])
MOVES = 14


@require_safe
@guard(resident)
def mine(request: Asked) -> HttpResponse:
    """Offers to answer, what is held, booked, waited for, and what was."""
    found = queries.mine(request.actor)
    context = {
        "offers": [showing_own.line(one, request) for one in found.offers],
        "held": [showing_own.row(one, request) for one in found.held],
        "coming": [showing_own.row(one, request) for one in found.coming],
        "waiting": [showing_own.line(one, request) for one in found.waiting],
        "past": [showing_own.row(one, request) for one in found.past],
    }
    return page(request, "portal/booking/mine.html", context)


@require_safe
@guard(resident)
def booking(request: Asked, booking_id: Any) -> HttpResponse:
    """One booking: what, when, where, what may still be changed."""
    return _show(request, queries.booking_for(request.actor, booking_id))


def _show(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    if queries.is_held(found):
        return go(request, "portal:booking:check", booking_id=found.pk)
    context = showing_own.whole(found, request) | {"refusal": refusal}
    return page(request, "portal/booking/booking.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(resident)
def check(request: Asked, booking_id: Any) -> HttpResponse:
    """What is held, once more: for whom, what it costs, how it is cancelled; and until when it is held."""
    found = queries.booking_for(request.actor, booking_id)
    if found.state == "booked":
        return go(request, "portal:booking:receipt", booking_id=found.pk)
    return _check(request, found)


def _check(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    if not queries.is_held(found):
        refusal = refusal or HoldLapsed()
    context = showing_own.whole(found, request) | {
        "refusal": refusal,
        "minutes": showing_own.minutes_left(found),
        "is_held": queries.is_held(found),
        "is_offer": queries.is_offer(found),
        "is_won": queries.is_won(found),
        "edit": showing_own.page_of(found),
    }
    return page(request, "portal/booking/check.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident)
def confirm(request: Asked, booking_id: Any) -> HttpResponse:
    """It is booked. Twice is once."""
    found = queries.booking_for(request.actor, booking_id)
    try:
        services.confirm(booking=found, by=request.actor)
    except Refusal as refusal:
        return _check(request, queries.booking_for(request.actor, booking_id), refusal)
    return go(request, "portal:booking:receipt", booking_id=found.pk)


@require_POST
@guard(resident)
def let_go(request: Asked, booking_id: Any) -> HttpResponse:
    """Not after all: whoever waits has it at once."""
    found = queries.booking_for(request.actor, booking_id)
    was_offer = queries.is_offer(found) or queries.is_won(found)
    try:
        services.let_go(booking=found, by=request.actor)
    except Refusal as refusal:
        return _check(request, queries.booking_for(request.actor, booking_id), refusal)
    messages.success(
        request,
        _("お返事を受け取りました。次の方にお回しします。")
        if was_offer
        else _("おさえていた時間を、はなしました。"),
    )
    return go(request, "portal:booking:mine")


def _while_booked(view: Callable[[Asked, Any], HttpResponse]) -> Callable[[Asked, Any], HttpResponse]:
    """For pages of a booking that stands: of any other, its own page says what became of it."""

    @wraps(view)
    def booked(request: Asked, booking_id: Any) -> HttpResponse:
        found = queries.booking_for(request.actor, booking_id)
        if found.state != "booked":
            return go(request, "portal:booking:booking", booking_id=found.pk)
        return view(request, found)

    return booked


@require_safe
@guard(resident)
@_while_booked
def receipt(request: Asked, found: Any) -> HttpResponse:
    """予約しました: the number, what to bring, how to cancel; to print or to put into one's calendar."""
    return page(request, "portal/booking/receipt.html", showing_own.whole(found, request))


@SHOWN_OR_DONE
@guard(resident)
@_while_booked
def cancel(request: Asked, found: Any) -> HttpResponse:
    """What comes back first; then it is cancelled."""
    if request.method != "POST":
        return _show_cancel(request, found)
    try:
        services.cancel(booking=found, by=request.actor)
    except Refusal as refusal:
        return _show_cancel(request, found, refusal)
    messages.success(request, _("予約を取り消しました。"))
    return go(request, "portal:booking:booking", booking_id=found.pk)


def _show_cancel(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    context = showing_own.whole(found, request) | {"refusal": refusal}
    return page(request, "portal/booking/cancel.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident)
def switch(request: Asked, booking_id: Any) -> HttpResponse:
    """会場 ⇄ オンライン, where there is a place."""
    found = queries.booking_for(request.actor, booking_id)
    try:
        services.switch_mode(booking=found, mode=request.POST.get("mode", "")[:10], by=request.actor)
    except Refusal as refusal:
        return _show(request, queries.booking_for(request.actor, booking_id), refusal)
    messages.success(request, _("参加のしかたを変えました。"))
    return go(request, "portal:booking:booking", booking_id=found.pk)


@SHOWN_OR_DONE
@guard(resident)
@_while_booked
def move(request: Asked, found: Any) -> HttpResponse:
    """Another time: the free ones of the same kind; the old one is given back when the new one is had."""
    if request.method != "POST":
        return _show_move(request, found)
    try:
        wanted = _moved_to(request, found)
        new = services.move(booking=found, wanted=wanted, by=request.actor, asked=_asked(request))
    except Refusal as refusal:
        return _show_move(request, queries.booking_for(request.actor, found.pk), refusal)
    return go(request, "portal:booking:receipt", booking_id=new.pk)


def _show_move(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    look = look_of(request.GET, first=clock.today())
    found.resource.area = found.area
    times = queries.instead_of(
        found.resource,
        found.starts_at,
        found.ends_at,
        look.since,
        number=MOVES,
        language=request.LANGUAGE_CODE,
    )
    context = showing_own.whole(found, request) | {
        "times": [(one, _address_of(one)) for one in times],
        "look": look,
        "asked": new_id(),
        "refusal": refusal,
        "after": look.since + dt.timedelta(days=MOVES),
    }
    return page(request, "portal/booking/move.html", context, status=refusal.status if refusal else 200)


def _address_of(time: Any) -> str:
    """How a button says where to move."""
    if time.slot is not None:
        return f"slot/{time.slot.pk}"
    return f"{time.resource.key}/{in_address(time.starts_at)}/{in_address(time.ends_at)}"


def _moved_to(request: Asked, found: Any) -> services.Wanted:
    """The wish of the old booking at the time that was pressed. Raises NotFound, NotOffered."""
    wish = services.wanted_of(found)
    first, _slash, rest = request.POST.get("to", "")[:200].partition("/")
    row = queries.area_row(found.area.key)
    if first == "slot":
        slot = queries.slot(row, rest)
        return services.moved(wish, slot.resource, slot.starts_at, slot.ends_at, slot)
    since, _slash, until = rest.partition("/")
    starts_at, ends_at = from_address(since), from_address(until)
    if starts_at is None or ends_at is None:
        raise NotOffered
    return services.moved(wish, queries.resource(row, first), starts_at, ends_at)


def _asked(request: Asked) -> str:
    asked = request.POST.get("asked", "")
    return f"web:{asked}" if is_id(asked) else ""


@require_safe
@guard(resident)
def calendar_file(request: Asked, booking_id: Any) -> HttpResponse:
    """The booking for one's own calendar."""
    found = queries.booking_for(request.actor, booking_id)
    if found.state != "booked":
        raise NotFound
    address = request.build_absolute_uri(reverse("portal:booking:booking", args=[found.pk]))
    response = HttpResponse(
        showing_own.as_calendar(found, request, address), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="booking.ics"'
    return response

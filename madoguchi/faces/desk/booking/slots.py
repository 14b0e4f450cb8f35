"""One slot: its places, who waits, shutting it, calling it off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking import services
from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import shutting
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from .doors import WORKING, show

MOST_SEEN = 10_000


@require_safe
@guard(WORKING)
def slot(request: Asked, slot_id: Any) -> HttpResponse:
    """What is taken of it, by which numbers, and who waits."""
    return show_slot(request, slot_id)


def show_slot(request: Asked, slot_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now."""
    opened = desk.slot_opened(request.actor, slot_id)
    context = {
        "slot": opened.slot,
        "area": opened.slot.resource.area,
        "title": opened.said.title,
        "counts": [(desk.count_name(one.kind), one) for one in opened.slot.counts.all()],
        "bookings": opened.bookings,
        "affected": [one for one in opened.bookings if one.state in ("held", "booked")],
        "waiting": opened.waiting,
    }
    return show(request, "slot.html", context, refusal)


@require_POST
@guard(WORKING)
def shut(request: Asked, slot_id: Any) -> HttpResponse:
    """Nothing more is booked, or it is booked again; who is in it stays."""
    found = desk.slot_for(request.actor, slot_id)
    try:
        if request.POST.get("open"):
            shutting.reopen_slot(slot=found, by=request.actor)
            messages.success(request, _("受付をふたたび始めました。"))
        else:
            shutting.shut_slot(slot=found, why=request.POST.get("why", ""), by=request.actor)
            messages.success(request, _("受付を止めました。いまの予約は、そのままです。"))
    except Refusal as refusal:
        return show_slot(request, slot_id, refusal)
    return go(request, "desk:booking:slot", slot_id=slot_id)


@require_POST
@guard(WORKING)
def capacity(request: Asked, slot_id: Any) -> HttpResponse:
    """More or fewer places."""
    found = desk.slot_for(request.actor, slot_id)
    typed = {one.kind: number(request.POST.get(f"count:{one.kind}", "")) for one in found.counts.all()}
    wanted = {kind: -1 if value is None else value for kind, value in typed.items()}
    try:
        shutting.change_capacity(slot=found, capacities=wanted, by=request.actor)
    except Refusal as refusal:
        return show_slot(request, slot_id, refusal)
    messages.success(request, _("定員を変えました。空きを待っている人がいるときは、順番に案内します。"))
    return go(request, "desk:booking:slot", slot_id=slot_id)


@require_POST
@guard(WORKING)
def call_off(request: Asked, slot_id: Any) -> HttpResponse:
    """It does not take place: everybody who was on the list is cancelled by the city, and told."""
    found = desk.slot_for(request.actor, slot_id)
    seen = request.POST.getlist("seen")[:MOST_SEEN]
    try:
        shutting.call_off_slot(slot=found, why=request.POST.get("why", ""), seen=seen, by=request.actor)
    except Refusal as refusal:
        return show_slot(request, slot_id, refusal)
    messages.success(
        request, _("中止にしました。%(n)s件の予約を取り消し、それぞれの方法で知らせます。") % {"n": len(seen)}
    )
    return go(request, "desk:booking:slot", slot_id=slot_id)


@require_POST
@guard(WORKING)
def leave(request: Asked, waiting_id: Any) -> HttpResponse:
    """Somebody telephoned that they wait no longer."""
    found = desk.waiting_for(request.actor, waiting_id)
    services.leave(waiting=found, by=request.actor)
    messages.success(request, _("空き待ちをとりやめにしました。"))
    if found.slot_id is None:
        query = f"day={clock.in_city(found.starts_at):%Y-%m-%d}&site={found.resource.site.key}"
        return go(request, "desk:booking:area", key=found.area.key, query=query)
    return go(request, "desk:booking:slot", slot_id=found.slot_id)

"""Events that staff make: written, sent to be approved, drawn where more may come than there are places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.queries import desk
from madoguchi.engines.lottery import queries as lottery
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from .doors import ASKS, WORKING

FIELDS = ("name", "about", "on", "since", "until", "link", "only_online_why", "site")


@ASKS
@guard(WORKING)
def events(request: Asked, key: str) -> HttpResponse:
    """What was planned, and the form for another."""
    area = desk.area_for(request.actor, key)
    if request.method != "POST":
        return _show_all(request, area)
    try:
        slot = services.plan_event(
            area=area,
            site=queries.site_for(area, request.POST.get("site", "")),
            given=_given(request, area),
            by=request.actor,
        )
    except Refusal as refusal:
        return _show_all(request, area, refusal)
    return go(request, "desk:booking:event", slot_id=slot.pk)


@ASKS
@guard(WORKING)
def event(request: Asked, slot_id: Any) -> HttpResponse:
    """One event: as it stands, and its form while it may still be changed."""
    plan = queries.event_for(request.actor, slot_id)
    if request.method != "POST":
        return _show(request, plan)
    try:
        services.change_event(
            slot=plan.slot, given=_given(request, plan.slot.resource.area), by=request.actor
        )
    except Refusal as refusal:
        return _show(request, plan, refusal)
    messages.success(request, _("保存しました。"))
    return go(request, "desk:booking:event", slot_id=plan.slot_id)


@require_POST
@guard(WORKING)
def ask(request: Asked, slot_id: Any) -> HttpResponse:
    """決裁に回す."""
    plan = queries.event_for(request.actor, slot_id)
    try:
        services.ask_to_open(slot=plan.slot, by=request.actor)
    except Refusal as refusal:
        return _show(request, plan, refusal)
    messages.success(request, _("決裁に回しました。承認されると公開されます。"))
    return go(request, "desk:booking:event", slot_id=plan.slot_id)


@require_POST
@guard(WORKING)
def draw(request: Asked, slot_id: Any) -> HttpResponse:
    """Open a draw for its places: rules and dates are published now and never changed."""
    slot = desk.slot_for(request.actor, slot_id)
    try:
        made = services.open_event(
            slot=slot,
            opens_at=clock.now(),
            closes_at=_moment(request, "closes", "23:59"),
            draws_at=_moment(request, "draws", "12:00"),
            by=request.actor,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return go(request, "desk:booking:slot", slot_id=slot.pk)
    return go(request, "desk:draws:round", key=made.key)


def _moment(request: Asked, name: str, at: str) -> dt.datetime:
    """That day at that time; far in the past where none was typed, which the draw refuses in its own words."""
    try:
        day = dt.date.fromisoformat(request.POST.get(name, "").strip()[:10])
    except ValueError:
        day = dt.date(2000, 1, 1)
    return dt.datetime.combine(day, dt.time.fromisoformat(at), tzinfo=clock.JST)


def _given(request: Asked, area: Any) -> Any:
    posted = request.POST
    day = _moment(request, "on", "00:00").date()
    return services.EventIn(
        name=posted.get("name", "")[:200],
        about=posted.get("about", "")[:1000],
        starts_at=_at(day, posted.get("since", "")),
        ends_at=_at(day, posted.get("until", "")),
        counts={kind: _number(posted.get(f"count-{kind}", "")) for kind in queries.kinds_of(area)},
        link=posted.get("link", "")[:600],
        only_online_why=posted.get("only_online_why", "")[:600],
    )


def _at(day: dt.date, typed: str) -> dt.datetime:
    try:
        time = dt.time.fromisoformat(typed.strip()[:5])
    except ValueError:
        time = dt.time()
    return dt.datetime.combine(day, time.replace(tzinfo=None), tzinfo=clock.JST)


def _number(typed: str) -> int:
    typed = typed.strip()
    return int(typed) if typed.isdecimal() and len(typed) <= 7 else 0


def _show_all(request: Asked, area: Any, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "area": area,
        "plans": queries.plans_of(area),
        "sites": queries.sites_for(area),
        "counts": [
            (kind, desk.count_name(kind), request.POST.get(f"count-{kind}", ""))
            for kind in queries.kinds_of(area)
        ],
        "typed": {name: request.POST.get(name, "") for name in FIELDS},
        "refusal": refusal,
    }
    return page(request, "desk/booking/events.html", context, status=refusal.status if refusal else 200)


def _show(request: Asked, plan: Any, refusal: Refusal | None = None) -> HttpResponse:
    slot = plan.slot
    local, until = clock.in_city(slot.starts_at), clock.in_city(slot.ends_at)
    kept = {
        "name": slot.resource.name,
        "about": slot.resource.about,
        "on": local.date().isoformat(),
        "since": f"{local:%H:%M}",
        "until": f"{until:%H:%M}",
        "link": services.link_of(slot),
        "only_online_why": plan.only_online_why,
    }
    has = {count.kind: count.capacity for count in slot.counts.all()}
    context = {
        "plan": plan,
        "slot": slot,
        "area": slot.resource.area,
        "is_draft": plan.state == plan.State.DRAFT,
        "counts": [
            (kind, desk.count_name(kind), request.POST.get(f"count-{kind}", "") or has.get(kind, ""))
            for kind in queries.kinds_of(slot.resource.area)
        ],
        "typed": {name: request.POST.get(name, "") or kept.get(name, "") for name in FIELDS},
        "rounds": lottery.rounds(about=slot.ref),
        "refusal": refusal,
    }
    return page(request, "desk/booking/event.html", context, status=refusal.status if refusal else 200)

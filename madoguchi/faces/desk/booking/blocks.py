"""止める: a room kept back for a repair. First whom it meets, then one press."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.booking.errors import BlockUnclear
from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import blocking
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, FARTHEST, WORKING, show

MOST_SEEN = 10_000


@ASKS
@guard(WORKING)
def blocks(request: Asked, key: str) -> HttpResponse:
    """What is kept back, and keeping something back: check, then press."""
    area = desk.area_for(request.actor, key)
    if area.kind != "units":
        raise NotFound
    if request.method != "POST":
        return _show(request, area)
    try:
        resource = desk.resource_for(request.actor, area, request.POST.get("resource", ""))
        starts_at, ends_at = _span(request)
        if request.POST.get("then") != "block":
            affected = desk.bookings_on(resource, starts_at, ends_at)
            return _show(request, area, checked=_checked(resource, starts_at, ends_at, affected))
        made = blocking.block(
            resource=resource,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=request.POST.get("reason", ""),
            seen=request.POST.getlist("seen")[:MOST_SEEN],
            by=request.actor,
        )
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _again(request, area, refusal)
    seen = len(request.POST.getlist("seen"))
    messages.success(
        request,
        _("%(name)s を止めました。%(n)s件の予約を取り消し、それぞれの方法で知らせます。")
        % {"name": made.resource.name, "n": seen},
    )
    return go(request, "desk:booking:blocks", key=key)


def _again(request: Asked, area: Any, refusal: Refusal) -> HttpResponse:
    """The fresh list and the reason, where the times could be read."""
    try:
        resource = desk.resource_for(request.actor, area, request.POST.get("resource", ""))
        starts_at, ends_at = _span(request)
    except Refusal:
        return _show(request, area, refusal)
    affected = desk.bookings_on(resource, starts_at, ends_at)
    return _show(request, area, refusal, checked=_checked(resource, starts_at, ends_at, affected))


def _checked(
    resource: Any, starts_at: dt.datetime, ends_at: dt.datetime, affected: list[Any]
) -> dict[str, Any]:
    return {
        "resource": resource,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "affected": affected,
        "refund": sum(one.yen for one in affected if one.paid == "paid"),
    }


def _show(
    request: Asked, area: Any, refusal: Refusal | None = None, checked: dict[str, Any] | None = None
) -> HttpResponse:
    shuts = desk.said_of(area).hours.until
    context = {
        "area": area,
        "title": desk.titles_of([area])[area.pk],
        "resources": desk.resources_of(request.actor, area),
        "blocks": desk.blocks_of(request.actor, area),
        "checked": checked,
        "typed": request.POST,
        "today": clock.today().isoformat(),
        # A field for a time knows no 24:00.
        "shuts": "23:59" if shuts == "24:00" else shuts,
    }
    return show(request, "blocks.html", context, refusal)


def _span(request: Asked) -> tuple[dt.datetime, dt.datetime]:
    """From … until … of the form. Raises BlockUnclear."""
    said = request.POST
    try:
        since = dt.datetime.fromisoformat(f"{said.get('from', '')}T{said.get('from_time', '')}:00")
        last = said.get("until", "") or said.get("from", "")
        until = dt.datetime.fromisoformat(f"{last}T{said.get('until_time', '')}:00")
    except ValueError:
        raise BlockUnclear from None
    if (
        since.tzinfo
        or until.tzinfo
        or abs(since.date() - clock.today()) > FARTHEST
        or until.year > since.year + 5
    ):
        raise BlockUnclear
    return since.replace(tzinfo=clock.JST), until.replace(tzinfo=clock.JST)


@require_POST
@guard(WORKING)
def lift(request: Asked, block_id: Any) -> HttpResponse:
    """It can be booked again."""
    found = desk.block_for(request.actor, block_id)
    area = found.resource.area
    try:
        blocking.lift(block=found, by=request.actor)
    except Refusal as refusal:
        return _show(request, area, refusal)
    messages.success(request, _("停止を解きました。空きを待っている人がいるときは、順番に案内します。"))
    return go(request, "desk:booking:blocks", key=area.key)

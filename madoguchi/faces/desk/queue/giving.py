"""Numbers given by hand: for somebody at the counter, from a paper slip, or for who booked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from madoguchi.engines.queue import queries, services
from madoguchi.faces.shared import codes
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from .views import SERVING, show


@require_POST
@guard(staff(*SERVING))
def issue(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """A number for somebody who stands here, or for the paper slip they were given while machines were down."""
    desk = queries.desk_for(request.actor, desk_id)
    posted = request.POST
    paper = posted.get("paper", "").strip()
    try:
        made = services.issue(
            line=desk.line,
            source=services.Source.PAPER if paper else services.Source.STAFF,
            by=request.actor,
            errand=posted.get("errand", ""),
            language=posted.get("language", "ja"),
            needs=posted.getlist("needs"),
            paper=paper,
            came_at=_came_at(posted.get("came_at", "")) if paper else None,
            secret=posted.get("secret", ""),
        )
    except Refusal as refusal:
        return show(request, desk, refusal)
    return _slip(request, desk, made)


@require_POST
@guard(staff(*SERVING))
def check_in(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """Somebody who booked is here."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        made = services.check_in(
            receipt=request.POST.get("receipt", ""), by=request.actor, secret=request.POST.get("secret", "")
        )
    except Refusal as refusal:
        return show(request, desk, refusal)
    return _slip(request, desk, made)


def _slip(request: HttpRequest, desk: Any, made: services.Issued) -> HttpResponse:
    """The number to hand over. Sent again, the form shows the same one."""
    context = {
        "desk": desk,
        "ticket": made.ticket,
        "line": made.ticket.line,
        "wanting": queries.wanting(made.ticket),
        "code": codes.ticket_code(made.secret) if made.secret else None,
    }
    return page(request, "desk/queue/slip.html", context)


def _came_at(typed: str) -> dt.datetime | None:
    """「9:40」 of today; what is no time is told by the engine as one that cannot be."""
    if not typed.strip():
        return None
    try:
        at = dt.time.fromisoformat(typed.strip().zfill(5))
    except ValueError:
        return clock.now() + dt.timedelta(days=1)
    return dt.datetime.combine(clock.today(), at.replace(tzinfo=None), tzinfo=clock.JST)

"""Calling, and what becomes of who was called."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.queue import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id

from .views import SERVING, answer, show

AT_DESK: dict[str, Callable[..., Any]] = {
    "call": services.call,
    "recall": services.recall,
    "start": services.start,
    "hold": services.hold,
    "no-show": services.no_show,
    "done": services.done,
}
IN_LINE: dict[str, Callable[..., Any]] = {"back": services.back, "leave": services.leave}


@require_POST
@guard(staff(*SERVING))
def call_next(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """「つぎの方」, also 「おわって、つぎの方」."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        services.call_next(
            desk=desk, by=request.actor, said=said(request), finishing="finishing" in request.POST
        )
    except Refusal as refusal:
        return show(request, desk, refusal)
    return answer(request, desk)


@require_POST
@guard(staff(*SERVING))
def act(request: HttpRequest, desk_id: uuid.UUID, ticket_id: uuid.UUID, verb: str) -> HttpResponse:
    """One of the other keys, on one number."""
    desk = queries.desk_for(request.actor, desk_id)
    ticket = queries.ticket_of(desk, ticket_id)
    try:
        if verb in AT_DESK:
            AT_DESK[verb](ticket=ticket, desk=desk, by=request.actor, said=said(request))
        elif verb in IN_LINE:
            IN_LINE[verb](ticket=ticket, by=request.actor, said=said(request))
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return show(request, desk, refusal)
    return answer(request, desk)


@require_POST
@guard(staff(*SERVING))
def transfer(request: HttpRequest, desk_id: uuid.UUID, ticket_id: uuid.UUID) -> HttpResponse:
    """ほかの窓口へ: they get a number there and stand where they stood here."""
    desk = queries.desk_for(request.actor, desk_id)
    ticket = queries.ticket_of(desk, ticket_id)
    wanted = request.POST.get("line", "")
    try:
        to = queries.line_to_send_to(desk.line, uuid.UUID(wanted)) if is_id(wanted) else desk.line
        made = services.transfer(ticket=ticket, to=to, by=request.actor, said=said(request)).ticket
    except NotFound:
        raise
    except Refusal as refusal:
        return show(request, desk, refusal)
    facts = {"old": ticket.label, "new": made.label, "counter": to.counter.name, "place": to.counter.place}
    messages.success(
        request,
        _("%(old)sの方は、%(counter)s（%(place)s）の%(new)sになりました。番号をお伝えください。") % facts,
    )
    return answer(request, desk)


def said(request: HttpRequest) -> uuid.UUID | None:
    """The id the screen gave this press, where a script gave one: sent twice it is done once."""
    typed = request.POST.get("said", "")
    return uuid.UUID(typed) if is_id(typed) else None

"""What the desk's own script asks: its share, and to take over what was done while the network was away."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from madoguchi.engines.queue import queries, services
from madoguchi.engines.queue.errors import ActsUnclear
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.refusals import problem
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import is_id

from .views import SERVING

MOST_BYTES = 100_000


@require_POST
@guard(staff(*SERVING))
def seen(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """The screen is there: how far the line has changed, who is at the desk, and whom it may call by itself."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        found = services.note_seen(desk=desk, by=request.actor)
    except Refusal as refusal:
        return problem(refusal)
    current = queries.at_desk(desk)
    said = {
        "changes": found.changes,
        "seconds": found.seconds,
        "silent": int(services.SILENT.total_seconds()),
        "share": [_told(ticket) for ticket in found.share],
        "current": _told(current) if current else None,
    }
    return JsonResponse(said)


def _told(ticket: Any) -> dict[str, Any]:
    return {
        "id": str(ticket.pk),
        "label": ticket.label,
        "state": str(ticket.state),
        "wanting": queries.wanting(ticket),
    }


@require_POST
@guard(staff(*SERVING))
def catch_up(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """What was done meanwhile, in order; the answer names what no longer fitted."""
    desk = queries.desk_for(request.actor, desk_id)
    try:
        made = services.catch_up(desk=desk, acts=_acts(request), by=request.actor)
    except Refusal as refusal:
        return problem(refusal)
    unfit = [{"label": one.label, "kind": one.kind, "why": one.why} for one in made.unfit]
    return JsonResponse({"applied": made.applied, "known": made.known, "unfit": unfit})


def _acts(request: HttpRequest) -> list[services.Act]:
    """What was sent, if it can be read at all. Raises ActsUnclear."""
    if request.content_type != "application/json" or len(request.body) > MOST_BYTES:
        raise ActsUnclear
    try:
        rows = json.loads(request.body)["acts"]
        return [_act(row) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise ActsUnclear from error


def _act(row: dict[str, Any]) -> services.Act:
    if not (is_id(row["id"]) and is_id(row["ticket"]) and isinstance(row["kind"], str)):
        raise ValueError
    at = dt.datetime.fromisoformat(row["at"])
    if at.tzinfo is None:
        raise ValueError
    return services.Act(uuid.UUID(row["id"]), row["kind"], uuid.UUID(row["ticket"]), at)

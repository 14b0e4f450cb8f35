"""Counters: how many wait, who is called, how long it takes; and a number to wait with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.queue import queries, services
from madoguchi.faces.shared import bearer, codes
from madoguchi.faces.shared.guards import anyone
from madoguchi.faces.shared.polling import tag_of
from madoguchi.faces.shared.waits import errand_title, shown
from madoguchi.kernel.access.repeating import Answer
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.text import said_of

from . import shapes_counters as shapes
from .app import operation
from .guards import machine_or_resident_app
from .repeating import answer, call_of, once

takes = machine_or_resident_app("tickets")


@operation("GET", "/counters", rule=anyone, tag="counters", gives=list[shapes.CounterRow])
def counters(request: HttpRequest, division: str | None = None) -> HttpResponse:
    """The counters in use, and how their queues stand.

    `ETag` changes with every call and every minute; with `If-None-Match` nothing is sent that you have already (304).
    """
    return _polled(request, _board_version(), lambda: _rows(division))


@operation("GET", "/counters/{key}", rule=anyone, tag="counters", gives=shapes.CounterDetail, refuses=(404,))
def counter(request: HttpRequest, key: str) -> HttpResponse:
    """One counter that gives numbers, with what people come for. Polled like the list."""
    return _polled(request, queries.line_version(key), lambda: _detail(request, key))


@operation(
    "POST",
    "/counters/{key}/tickets",
    rule=takes,
    tag="counters",
    gives=shapes.TicketOut,
    status=201,
    refuses=(404, 409),
)
def ticket_take(request: HttpRequest, key: str, body: shapes.TicketIn) -> HttpResponse:
    """Take a number: a machine for whoever stands before it, at counters of its division; an app for its resident.

    Sent again under the same Idempotency-Key it is the same number, until the day is over.
    """
    line, caller = queries.line_at(key), bearer.caller(request)
    if caller is not None and caller.key is not None and caller.key.division_id != line.counter.division_id:
        raise NotAllowed
    is_machine = caller is not None and caller.is_machine
    actor = request.actor  # type: ignore[attr-defined]

    def take() -> Answer:
        made = services.issue(
            line=line,
            source=services.Source.KIOSK if is_machine else services.Source.WEB,
            by=actor,
            errand=body.errand,
            language=body.language,
            needs=body.needs,
            party=None if is_machine else actor.party,
        )
        return answer(201, shapes.TicketOut, _given(made), key=services.key_of(made.ticket, by=actor))

    return once(call_of(request), take)


def _given(made: services.Issued) -> dict[str, Any]:
    ticket = made.ticket
    here = queries.here_now(ticket.line)
    ahead = here.ahead_of(ticket.number)
    code = codes.ticket_code(made.secret)
    return {
        "number": ticket.label,
        "counter": said_of(ticket.line.counter),
        "place": said_of(ticket.line.counter, "place"),
        "ahead": ahead,
        "wait": _range(None if ahead is None else here.estimate(ahead)),
        "page": code.address if code else "",
        "issued_at": ticket.issued_at,
    }


def _board_version() -> str:
    try:
        return queries.board_version()
    except NotFound:
        return ""


def _rows(division: str | None) -> list[dict[str, Any]]:
    lines = {here.line.counter_id: _queue(here) for here in queries.board()}
    return [
        {"key": row.key, "name": said_of(row), "division": row.division_id}
        | {"place": said_of(row, "place")}
        | lines.get(row.key, {})
        for row in directory.counters(division)
    ]


def _detail(request: HttpRequest, key: str) -> dict[str, Any]:
    line = queries.line_at(key)
    place = line.counter
    errands = [{"key": one["key"], "title": errand_title(one)} for one in line.errands]
    said = {"key": place.key, "name": said_of(place), "division": place.division_id}
    said |= {"place": said_of(place, "place")}
    return said | _queue(queries.here_now(line)) | {"errands": errands}


def _queue(here: queries.LineNow) -> dict[str, Any]:
    """How it stands; of a line nobody has heard of for too long, only that."""
    one = shown(here)
    if not one.shows_numbers:
        return {"standing": one.standing, "heard_at": one.heard_at}
    called = [{"number": call["label"], "desk": call["desk"], "at": call["at"]} for call in one.calls]
    return {
        "standing": one.standing,
        "waiting": one.waiting,
        "called": called,
        "wait": _range(one.said),
        "heard_at": one.heard_at,
    }


def _range(said: Any) -> dict[str, int] | None:
    return None if said is None else {name: asdict(said)[name] for name in ("low", "high")}


def _polled(request: HttpRequest, version: str, make: Any) -> HttpResponse:
    """304 to who has it already, without making it. Where no counter gives numbers there is nothing to poll."""
    etag = f'"{tag_of(request, version)}"' if version else None
    response: HttpResponse = get_conditional_response(request, etag=etag) or JsonResponse(
        make(), safe=False, json_dumps_params={"ensure_ascii": False}
    )
    if etag:
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response

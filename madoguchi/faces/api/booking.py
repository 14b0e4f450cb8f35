"""Booking with a token: taking, confirming, giving back, standing in line. What is free is in `availability`.

A booking is asked for under the Idempotency-Key of the request, which stands on its own row: the same request again
finds that row, and needs no second table. What a machine asks for makes a person too, so its answers are kept instead.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.errors import TimeTaken
from madoguchi.faces.shared import bearer
from madoguchi.kernel.access.repeating import Answer
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import ActorKind
from madoguchi.kernel.text import said_of

from . import shapes_booking as shapes
from .app import operation
from .drafts import ChannelWrong
from .guards import machine_or_resident_app, resident_app
from .repeating import answer, call_of, key_of, once

books = machine_or_resident_app("bookings")
waits = resident_app("bookings")
HELD, CANCELLED, LAPSED = "held", "cancelled", "lapsed"


class AreaNotForKey(Refusal):
    """A machine books in areas of its own division."""

    code = "area_not_for_key"
    status = 403
    message = _("このキーは、この予約の担当課のものではありません。")


class SomebodyMissing(Refusal):
    """A machine says for whom; an app books for its resident or a child of theirs."""

    code = "somebody_missing"
    status = 422
    message = _(
        "アプリは「somebody」なしで、機械のキーは「somebody」（だれの予約か）をつけて送ってください。"
    )


# ------------------------------------------------------------------ with a token


@operation(
    "POST",
    "/bookings",
    rule=books,
    tag="booking",
    gives=shapes.Booking,
    status=201,
    refuses=(404, 409, 410),
)
def booking_make(request: HttpRequest, body: shapes.BookingIn) -> HttpResponse:
    """Book a time, or hold it for a moment (`hold`).

    409 when it is gone: `alternatives` says what is free near it. The same request again finds the same booking, as it
    stands by then.
    """
    actor, wanted = _actor(request), _wish(request, body)
    verb = services.hold if body.hold else services.book
    try:
        if actor.kind == ActorKind.MACHINE:
            return once(
                call_of(request), lambda: _kept(verb(wanted=wanted, **_somebody(request, body, wanted)))
            )
        party, person = queries.whom_by_app(actor, wanted, body.person)
        booking = verb(
            wanted=wanted, party=party, person=person, by=actor, channel=body.channel, asked=_asked(request)
        )
    except TimeTaken as refusal:
        refusal.alternatives = [_near(one) for one in queries.near(wanted)]
        raise
    return _told(booking, status=201)


@operation("GET", "/bookings", rule=books, tag="booking", gives=list[shapes.Booking])
def booking_list(request: HttpRequest) -> list[dict[str, Any]]:
    """What is booked or held and not over, the next first: the resident's own, or what this machine made."""
    rows = queries.program_bookings(_actor(request))
    services.record_program_reads(bookings=rows, by=_actor(request))
    return [_booking(one) for one in rows]


@operation(
    "GET", "/bookings/{uuid:booking_id}", rule=books, tag="booking", gives=shapes.Booking, refuses=(404,)
)
def booking_read(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """One booking, whatever became of it."""
    found = queries.program_booking(_actor(request), booking_id)
    services.record_program_reads(bookings=[found], by=_actor(request))
    return _told(found)


@operation(
    "POST",
    "/bookings/{uuid:booking_id}/confirmation",
    rule=books,
    tag="booking",
    gives=shapes.Booking,
    refuses=(404, 409),
)
def booking_confirm(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """What was held, or offered to somebody in line, becomes a booking. Twice is once."""
    _asked(request)
    found = queries.program_booking(_actor(request), booking_id)
    return _told(services.confirm(booking=found, by=_actor(request)))


@operation(
    "POST",
    "/bookings/{uuid:booking_id}/cancellation",
    rule=books,
    tag="booking",
    gives=shapes.Booking,
    refuses=(404, 409),
)
def booking_cancel(
    request: HttpRequest, booking_id: UUID, body: shapes.CancelIn | None = None
) -> HttpResponse:
    """Give a booking back, or let go of a hold or an offer; whoever waits first gets it. Twice is once."""
    _asked(request)
    found = queries.program_booking(_actor(request), booking_id)
    if found.state in (CANCELLED, LAPSED):
        return _told(found)
    if found.state == HELD:
        return _told(services.let_go(booking=found, by=_actor(request)))
    return _told(services.cancel(booking=found, by=_actor(request), why=body.why if body else ""))


# ------------------------------------------------------------------ the line for what is full


@operation(
    "POST",
    "/waitings",
    rule=waits,
    tag="booking",
    gives=shapes.Waiting,
    status=201,
    refuses=(404, 409, 410),
)
def waiting_stand(request: HttpRequest, body: shapes.WantedIn) -> HttpResponse:
    """Stand in line for a time that is full. When it is their turn, it is held for them: `booking`, until `offer_until`."""
    actor, wanted = _actor(request), _wish(request, body)
    party, person = queries.whom_by_app(actor, wanted, body.person)

    def stand() -> Answer:
        row = services.wait(wanted=wanted, party=party, person=person, by=actor, channel=body.channel)
        return answer(201, shapes.Waiting, _waiting(queries.waiting_for(actor, row.pk)), key=None)

    return once(call_of(request), stand)


@operation(
    "GET", "/waitings/{uuid:waiting_id}", rule=waits, tag="booking", gives=shapes.Waiting, refuses=(404,)
)
def waiting_read(request: HttpRequest, waiting_id: UUID) -> dict[str, Any]:
    """Where they stand, and what was offered."""
    return _waiting(queries.waiting_for(_actor(request), waiting_id))


@operation(
    "POST",
    "/waitings/{uuid:waiting_id}/leaving",
    rule=waits,
    tag="booking",
    gives=shapes.Waiting,
    refuses=(404, 409),
)
def waiting_leave(request: HttpRequest, waiting_id: UUID) -> dict[str, Any]:
    """Step out of the line. An offer is declined by cancelling its booking. Twice is once."""
    _asked(request)
    actor = _actor(request)
    services.leave(waiting=queries.waiting_for(actor, waiting_id), by=actor)
    return _waiting(queries.waiting_for(actor, waiting_id))


# ------------------------------------------------------------------ what was sent, and what is told


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def _asked(request: HttpRequest) -> str:
    """The Idempotency-Key of this caller, as it stands on the booking. Raises IdempotencyKeyMissing."""
    caller = bearer.caller(request)
    said = f"{caller.name if caller else ''}\0{key_of(request)}"
    return hashlib.sha256(said.encode()).hexdigest()


def _wish(request: HttpRequest, body: shapes.WantedIn) -> Any:
    is_machine = _actor(request).kind == ActorKind.MACHINE
    if is_machine == (body.channel == "web"):
        raise ChannelWrong
    if is_machine != (body.somebody is not None):
        raise SomebodyMissing
    return queries.wish(
        slot=body.slot,
        resource=body.resource,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        mode=body.mode,
        people=body.people,
        answers=body.answers,
        note=body.note,
        language=body.language,
        needs=tuple(body.needs),
    )


def _somebody(request: HttpRequest, body: shapes.WantedIn, wanted: Any) -> dict[str, Any]:
    """Who came to staff by telephone or in person, made a party of; what else a service wants to know."""
    caller, given = bearer.caller(request), body.somebody
    if caller is None or caller.key is None or given is None:
        raise SomebodyMissing
    area, site = wanted.resource.area, wanted.resource.site
    if caller.key.division_id not in (area.division_id, site.division_id):
        raise AreaNotForKey
    name = {
        part: getattr(given, part)
        for part in ("family", "given", "family_kana", "given_kana")
        if getattr(given, part)
    }
    profile = {
        "name": name,
        "birth": given.birth.isoformat() if given.birth else None,
        "phone": given.phone or None,
    }
    party = people.keep_party(profile={key: one for key, one in profile.items() if one}, by=caller.actor)
    return {"party": party, "person": party, "by": caller.actor, "channel": body.channel}


def _kept(booking: Any) -> Answer:
    # A machine's answer is kept for a day to be given again; it names nobody.
    return answer(201, shapes.Booking, _booking(booking), key=booking.party.key)


def _told(booking: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(_booking(booking), ensure_ascii=False, separators=(",", ":"), default=str).encode()
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    response.headers["ETag"] = f'"{booking.version}"'
    response.headers["Cache-Control"] = "private, no-store"
    if status == 201 and booking.is_repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _booking(one: Any) -> dict[str, Any]:
    resource, site = one.resource, one.resource.site
    return {
        "id": str(one.pk),
        "receipt": one.receipt,
        "state": str(one.state),
        "area": one.area.key,
        "resource": str(one.resource_id),
        "resource_name": said_of(resource),
        "site": site.key,
        "site_name": said_of(site),
        "slot": str(one.slot_id) if one.slot_id else None,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "mode": str(one.mode),
        "people": one.people,
        "takes": one.takes,
        "yen": one.yen,
        "paid": str(one.paid),
        "refund_yen": one.refund_yen,
        "held_until": one.held_until.isoformat() if one.held_until else None,
        "cancel_until": queries.cancelling(one).until.isoformat(),
        "version": one.version,
    }


def _near(one: Any) -> dict[str, Any]:
    return {
        "slot": str(one.slot.pk) if one.slot else None,
        "resource": str(one.resource.pk),
        "resource_name": said_of(one.resource),
        "site": one.resource.site.key,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "left": one.left,
    }


def _waiting(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "area": row.area.key,
        "resource": row.resource_id,
        "slot": row.slot_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "ahead": row.ahead if row.state == "waiting" else 0,
        "booking": row.booking_id,
        "offer_until": row.offer_until,
    }

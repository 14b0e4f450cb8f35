"""What programs ask: a wish by its ids, what a machine has booked, and what is free near a time that is gone."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from madoguchi.kernel import clock
from madoguchi.kernel.db import Given, Prepared
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, ActorKind, is_id

from .. import rules
from ..area_rules import rules_of
from ..errors import NotOffered, OnlyGroups, WhomUnclear
from ..models import OPEN, Booking, Resource, Slot, State
from ..wanting import Wanted, of_slot
from . import free, own, public

_KEPT_SECONDS = 2.0
_MOST_KEPT = 200
_MOST_LISTED = 200
_near: dict[Any, tuple[float, list[free.Time]]] = {}


_SLOT = Prepared(
    lambda: Slot.objects.select_related("resource__area", "resource__site").filter(
        pk=Given("pk", UUIDField()), resource__withdrawn_at=None
    )
)


def wish(
    *,
    slot: UUID | None,
    resource: UUID | None,
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None,
    **more: Any,
) -> Wanted:
    """A wish for one slot, or for one time of a resource. One query. Raises NotFound, NotOffered."""
    if slot is not None:
        found = _SLOT.first(pk=slot)
        if found is None:
            raise NotFound
        return of_slot(found, **more)
    if resource is None:
        raise NotFound
    whole = Resource.objects.select_related("area", "site").filter(pk=resource, withdrawn_at=None).first()
    if whole is None:
        raise NotFound
    if starts_at is None or ends_at is None or starts_at >= ends_at:
        raise NotOffered
    return Wanted(whole, starts_at, ends_at, **more)


def whom_by_app(actor: Actor, wanted: Wanted, person: UUID | None) -> tuple[Party, Party]:
    """(who answers for it, whom it is for): the resident, or a child or group of theirs.

    Whom the portal does not offer in this area an app does not book for either. Raises NotFound, WhomUnclear, OnlyGroups.
    """
    said = rules_of(wanted.resource.area.definition_id).said
    if person is None:
        me = identity.party(actor.party) if actor.is_resident and actor.mandate is None else None
        if me is None:
            raise NotFound
        if not own.is_for_oneself(said):
            raise OnlyGroups if said.who.group == "only" else WhomUnclear
        return me, me
    for one in own.whom(actor, said):
        if one.person.pk == person:
            return one.party, one.person
    raise NotFound


def program_bookings(actor: Actor) -> list[Booking]:
    """What is booked or held and not over, the next first: a resident's own, or what this machine made."""
    now = clock.now()
    rows = _theirs(actor).filter(state__in=OPEN, ends_at__gt=now)
    return list(
        rows.exclude(state=State.HELD, held_until__lte=now).order_by("starts_at", "pk")[:_MOST_LISTED]
    )


def program_booking(actor: Actor, booking_id: object) -> Booking:
    """One of their bookings, whatever became of it. Not there and not theirs are the same. Raises NotFound."""
    found = _theirs(actor).filter(pk=str(booking_id)).first() if is_id(booking_id) else None
    if found is None:
        raise NotFound
    return found


def _theirs(actor: Actor) -> QuerySet[Booking]:
    rows = Booking.objects.select_related(
        "area", "resource__area", "resource__site", "slot", "party", "person"
    )
    if actor.kind == ActorKind.MACHINE and actor.account is not None:
        return rows.filter(made_by=actor.account)
    return rows.filter(party__in=rules.answers_for(actor))


def near(wanted: Wanted) -> list[free.Time]:
    """What is free near a time that is gone, at most some seconds old.

    In the minute when bookings open most answers are this one: it is made once for all of them.
    """
    name = (wanted.resource.pk, wanted.starts_at, wanted.ends_at)
    now = time.monotonic()
    known = _near.get(name)
    if known is not None and known[0] > now:
        return known[1]
    gone = free.Time(wanted.resource, wanted.starts_at, wanted.ends_at, free.Free.FULL, 0, wanted.slot)
    found = public.alternatives(gone)
    if len(_near) >= _MOST_KEPT:
        _near.clear()
    _near[name] = (now + _KEPT_SECONDS, found)
    return found

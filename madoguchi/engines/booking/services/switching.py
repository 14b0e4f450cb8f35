"""Changing what one has without losing it: how one takes part, the answers of a hold, another time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from madoguchi.kernel import clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor

from .. import places, rules
from ..area_rules import rules_of
from ..errors import AlreadyBooked, BookingOver, HoldLapsed, NotOffered
from ..models import Booking, Channel, Paid, Resource, Slot, State
from ..wanting import Checked, Wanted, amounts, check, facts_about, price
from .giving_back import cancel
from .taking import book, record
from .waiting import offer_freed


def switch_mode(*, booking: Booking, mode: str, by: Actor) -> Booking:
    """Take part in another way (会場 ⇄ オンライン): the new place is taken and the old one given back, or neither.

    Raises NotOffered, SlotFull, SlotShut, BookingOver, SomebodyWasFaster, NotFound.
    """
    rules.check_may_change(by, booking, booking.resource)
    found = rules_of(booking.definition_id)
    if mode not in found.said.modes or booking.slot_id is None:
        raise NotOffered
    if booking.state != State.BOOKED or booking.starts_at <= clock.now():
        raise BookingOver
    if mode == booking.mode:
        return booking
    wanted = replace(wanted_of(booking), mode=mode)
    facts = facts_about(
        booking.person,
        booking.party,
        wanted,
        wanted.answers,
        is_group=booking.person.kind == PartyKind.ORGANISATION,
        city=found.said.who.city,
    )
    # What was paid stays paid: a change of the way costs nobody anything afterwards.
    yen = booking.yen if booking.paid == Paid.PAID else price(found, wanted, facts)
    return _switched(booking=booking, takes=amounts(found, facts, mode), mode=mode, yen=yen, by=by)


@writes
def _switched(*, booking: Booking, takes: dict[str, int], mode: str, yen: int, by: Actor) -> Booking:
    _take_instead(booking.slot_id, booking.takes, takes)
    paid = booking.paid if booking.paid == Paid.PAID else (Paid.UNPAID if yen else Paid.FREE)
    _set(booking, State.BOOKED, takes=takes, mode=mode, yen=yen, paid=paid)
    record(booking, "booking.changed", by, mode=mode)
    offer_freed(booking)
    return booking


def amend(*, booking: Booking, wanted: Wanted, party: Party, person: Party, by: Actor) -> Booking:
    """Other answers for what one is still holding, at the same time of the same resource: the place stays theirs.

    Raises what `check` raises, HoldLapsed, SlotFull, AlreadyBooked.
    """
    rules.check_may_change(by, booking, booking.resource)
    same = (wanted.resource.pk, wanted.starts_at, wanted.ends_at)
    if same != (booking.resource_id, booking.starts_at, booking.ends_at):
        raise NotOffered
    found = check(wanted=wanted, party=party, person=person, by=by, channel=Channel(booking.channel))
    try:
        return _amended(booking=booking, found=found, by=by)
    except IntegrityError as error:
        raise AlreadyBooked from error


@writes
def _amended(*, booking: Booking, found: Checked, by: Actor) -> Booking:
    if booking.held_until is None or booking.held_until <= clock.now():
        raise HoldLapsed
    wanted = found.wanted
    if booking.slot_id is not None:
        _take_instead(booking.slot_id, booking.takes, found.takes)
    changed: dict[str, Any] = {
        "party": found.party,
        "person": found.person,
        "registration": found.registration,
        "takes": found.takes,
        "mode": wanted.mode,
        "people": wanted.people,
        "yen": found.yen,
        "paid": found.paid,
        "language": wanted.language,
        "needs": list(wanted.needs),
    }
    if found.once and found.person.pk != booking.person_id:
        from .taking import _free_key

        changed["once"] = _free_key(found)
    # What colleagues noted stays, whatever its owner answers now.
    content = _content(booking) | {"answers": found.answers, "note": wanted.note[:1000]}
    if any(content.values()) or booking.sealed:
        booking.key = booking.key or vault.new_key(booking.ref)
        changed |= {"key": booking.key, "sealed": vault.seal(booking.key, content, context=booking.context)}
    _set(booking, State.HELD, **changed)
    record(booking, "booking.amended", by)
    offer_freed(booking)
    return booking


def move(*, booking: Booking, wanted: Wanted, by: Actor, asked: str = "") -> Booking:
    """Another time instead: the old one is cancelled and the new one booked in one transaction, or neither.

    What it takes to cancel holds for the old one (CannotCancelNow, its refund), what it takes to book for the new.
    The same `asked` again gives the booking made then.
    """
    rules.check_may_change(by, booking, booking.resource)
    known = Booking.objects.filter(made_by=by.account, asked=asked).first() if asked else None
    if known is not None:
        return known
    if wanted.resource.area_id != booking.area_id:
        raise NotOffered
    check(wanted=wanted, party=booking.party, person=booking.person, by=by, channel=booking.channel)
    return _moved(booking=booking, wanted=wanted, by=by, asked=asked)


@writes
def _moved(*, booking: Booking, wanted: Wanted, by: Actor, asked: str) -> Booking:
    # First the old one: what may be had once only would otherwise stand in the way of itself.
    cancel(booking=booking, by=by)
    return book(
        wanted=wanted, party=booking.party, person=booking.person, by=by, channel=booking.channel, asked=asked
    )


def moved(
    wish: Wanted, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, slot: Slot | None = None
) -> Wanted:
    """The same wish at another time or place."""
    return replace(wish, resource=resource, starts_at=starts_at, ends_at=ends_at, slot=slot)


def wanted_of(booking: Booking) -> Wanted:
    """A booking as the wish it was, with its answers."""
    content = _content(booking)
    return Wanted(
        booking.resource,
        booking.starts_at,
        booking.ends_at,
        booking.slot,
        mode=booking.mode,
        people=booking.people,
        answers=content.get("answers", {}),
        note=content.get("note", ""),
        language=booking.language,
        needs=tuple(booking.needs),
    )


def _content(booking: Booking) -> dict[str, Any]:
    key = booking.key
    if key is None or not booking.sealed or key.destroyed_at is not None:
        return {}
    return vault.unseal(key, bytes(booking.sealed), context=booking.context)


def _take_instead(slot_id: Any, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Take and give back by the difference, in one order for everybody: two who change places never wait crosswise."""
    for kind in sorted({*before, *after}):
        more = after.get(kind, 0) - before.get(kind, 0)
        if more > 0:
            places.take_counts(slot_id, {kind: more})
        elif more < 0:
            places.give_counts(slot_id, {kind: -more})


def _set(booking: Booking, state: State, **columns: Any) -> None:
    """Compare and set: somebody who ended it meanwhile was faster."""
    mine = Booking.objects.filter(pk=booking.pk, state=state, version=booking.version)
    if not mine.update(version=F("version") + 1, **columns):
        raise SomebodyWasFaster
    for name, value in columns.items():
        setattr(booking, name, value)
    booking.version += 1

"""One booking as staff see it: numbers at once; the name, the answers and the notes only after the look is on record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.records import queries as records
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import SEES_PROTECTED, Party
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import normalise_receipt

from ... import rules
from ...area_rules import rules_of
from ...models import Booking, Slot, Waiting
from ...shape import AreaFile
from ...times import refund_percent

LOOK_LASTS = dt.timedelta(hours=1)
WHOLE = rules.WHOLE


@dataclass(frozen=True, slots=True)
class Who:
    """A person or group as their profile has it. Whereabouts are empty under 秘匿."""

    name: str
    kana: str = ""
    birth: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What only who recorded a reason is shown."""

    party: Who
    person: Who | None
    answers: list[tuple[str, str]]
    note: str
    staff_notes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class BookingSeen:
    """One booking on the desk."""

    booking: Booking
    said: AreaFile
    refund_percent: int | None
    opened: Opened | None = None
    look: Event | None = None
    care: bool = False
    history: list[Event] = field(default_factory=list)


def booking_for(actor: Actor, booking_id: Any) -> Booking:
    """A booking of the actor's area or site. Not there and not theirs are the same. Raises NotFound."""
    rows = Booking.objects.select_related(
        "area__definition", "resource__site", "slot", "party__key", "person__key", "key", "series"
    )
    found = rows.filter(pk=str(booking_id)).first() if is_id(str(booking_id)) else None
    if found is None or not rules.works_at(actor, found.area, found.resource.site):
        raise NotFound
    return found


def by_number(actor: Actor, typed: str) -> Booking | None:
    """The booking of that receipt number, or of the number another system gave it, if it is theirs."""
    typed = typed.strip()[:60]
    receipt = normalise_receipt(typed)
    rows = Booking.objects.filter(receipt=receipt) if receipt else Booking.objects.filter(number=typed)
    for one in rows.exclude(receipt="").select_related("area", "resource__site")[:20] if typed else ():
        if rules.works_at(actor, one.area, one.resource.site):
            return one
    return None


def read_booking(actor: Actor, booking_id: Any) -> BookingSeen:
    """The booking; with names where the actor's own look is in force. Raises NotFound."""
    booking = booking_for(actor, booking_id)
    look = look_in_force(actor, booking)
    said = rules_of(booking.definition_id).said
    return BookingSeen(
        booking=booking,
        said=said,
        refund_percent=refund_percent(said.cancel, booking.starts_at, clock.now()),
        opened=opened(actor, booking) if look else None,
        look=look,
        care=has_care_notes(actor, booking),
        history=list(audit.events_about(booking.ref).exclude(verb=Event.READ).order_by("at", "id")[:40]),
    )


def look_in_force(actor: Actor, booking: Booking) -> Event | None:
    """The actor's latest recorded look while it counts: for an hour, and until they sign out."""
    mine = audit.reads_about(booking.ref).filter(actor_account=actor.account, what=WHOLE)
    look = mine.first()
    if look is None or look.at <= clock.now() - LOOK_LASTS:
        return None
    own = audit.events_about(Ref("identity", "account", str(actor.account)))
    return None if own.filter(verb="signed_out", at__gte=look.at).exists() else look


def opened(actor: Actor, booking: Booking) -> Opened:
    """Who it is for and what they answered. Call it only behind a recorded look."""
    said = rules_of(booking.definition_id).said
    content = content_of(booking)
    answers = content.get("answers", {})
    return Opened(
        party=who(actor, booking, booking.party),
        person=who(actor, booking, booking.person) if booking.person_id != booking.party_id else None,
        answers=[(ask.label, _in_words(ask, answers[ask.key])) for ask in said.asks if ask.key in answers],
        note=content.get("note", ""),
        staff_notes=content.get("staff", []),
    )


def content_of(booking: Booking) -> dict[str, Any]:
    """What is sealed in it: {answers, note, staff}."""
    if booking.key is None or not booking.sealed or booking.key.destroyed_at is not None:
        return {}
    return vault.unseal(booking.key, bytes(booking.sealed), context=booking.context)


def who(actor: Actor, booking: Booking | Waiting, party: Party) -> Who:
    """One party in words. 秘匿: where they are is for who holds the named right."""
    if party.key.destroyed_at is not None:
        return Who("")
    told = identity.profile(party)
    name = told.get("name") or {}
    address = told.get("address")
    where = address if isinstance(address, dict) else {}
    hidden = party.is_protected and not actor.has_role(SEES_PROTECTED, in_=booking.area.division_id)
    return Who(
        name=" ".join(str(name[part]) for part in ("family", "given") if name.get(part)),
        kana=" ".join(str(name[part]) for part in ("family_kana", "given_kana") if name.get(part)),
        birth=str(told.get("birth") or ""),
        phone="" if hidden else str(told.get("phone") or ""),
        email="" if hidden else str(told.get("email") or ""),
        address=""
        if hidden
        else " ".join(str(where[one]) for one in ("address", "building") if where.get(one)),
        is_hidden=hidden,
    )


def _in_words(ask: Any, answer: Any) -> str:
    if ask.type == "yes_no":
        return "はい" if answer else "いいえ"
    if ask.type == "choice":
        return next((option.label for option in ask.options if option.key == answer), str(answer))
    return str(answer)


def site_division(booking: Booking) -> str:
    """Whose staff have the person before them: the site's, or the area's where the site has none."""
    return booking.resource.site.division_id or booking.area.division_id


def registration_of(booking: Booking) -> Any:
    """The registration it stands on, or None."""
    if booking.registration is None:
        return None
    try:
        return records.registration(booking.registration)
    except NotFound:
        return None


def has_care_notes(actor: Actor, booking: Booking) -> bool:
    """「配慮することがあります」: whether there is something to open, and it is the actor's business."""
    found = registration_of(booking)
    return bool(
        found and found.has_care_notes and records.may_look(found, actor, at_division=site_division(booking))
    )


# ------------------------------------------------------------------ a slot, and who waits


@dataclass(frozen=True, slots=True)
class SlotOpened:
    slot: Slot
    said: AreaFile
    bookings: list[Booking]
    waiting: list[Waiting]


def slot_for(actor: Actor, slot_id: Any) -> Slot:
    """A slot of the actor's area or site. Raises NotFound."""
    rows = Slot.objects.select_related("resource__area__definition", "resource__site").prefetch_related(
        "counts"
    )
    found = rows.filter(pk=str(slot_id)).first() if is_id(str(slot_id)) else None
    if found is None or not rules.works_at(actor, found.resource.area, found.resource.site):
        raise NotFound
    return found


def slot_opened(actor: Actor, slot_id: Any) -> SlotOpened:
    """The slot with its bookings, and the line. Raises NotFound."""
    slot = slot_for(actor, slot_id)
    return SlotOpened(
        slot,
        rules_of(slot.resource.area.definition_id).said,
        list(Booking.objects.active().filter(slot=slot).order_by("made_at", "pk")),
        list(Waiting.objects.filter(slot=slot, state__in=("waiting", "offered")).order_by("number")),
    )


def waiting_for(actor: Actor, waiting_id: Any) -> Waiting:
    """Somebody's place in a line of the actor's. Raises NotFound."""
    rows = Waiting.objects.select_related("area", "resource__site", "party__key", "person__key", "slot")
    found = rows.filter(pk=str(waiting_id)).first() if is_id(str(waiting_id)) else None
    if found is None or not rules.works_at(actor, found.area, found.resource.site):
        raise NotFound
    return found

"""What staff do at one booking and for one person: record a look, write a note, take somebody down, search."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.calendar import parse_date, split_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import phone as phone_number
from madoguchi.kernel.text import refuse_my_number

from .. import rules
from ..area_rules import rules_of
from ..desk_errors import LookFirst, LookNeedsReason, NoteUnclear, PersonUnclear, ReasonNeeded, SearchUnclear
from ..errors import AskedDifferently
from ..models import Area, Booking, Series, Site, Waiting
from ..queries.desk.finding import NAME, PHONE, Found
from ..queries.desk.one import content_of, look_in_force
from ..queries.desk.telling import Letter
from ..wanting import Wanted
from . import series
from .giving_back import cancel
from .taking import book
from .waiting import lapse_offer, wait

MOST_REASON, MOST_NOTE, MOST_NAME, MOST_ADDRESS = 200, 1000, 60, 200


def record_look(*, booking: Booking, by: Actor, reason: str) -> None:
    """Write down why somebody looks, before anything is shown. Who the booking is of reads it, too.

    Raises LookNeedsReason, NotFound.
    """
    _check(booking, by)
    audit.record_reads(_subjects(booking), by=by, purpose=_reason(reason), what=rules.WHOLE)


def record_list(*, bookings: Iterable[Booking], by: Actor, reason: str) -> None:
    """The same for a day's list on paper, for every person on it."""
    bookings = list(bookings)
    for booking in bookings:
        _check(booking, by)
    looks = [one for booking in bookings for one in _subjects(booking)]
    audit.record_reads(looks, by=by, purpose=_reason(reason), what=rules.WHOLE)


def _subjects(booking: Booking) -> list[tuple[Ref, uuid.UUID | None]]:
    # Of a child's booking the child's keeper reads who looked: they are the party that answers for it.
    return [(booking.ref, booking.party_id)]


def _reason(reason: str) -> str:
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise LookNeedsReason
    refuse_my_number(reason)
    return reason


def _check(booking: Booking, by: Actor) -> None:
    if not rules.works_at(by, booking.area, booking.resource.site):
        raise NotFound


@writes
def cancel_for(*, booking: Booking, by: Actor, why: str, by_city: bool) -> Booking:
    """Cancel for who telephoned, or because of the city itself: then all is given back, and they are told why.

    Raises ReasonNeeded, BookingOver, SomebodyWasFaster, NotFound.
    """
    why = why.strip()[:300]
    refuse_my_number(why)
    if not why:
        raise ReasonNeeded
    cancelled = cancel(booking=booking, by=by, why=why, by_city=by_city)
    lapse_offer(cancelled, declined=not by_city)
    return cancelled


@writes
def add_note(*, booking: Booking, note: str, by: Actor) -> Booking:
    """A remark for colleagues, sealed with the rest. Raises LookFirst, NoteUnclear, SomebodyWasFaster, NotFound."""
    _check(booking, by)
    if look_in_force(by, booking) is None:
        raise LookFirst
    note = note.replace("\0", " ").strip()
    if not 1 <= len(note) <= MOST_NOTE:
        raise NoteUnclear
    refuse_my_number(note)
    content = content_of(booking)
    content["staff"] = [
        *content.get("staff", []),
        {"at": clock.now().isoformat(), "by": by.name, "note": note},
    ]
    key = booking.key or vault.new_key(booking.ref)
    sealed = vault.seal(key, content, context=booking.context)
    mine = Booking.objects.filter(pk=booking.pk, version=booking.version)
    if not mine.update(key=key, sealed=sealed, version=F("version") + 1):
        raise SomebodyWasFaster
    booking.refresh_from_db()
    audit.record("booking.noted", booking.ref, by=by, subject=booking.person_id)
    return booking


def record_search(*, area: Area, site: Site, found: Iterable[Found], by: Actor) -> None:
    """Write down for each person found that a search showed them. Returns once it is committed: only then show it."""
    if not rules.may_book_for(by, area, site):
        raise NotFound
    looks = [(Ref.to(one.person), one.party.pk) for one in found]
    audit.record_reads(looks, by=by, purpose=rules.SEARCHED, what=rules.FOUND)


def refuse_empty_search() -> NoReturn:
    """Raises SearchUnclear."""
    raise SearchUnclear


@writes
def take_down(*, told: Mapping[str, str], by: Actor, is_group: bool = False) -> Party:
    """Somebody who telephones, writes or stands at the counter, without an account: their name and where to reach them.

    They are found again by name or telephone. Raises PersonUnclear.
    """
    said = {key: str(value).replace("\0", " ").strip() for key, value in told.items()}
    name = {
        part: said[part][:MOST_NAME]
        for part in ("family", "given", "family_kana", "given_kana")
        if said.get(part)
    }
    digits = _phone(said.get("phone", ""))
    if not name.get("family") or not (digits or said.get("address")):
        raise PersonUnclear
    refuse_my_number(*(said[key] for key in said if key != "phone"))
    profile: dict[str, object] = {"name": name}
    if digits:
        profile["phone"] = digits
    if said.get("address"):
        profile["address"] = {"postcode": "", "address": said["address"][:MOST_ADDRESS], "building": ""}
    if said.get("email"):
        profile["email"] = said["email"][:MOST_ADDRESS]
    if said.get("birth"):
        profile["birth"] = _birth(said["birth"])
    kind = PartyKind.ORGANISATION if is_group else PartyKind.PERSON
    party = people.keep_party(profile=profile, by=by, kind=kind)
    whole = "".join(name.get(part, "") for part in ("family", "given"))
    kana = "".join(name.get(part, "") for part in ("family_kana", "given_kana"))
    for words in filter(None, {whole, kana}):
        vault.remember(NAME, words, Ref.to(party))
    if digits:
        vault.remember(PHONE, digits, Ref.to(party))
    return party


def _phone(typed: str) -> str:
    try:
        return phone_number(typed) if typed else ""
    except ValueError:
        raise PersonUnclear from None


def _birth(typed: str) -> str:
    parts = split_date(typed)
    try:
        found = parse_date(*parts) if parts else None
    except ValueError:
        found = None
    if found is None or found > clock.today():
        raise PersonUnclear
    return found.isoformat()


# ------------------------------------------------------------------ telling who has no inbox


def record_letter(*, letter: Letter, by: Actor) -> None:
    """Write down that somebody opens address and words of one piece of news, before they are shown."""
    audit.record_read(
        letter.about.ref,
        by=by,
        purpose=rules.TELLING,
        what=rules.LETTER,
        subject=letter.delivery.recipient_id,
    )


@writes
def told(*, letter: Letter, how: str, by: Actor) -> None:
    """The letter was posted, or they were told by telephone. Raises LookFirst, SomebodyWasFaster."""
    if letter.look is None:
        raise LookFirst
    if letter.is_gone:
        raise SomebodyWasFaster
    messaging.hand_over(letter.delivery, by=by)
    facts = {"how": "phone" if how == "phone" else "letter", "kind": letter.delivery.message.kind}
    audit.record("booking.told", letter.about.ref, by=by, facts=facts, subject=letter.delivery.recipient_id)


# ------------------------------------------------------------------ in one go with the booking


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a booking is for: somebody who was found, or somebody told of for the first time."""

    found: Found | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    is_group: bool = False


@writes
def book_for(*, wanted: Wanted, whose: Whose, by: Actor, channel: str, asked: str) -> Booking:
    """Take somebody down and book for them, or neither. The same `asked` again gives the booking made then.

    Raises PersonUnclear, and what `book` raises.
    """
    known = Booking.objects.filter(made_by=by.account, asked=asked).first() if asked else None
    if known is not None:
        if not _is_same(known, wanted, whose):
            raise AskedDifferently
        return known
    party, person = _parties(wanted, whose, by)
    return book(wanted=wanted, party=party, person=person, by=by, channel=channel, asked=asked)


def _is_same(known: Booking, wanted: Wanted, whose: Whose) -> bool:
    """Whether the same was wanted for the same person: the form of the last call may still stand in the window."""
    if (known.resource_id, known.starts_at) != (wanted.resource.pk, wanted.starts_at):
        return False
    if whose.found is not None:
        return known.person_id == whose.found.person.pk
    name = identity.profile(known.person).get("name") or {}
    return all(
        str(whose.told.get(part, "")).strip() == str(name.get(part, "")) for part in ("family", "given")
    )


@writes
def wait_for(*, wanted: Wanted, whose: Whose, by: Actor, channel: str) -> Waiting:
    """The same for the line. Raises PersonUnclear, and what `wait` raises."""
    party, person = _parties(wanted, whose, by)
    return wait(wanted=wanted, party=party, person=person, by=by, channel=channel)


def preview_for(*, wanted: Wanted, rule: str, whose: Whose, by: Actor, channel: str) -> list[series.Day]:
    """What would come of a series. Whoever is told of for the first time is not kept by looking."""
    with writes():
        party, person = _parties(wanted, whose, by)
        days = series.preview_series(
            wanted=wanted, rule=rule, party=party, person=person, by=by, channel=channel
        )
        transaction.set_rollback(True)
    return days


@writes
def series_for(*, wanted: Wanted, rule: str, whose: Whose, by: Actor, channel: str, asked: str) -> Series:
    """Take somebody down and book the series, or neither. Raises as `series.book_series`, and PersonUnclear."""
    if known := series.made_before(by, asked):
        return known
    party, person = _parties(wanted, whose, by)
    return series.book_series(
        wanted=wanted, rule=rule, party=party, person=person, by=by, channel=channel, asked=asked
    )


def _parties(wanted: Wanted, whose: Whose, by: Actor) -> tuple[Party, Party]:
    area = wanted.resource.area
    if not rules.may_book_for(by, area, wanted.resource.site):
        raise NotFound
    if whose.found is not None:
        return whose.found.party, whose.found.person
    if rules_of(area.definition_id).said.who.registration is not None:
        raise PersonUnclear(
            _("登録のある人をさがして、選んでください。登録がまだのときは、先に登録（面接）をします。")
        )
    party = take_down(told=whose.told, by=by, is_group=whose.is_group)
    return party, party

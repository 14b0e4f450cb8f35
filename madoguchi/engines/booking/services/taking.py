"""Taking a place: hold it, confirm it, or both at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import CharField, F, UUIDField

from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.db import Given, Prepared, added, gathered, writes
from madoguchi.kernel.errors import NotFound, Refusal, SomebodyWasFaster
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.refs.receipts import scattered_receipt

from .. import places, rules
from ..area_rules import read_answers, rules_of
from ..errors import AlreadyBooked, AskedDifferently, HadAlready, HoldLapsed, LimitReached, TimeTaken
from ..models import Booking, Channel, State
from ..shape import Limit
from ..wanting import Checked, Wanted, check

RECEIPTS_TRIED = 5
WON = "lottery:win:"


def hold(
    *, wanted: Wanted, party: Party, person: Party, by: Actor, channel: Channel | str, asked: str = ""
) -> Booking:
    """Keep it for `person` while the rest is filled in, for as long as the area says.

    A hold owns real claims: nobody is shown a place that is gone when they press the button. Raises what `check`
    raises, and TimeTaken (SlotFull), AlreadyBooked, LimitReached, HadAlready.
    """
    found = _checked(wanted, party, person, by, channel, asked)
    if isinstance(found, Booking):
        return found
    until = clock.now() + dt.timedelta(minutes=found.rules.said.hold_minutes)
    return take(found, state=State.HELD, by=by, asked=asked, held_until=until)


def book(
    *, wanted: Wanted, party: Party, person: Party, by: Actor, channel: Channel | str, asked: str = ""
) -> Booking:
    """Hold and confirm in one. The same `asked` by the same account again gives the booking made then."""
    found = _checked(wanted, party, person, by, channel, asked)
    if isinstance(found, Booking):
        return found
    return take(found, state=State.BOOKED, by=by, asked=asked)


def _checked(
    wanted: Wanted, party: Party, person: Party, by: Actor, channel: Channel | str, asked: str
) -> Checked | Booking:
    """The wish as the rules allow it. What was booked under this key is found, also when they would say no by now."""
    try:
        return check(wanted=wanted, party=party, person=person, by=by, channel=channel)
    except Refusal:
        if known := _asked_before(wanted, person, by, asked):
            return known
        raise


@writes
def confirm(*, booking: Booking, by: Actor) -> Booking:
    """What was held becomes a booking, by whom it is held for or by staff there. Twice is once.

    A hold that was won in a draw is confirmed there, with all that was won together. Raises HoldLapsed when its time
    ran out, NotFound.
    """
    rules.check_may_change(by, booking, booking.resource)
    if booking.state == State.HELD and booking.about.startswith(WON):
        from .winning import answer_win

        return answer_win(booking=booking, takes=True, by=by)
    now = clock.now()
    mine = Booking.objects.filter(pk=booking.pk, state=State.HELD, held_until__gt=now)
    if not mine.update(state=State.BOOKED, booked_at=now, held_until=None, version=F("version") + 1):
        booking.refresh_from_db()
        if booking.state == State.BOOKED:
            return booking
        raise HoldLapsed
    booking.refresh_from_db()
    _settle_offer(booking)
    record(booking, "booking.made", by)
    return booking


def _settle_offer(booking: Booking) -> None:
    """Whoever waited for it has it now."""
    from .waiting import settle

    settle(booking)


def take(
    found: Checked,
    *,
    state: State,
    by: Actor,
    asked: str = "",
    held_until: dt.datetime | None = None,
    about: str = "",
    more: dict[str, Any] | None = None,
) -> Booking:
    """Take what was checked. All of it is undone if anything of it is gone."""
    limits_tried, let_go_of_own = 0, False
    _look_first(found, by, asked)
    while True:
        try:
            return _take(found, state, by, asked, held_until, about, more or {})
        except (IntegrityError, Refusal) as error:
            # Whoever asks again under the same key is told what became of it, also when all is full by now.
            if known := _asked_before(found.wanted, found.person, by, asked):
                return known
            if isinstance(error, Refusal):
                if let_go_of_own or not _lapse_own(found, error):
                    raise
                let_go_of_own = True
                continue
            limits_tried += 1
            try:
                _tell_why(found, error, limits_tried)
            except (AlreadyBooked, LimitReached, HadAlready) as refusal:
                if let_go_of_own or not _lapse_own(found, refusal):
                    raise
                let_go_of_own = True


def _look_first(found: Checked, by: Actor, asked: str) -> None:
    """Who comes too late is told so before a transaction begins, unless a hold that ran out is in the way."""
    if found.wanted.slot is None:
        return
    try:
        places.refuse_if_full(found.wanted.slot.pk, found.takes)
    except TimeTaken:
        from .giving_back import has_stale

        if has_stale(found.wanted.slot.pk) or _asked_before(found.wanted, found.person, by, asked):
            return
        raise


def _lapse_own(found: Checked, refusal: Refusal) -> bool:
    """Whether a hold of their own whose time ran out was in the way: it need not wait for the worker."""
    from .giving_back import lapse_stale

    if not isinstance(refusal, AlreadyBooked | LimitReached | HadAlready):
        return False
    own = Booking.objects.stale(clock.now()).filter(area=found.area, person=found.person)
    return bool(lapse_stale(bookings=list(own.values_list("pk", flat=True))))


@writes
def _take(
    found: Checked,
    state: State,
    by: Actor,
    asked: str,
    held_until: dt.datetime | None,
    about: str,
    more: dict[str, Any],
) -> Booking:
    wanted, now = found.wanted, clock.now()
    # The first statement of the transaction takes something: the database decides who was first.
    if wanted.slot is not None:
        _take_counts(wanted.slot.pk, found.takes, by)
    booking = Booking(
        receipt=scattered_receipt(clock.today()),
        area=found.area,
        definition_id=found.area.definition_id,
        resource=wanted.resource,
        slot=wanted.slot,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        party=found.party,
        person=found.person,
        registration=found.registration,
        state=state,
        channel=found.channel,
        mode=wanted.mode,
        takes=found.takes,
        people=wanted.people,
        held_until=held_until,
        yen=found.yen,
        paid=found.paid,
        language=wanted.language,
        needs=list(wanted.needs),
        once=_free_key(found),
        about=about,
        made_at=now,
        made_by=by.account,
        asked=asked,
        booked_at=now if state == State.BOOKED else None,
        **more,
    )
    if wanted.slot is None:
        _claim(booking, found, by)
    with gathered():
        _seal(booking, found)
        added(booking)
        record(booking, "booking.made" if state == State.BOOKED else "booking.held", by)
    return booking


def _take_counts(slot_id: Any, takes: dict[str, int], by: Actor) -> None:
    try:
        places.take_counts(slot_id, takes)
    except TimeTaken:
        # Holds whose time ran out still own what they took: whoever wants it lets them go, and asks once more.
        from .giving_back import has_stale, lapse_stale

        if not has_stale(slot_id) or not lapse_stale(slot=slot_id, by=by):
            raise
        places.take_counts(slot_id, takes)


def _claim(booking: Booking, found: Checked, by: Actor) -> None:
    wanted = found.wanted
    cells = places.wanted_cells(wanted.resource, wanted.starts_at, wanted.ends_at, found.rules.said.cleaning)
    try:
        places.claim_cells(cells, owner=booking)
    except TimeTaken:
        from .giving_back import lapse_stale

        stale = [row.booking_id for row in places.taken_among(cells) if row.booking_id]
        if not lapse_stale(bookings=stale, by=by):
            raise
        places.claim_cells(cells, owner=booking)


def _used(keys: tuple[str, ...]) -> set[str]:
    # As SQL, and with the words of the partial index in it: with them as parameters SQLite reads the whole table.
    question = f"""SELECT once FROM booking_booking WHERE once IN ({", ".join(["%s"] * len(keys))})
    AND state IN ('held', 'booked', 'attended') AND NOT (once = '')"""  # noqa: S608  only places stand in it
    with connection.cursor() as cursor:
        cursor.execute(question, keys)
        return {row[0] for row in cursor.fetchall()}


def _free_key(found: Checked) -> str:
    """Of what may be had a few times, one that is not used up. The unique constraint decides between two at once."""
    if not found.once:
        return ""
    limit, keys = found.once[0]
    if len(keys) == 1:  # nothing to choose from: the constraint says whether it is used up
        return keys[0]
    used = _used(keys)
    for key in keys:
        if key not in used:
            return key
    raise _none_left(limit)


def _none_left(limit: Limit) -> Refusal:
    return (LimitReached if limit.per == "open" else HadAlready)(most=limit.most)


def _seal(booking: Booking, found: Checked) -> None:
    content = {"answers": found.answers, "note": found.wanted.note[:1000]}
    if not any(content.values()):
        return
    booking.key = vault.new_key(booking.ref)
    booking.sealed = vault.seal(booking.key, content, context=booking.context)


def record(booking: Booking, verb: str, by: Actor, **facts: Any) -> None:
    """The deed in the audit, and the word to whoever must hear of it in the outbox."""
    audit.record(
        verb, booking.ref, by=by, facts={"channel": str(booking.channel), **facts}, subject=booking.person_id
    )
    jobs.enqueue("booking.tell", about=booking.ref, payload={"verb": verb, "version": booking.version})


# The words of the partial index: with "" as a parameter SQLite would read the whole table.
_ASKED = Prepared(
    lambda: (
        Booking.objects.filter(made_by=Given("by", UUIDField()), asked=Given("asked", CharField()))
        .extra(where=["NOT (booking_booking.asked = '')"])
        .select_related("key")
    )
)


def _asked_before(wanted: Wanted, person: Party, by: Actor, asked: str) -> Booking | None:
    """The booking made under this key. Raises AskedDifferently when something else was wanted then."""
    if not asked:
        return None
    if by.account is not None:
        known = _ASKED.first(by=by.account, asked=asked)
    else:
        known = Booking.objects.filter(made_by=None, asked=asked).select_related("key").first()
    if known is None:
        return None
    was = (known.resource_id, known.starts_at, known.ends_at, known.person_id, known.mode, known.people)
    is_ = (wanted.resource.pk, wanted.starts_at, wanted.ends_at, person.pk, wanted.mode, wanted.people)
    if was != is_ or (known.language, known.needs) != (wanted.language, list(wanted.needs)):
        raise AskedDifferently
    if _content(known) != _asked_content(wanted, known):
        raise AskedDifferently
    known.is_repeated = True
    return known


def _content(booking: Booking) -> dict[str, Any]:
    """What was answered and noted, as it was sealed; what staff noted since is not part of what was asked."""
    if not booking.sealed or booking.key is None:
        return {"answers": {}, "note": ""}
    sealed = vault.unseal(booking.key, bytes(booking.sealed), context=booking.context)
    return {"answers": sealed.get("answers", {}), "note": sealed.get("note", "")}


def _asked_content(wanted: Wanted, known: Booking) -> dict[str, Any] | None:
    try:
        answers = read_answers(rules_of(known.definition_id).said, wanted.answers)
    except Refusal:
        return None
    return {"answers": answers, "note": wanted.note[:1000]}


def _tell_why(found: Checked, error: IntegrityError, tried: int) -> None:
    """Return to try again (a number drawn twice, a key used up meanwhile), or raise what the person can do about."""
    wanted = found.wanted
    if wanted.slot is not None:
        mine = Booking.objects.active().filter(slot=wanted.slot, person=found.person)
        if mine.exists():
            raise AlreadyBooked from error
    for limit, keys in found.once[:1]:
        if _used(keys) >= set(keys):
            raise _none_left(limit) from error
    if tried > RECEIPTS_TRIED:
        raise SomebodyWasFaster from error


def booking_by_id(booking_id: Any) -> Booking:
    """With what every verb needs. Raises NotFound."""
    found = (
        Booking.objects.select_related(
            "area", "resource__site", "resource__area", "slot", "party", "person", "key"
        )
        .filter(pk=booking_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


__all__ = ["book", "booking_by_id", "confirm", "hold", "record", "rules_of", "take"]

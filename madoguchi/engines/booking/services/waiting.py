"""The line for what is full. An offer is a hold: what is offered is theirs until its time runs out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Actor

from .. import places, rules
from ..area_rules import rules_of
from ..errors import AlreadyBooked, AlreadyWaiting, NothingFree, NoWaiting
from ..models import Booking, Channel, Count, Resource, State, Unit, Waiting, WaitState
from ..shape import WaitingRule
from ..times import at, closes_at, minutes_of
from ..wanting import Checked, Wanted, check, check_open

LINE_TRIED = 5
# Of a long line so many are asked whether they fit into what became free.
LOOKED_AT = 50


def wait(*, wanted: Wanted, party: Party, person: Party, by: Actor, channel: Channel | str) -> Waiting:
    """Stand in line for a time that is full.

    Raises what `check` raises, and NoWaiting, NothingFree (it is free: book it), AlreadyBooked, AlreadyWaiting.
    """
    found = check(wanted=wanted, party=party, person=person, by=by, channel=channel)
    if found.rules.said.waiting is None:
        raise NoWaiting
    for tried in range(LINE_TRIED):
        try:
            return stand(found, by=by)
        except IntegrityError:
            here = Waiting.objects.filter(resource=wanted.resource, starts_at=wanted.starts_at, person=person)
            if (
                here.filter(state__in=(WaitState.WAITING, WaitState.OFFERED)).exists()
                or tried == LINE_TRIED - 1
            ):
                raise AlreadyWaiting from None
    raise AssertionError("unreachable")


@writes
def stand(found: Checked, *, by: Actor, number: int | None = None, about: str = "") -> Waiting:
    """The row in the line, last or at `number` (a draw's runner-up). The caller answers IntegrityError."""
    wanted = found.wanted
    # A write to what a giver writes too: of the two, the later one sees what the earlier did.
    if wanted.slot is not None:
        Count.objects.filter(slot=wanted.slot).update(changes=F("changes") + 1)
    else:
        _take_turn(wanted.resource)
    line = Waiting.objects.filter(resource=wanted.resource, starts_at=wanted.starts_at)
    row = Waiting(
        area=found.area,
        slot=wanted.slot,
        resource=wanted.resource,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        party=found.party,
        person=found.person,
        number=number if number is not None else (line.aggregate(last=Max("number"))["last"] or 0) + 1,
        wanted={
            "mode": str(wanted.mode),
            "people": wanted.people,
            "language": wanted.language,
            "needs": list(wanted.needs),
            "yen": found.yen,
            "registration": str(found.registration) if found.registration else None,
            "once": [key for _limit, keys in found.once for key in keys],
        },
        takes=found.takes,
        channel=found.channel,
        about=about,
        asked_at=clock.now(),
        made_by=by.account,
    )
    if found.answers or wanted.note:
        row.key = vault.new_key(row.ref)
        row.sealed = vault.seal(
            row.key, {"answers": found.answers, "note": wanted.note[:1000]}, context=_context(row)
        )
    row.save(force_insert=True)
    if (
        Booking.objects.active()
        .filter(resource=wanted.resource, starts_at=wanted.starts_at, person=found.person)
        .exists()
    ):
        raise AlreadyBooked
    # A runner-up stands there in any case: what is free is theirs, and is offered.
    if not about and _is_free(row):
        raise NothingFree
    audit.record("booking.waits", row.ref, by=by, subject=found.person.pk)
    jobs.enqueue("booking.tell_waiting", about=row.ref, payload={"verb": "waits"})
    return row


def _take_turn(resource: Resource) -> None:
    """Of who gives parts of a resource back and who begins to wait for them, the later one sees what the earlier did."""
    for unit in resource.units.order_by("pk"):
        Unit.objects.filter(pk=unit.pk).update(cell_minutes=F("cell_minutes"))


def _context(row: Waiting) -> str:
    return f"booking.waiting:{row.pk}"


def _is_free(row: Waiting) -> bool:
    if row.slot_id is not None:
        return places.fits(row.slot_id, row.takes)
    cleaning = rules_of(row.area.definition_id).said.cleaning
    return not places.taken_among(places.wanted_cells(row.resource, row.starts_at, row.ends_at, cleaning))


@writes
def leave(*, waiting: Waiting, by: Actor) -> Waiting:
    """Step out of the line. Who holds an offer declines that instead (`let_go`)."""
    own = by.is_resident and waiting.party_id in rules.answers_for(by)
    if not own and not rules.works_at(by, waiting.area, waiting.resource.site):
        raise NotFound
    left = Waiting.objects.filter(pk=waiting.pk, state=WaitState.WAITING)
    if left.update(state=WaitState.LEFT, ended_at=clock.now()):
        audit.record("booking.left_line", waiting.ref, by=by, subject=waiting.person_id)
    waiting.refresh_from_db()
    return waiting


def offer_freed(booking: Booking) -> int:
    """What `booking` gave back is offered to those who wait for it, first come first. Returns how many offers were made.

    Inside the transaction that gave it back: between the two nobody else can take it.
    """
    if booking.slot_id is not None:
        return offer_slot(booking.slot_id)
    return offer_time(booking.resource, booking.starts_at, booking.ends_at)


def offer_time(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> int:
    """Offer what became free of a resource's parts in that time, and of the cleaning around it."""
    _take_turn(resource)
    units = resource.units.values_list("pk", flat=True)
    line = Waiting.objects.filter(
        state=WaitState.WAITING,
        resource__units__in=list(units),
        starts_at__lt=ends_at + dt.timedelta(hours=4),
        ends_at__gt=starts_at - dt.timedelta(hours=4),
        starts_at__gt=clock.now(),
    )
    return _offer(line.order_by("asked_at", "number").distinct())


def offer_again() -> int:
    """Look at every line once more: whoever waits for what is free is offered it, whatever moment was missed."""
    lines = Waiting.objects.filter(state=WaitState.WAITING, starts_at__gt=clock.now()).order_by()
    slots = lines.exclude(slot=None).values_list("slot_id", flat=True).distinct()
    made = sum(_offer_slot_again(slot) for slot in list(slots))
    times = lines.filter(slot=None).values_list("resource_id", "starts_at", "ends_at").distinct()
    return made + sum(_offer_time_again(*time) for time in list(times))


@writes
def _offer_slot_again(slot_id: Any) -> int:
    return offer_slot(slot_id)


@writes
def _offer_time_again(resource_id: Any, starts_at: dt.datetime, ends_at: dt.datetime) -> int:
    return offer_time(Resource.objects.get(pk=resource_id), starts_at, ends_at)


def offer_slot(slot_id: Any) -> int:
    """Offer what is free in a slot to its line, as far as it goes."""
    line = Waiting.objects.filter(state=WaitState.WAITING, slot_id=slot_id, starts_at__gt=clock.now())
    return _offer(line.order_by("number"))


def _offer(line: Any) -> int:
    made = 0
    for row in line.select_related(
        "area", "resource__site", "resource__area", "slot", "party", "person", "key"
    )[:LOOKED_AT]:
        try:
            with transaction.atomic():
                _offer_one(row)
        except (Refusal, IntegrityError, _NotNow):
            # It does not fit, they have used up their number, the time is shut: the next in line, and whoever gave
            # the place back is not kept from it.
            continue
        made += 1
    return made


class _NotNow(Exception):
    """Not to this one, not at this moment."""


def _offer_one(row: Waiting) -> None:
    now = clock.now()
    said = rules_of(row.area.definition_id).said
    check_open(row.area, said, row.starts_at)
    if row.resource.withdrawn_at is not None:
        raise _NotNow
    until = offer_until(
        said.waiting or WaitingRule.model_validate({}), now, closes_at(said.closes, row.starts_at)
    )
    if until <= now:
        raise _NotNow
    if not Waiting.objects.filter(pk=row.pk, state=WaitState.WAITING).update(
        state=WaitState.OFFERED, offered_at=now, offer_until=until
    ):
        raise _NotNow
    booking = _held_for(row, until)
    Waiting.objects.filter(pk=row.pk).update(booking=booking)
    audit.record("booking.offered", booking.ref, by=SYSTEM, subject=row.person_id)
    jobs.enqueue("booking.tell_waiting", about=row.ref, payload={"verb": "offered"})


def _held_for(row: Waiting, until: dt.datetime) -> Booking:
    """The hold that an offer is, made of what was wanted when they stood in line."""
    from .taking import take

    content = (
        vault.unseal(row.key, bytes(row.sealed), context=_context(row)) if row.key and row.sealed else {}
    )
    wanted = Wanted(
        row.resource,
        row.starts_at,
        row.ends_at,
        row.slot,
        mode=row.wanted["mode"],
        people=row.wanted["people"],
        note=content.get("note", ""),
        language=row.wanted["language"],
        needs=tuple(row.wanted["needs"]),
    )
    found = rules_of(row.area.definition_id)
    limit = found.said.limits[0] if found.said.limits else None
    checked = Checked(
        wanted=wanted,
        area=row.area,
        rules=found,
        party=row.party,
        person=row.person,
        channel=Channel(row.channel),
        answers=content.get("answers", {}),
        takes=row.takes,
        yen=row.wanted["yen"],
        registration=row.wanted["registration"],
        once=((limit, tuple(row.wanted["once"])),) if limit and row.wanted["once"] else (),
    )
    return take(checked, state=State.HELD, by=SYSTEM, held_until=until, about=str(row.ref))


def offer_until(rule: WaitingRule, now: dt.datetime, last: dt.datetime) -> dt.datetime:
    """Until when an offer stands. One made in the quiet hours runs from the morning; none outlives the closing."""
    local = clock.in_city(now)
    minute = local.hour * 60 + local.minute
    since, until = minutes_of(rule.quiet_since), minutes_of(rule.quiet_until)
    begins = now
    if minute >= since:
        begins = at(local.date() + dt.timedelta(days=1), until)
    elif minute < until:
        begins = at(local.date(), until)
    return min(begins + dt.timedelta(minutes=rule.offer_minutes), last)


def settle(booking: Booking) -> None:
    """An offer was accepted."""
    Waiting.objects.filter(booking=booking, state=WaitState.OFFERED).update(
        state=WaitState.TAKEN, ended_at=clock.now()
    )


def lapse_offer(booking: Booking, *, declined: bool = False) -> None:
    """An offer was not answered in time, or declined."""
    Waiting.objects.filter(booking=booking, state=WaitState.OFFERED).update(
        state=WaitState.LEFT if declined else WaitState.LAPSED, ended_at=clock.now(), offer_until=None
    )

"""What residents may see of their own: for whom they may book, their bookings, where they stand in line."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from madoguchi.engines.records import queries as records
from madoguchi.kernel import clock, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, is_id

from .. import rules
from ..area_rules import rules_of
from ..models import OPEN, Booking, Resource, State, Waiting, WaitState
from ..shape import AreaFile
from ..times import DAY, at, cancel_until, closes_at, refund_percent

MOST = 200
WON = "lottery:win:"
_WHOLE = (
    "area__definition",
    "area__division",
    "resource__site",
    "slot",
    "party__key",
    "person__key",
    "key",
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody the actor may book for: `party` answers for it, `person` is whom it is for."""

    key: str  # me | child-<id> | group-<id>: what a form sends
    kind: str  # me | child | group
    party: Party
    person: Party
    name: str


def whom(actor: Actor, said: AreaFile) -> list[Whom]:
    """For whom the actor may book in an area with these rules: oneself, one's children, the groups one represents."""
    me = _me(actor)
    if me is None:
        return []
    found: list[Whom] = []
    if is_for_oneself(said):
        found.append(Whom("me", "me", me, me, records.name_of(me)))
    elif said.who.group != "only":
        children = records.children_of(me.pk)
        found += [Whom(f"child-{one.pk}", "child", me, one, records.name_of(one)) for one in children]
    if said.who.group != "never":
        groups = rules.groups_of(actor)
        found += [Whom(f"group-{one.pk}", "group", one, one, records.name_of(one)) for one in groups]
    return found


def is_for_oneself(said: AreaFile) -> bool:
    """Whether somebody may book here for themselves: not where one books for a child, nor where only groups do."""
    return said.who.group != "only" and not said.who.for_children


def _me(actor: Actor) -> Party | None:
    if not actor.is_resident or actor.party is None or actor.mandate is not None:
        return None
    return identity.party(actor.party)


# ------------------------------------------------------------------ bookings


def _of(parties: frozenset[uuid.UUID]) -> QuerySet[Booking]:
    return Booking.objects.filter(party__in=parties).select_related(*_WHOLE)


@dataclass(frozen=True, slots=True)
class Mine:
    """Everything of a person's on one page."""

    offers: list[Any]  # Waiting rows that were offered something, the soonest to end first
    held: list[Booking]  # held while a form is open, to go on with
    coming: list[Booking]  # the next first
    waiting: list[Any]  # Waiting rows, each with how many are `ahead`
    past: list[Booking]  # over or cancelled, the latest first


def mine(actor: Actor) -> Mine:
    """What they have, hold, wait for and had. Three queries, however much there is."""
    parties, now = rules.answers_for(actor), clock.now()
    rows = list(_of(parties).exclude(state=State.LAPSED).order_by("-starts_at")[:MOST])
    lines = list(_lines(parties).filter(state__in=(WaitState.WAITING, WaitState.OFFERED)))
    coming = [one for one in rows if one.state == State.BOOKED and one.ends_at > now]
    held = [one for one in rows if one.state == State.HELD and not is_offer(one) and is_held(one)]
    return Mine(
        offers=sorted((one for one in lines if _is_offered(one, now)), key=lambda one: one.offer_until),
        held=held,
        coming=coming[::-1],
        waiting=sorted(
            (one for one in lines if one.state == WaitState.WAITING and one.starts_at > now),
            key=lambda one: one.starts_at,
        ),
        past=[one for one in rows if one.state != State.HELD and one not in coming],
    )


def is_held(booking: Booking) -> bool:
    """Whether a hold still holds."""
    return booking.state == State.HELD and booking.held_until is not None and booking.held_until > clock.now()


def is_offer(booking: Booking) -> bool:
    """Whether it came to them by standing in line."""
    return booking.about.startswith("booking:waiting:")


def is_won(booking: Booking) -> bool:
    """Whether it came to them by a draw."""
    return booking.about.startswith(WON)


def _is_offered(row: Waiting, now: dt.datetime) -> bool:
    return row.state == WaitState.OFFERED and row.offer_until is not None and row.offer_until > now


def booking_for(actor: Actor, booking_id: object) -> Booking:
    """One of the actor's own. Not there and not theirs are the same. Raises NotFound."""
    found = _of(rules.answers_for(actor)).filter(pk=str(booking_id)).first() if is_id(booking_id) else None
    if found is None:
        raise NotFound
    return found


def held_at(actor: Actor, resource: Resource, starts_at: dt.datetime) -> Booking | None:
    """What this account is holding there at that time: whoever goes back changes it instead of asking anew."""
    rows = _of(rules.answers_for(actor)).filter(
        made_by=actor.account,
        resource=resource,
        starts_at=starts_at,
        state=State.HELD,
        held_until__gt=clock.now(),
    )
    return rows.filter(about="").first()


def had_at(actor: Actor, resource: Resource, starts_at: dt.datetime) -> Booking | None:
    """What they have booked there at that time already. Two queries."""
    rows = _of(rules.answers_for(actor)).filter(resource=resource, starts_at=starts_at, state=State.BOOKED)
    return rows.first()


def answers_of(actor: Actor, booking: Booking) -> dict[str, Any]:
    """{answers, note} as its owner gave them. Raises NotFound for anybody else."""
    if booking.party_id not in rules.answers_for(actor):
        raise NotFound
    if not booking.sealed or booking.key is None or booking.key.destroyed_at is not None:
        return {"answers": {}, "note": ""}
    return dict(vault.unseal(booking.key, bytes(booking.sealed), context=booking.context))


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What becomes of a cancellation now."""

    is_possible: bool
    until: dt.datetime
    percent: int
    refund_yen: int


def cancelling(booking: Booking) -> Cancelling:
    """Whether its owner may cancel it now, until when, and what comes back. No query."""
    steps, now = rules_of(booking.definition_id).said.cancel, clock.now()
    percent = refund_percent(steps, booking.starts_at, now) if booking.state in OPEN else None
    return Cancelling(
        is_possible=percent is not None,
        until=cancel_until(steps, booking.starts_at),
        percent=percent or 0,
        refund_yen=booking.yen * (percent or 0) // 100,
    )


# ------------------------------------------------------------------ standing in line


def _lines(parties: frozenset[uuid.UUID]) -> QuerySet[Any]:
    before = Waiting.objects.filter(
        resource=OuterRef("resource"),
        starts_at=OuterRef("starts_at"),
        number__lt=OuterRef("number"),
        state__in=(WaitState.WAITING, WaitState.OFFERED),
    )
    counted = before.order_by().values("resource").annotate(n=CountOf("pk")).values("n")
    rows = Waiting.objects.filter(party__in=parties).select_related(*_WHOLE, "booking")
    return rows.annotate(ahead=Coalesce(Subquery(counted), 0))


def waiting_for(actor: Actor, waiting_id: object) -> Any:
    """One of their places in a line. Raises NotFound."""
    found = _lines(rules.answers_for(actor)).filter(pk=str(waiting_id)).first() if is_id(waiting_id) else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What the front page says: offers to answer, and what is today."""

    offers: list[Any]
    today: list[Booking]


def going_on(actor: Actor) -> GoingOn:
    """Three queries; none for who is not signed in."""
    parties, now = rules.answers_for(actor), clock.now()
    if not parties:
        return GoingOn([], [])
    lines = _lines(parties).filter(state=WaitState.OFFERED, offer_until__gt=now).order_by("offer_until")
    rows = _of(parties).filter(state=State.BOOKED, starts_at__lt=at(clock.today() + DAY, 0), ends_at__gt=now)
    return GoingOn(list(lines), list(rows.order_by("starts_at")))


def last_to_book(booking: Booking) -> dt.datetime:
    """Until when what was held or offered could be taken at all."""
    return closes_at(rules_of(booking.definition_id).said.closes, booking.starts_at)


def parties_of(actor: Actor) -> frozenset[uuid.UUID]:
    """Everybody whose bookings the actor answers for: themselves and the groups they represent."""
    return rules.answers_for(actor)

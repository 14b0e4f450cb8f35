"""Taking a time back for the city: a repair, an election. Whoever is in it is told, and nobody is cancelled unseen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import places, rules
from ..desk_errors import AffectedChanged, BlockOver, BlockOverlaps
from ..errors import BlockUnclear, BookingOver, TimeTaken
from ..models import Block, Booking, Claim, Resource, Unit
from ..queries.desk.affected import bookings_on
from ..shape import Cleaning
from .giving_back import cancel, lapse_stale
from .waiting import lapse_offer, offer_time

MOST_DAYS = 400
Wanted = list[tuple[Unit, dt.datetime, bool]]


def block(
    *,
    resource: Resource,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    seen: Collection[Any],
    by: Actor,
) -> Block:
    """Keep the resource back: each of the bookings `seen` is cancelled by the city with its whole fee, and told.

    What they held passes to the block in the same transaction, so that nobody can take it in between. Somebody
    who booked after the list was shown is not on it: nothing is done, and the list is shown anew.
    Raises BlockUnclear, BlockOverlaps, AffectedChanged, NotAllowed.
    """
    rules.check_works_at(by, resource.area, resource.site)
    reason = reason.strip()[:200]
    refuse_my_number(reason)
    if (
        not reason
        or not starts_at < ends_at <= starts_at + dt.timedelta(days=MOST_DAYS)
        or ends_at <= clock.now()
    ):
        raise BlockUnclear
    try:
        return _block(resource, starts_at, ends_at, reason, {str(one) for one in seen}, by)
    except (TimeTaken, BookingOver, SomebodyWasFaster) as error:
        # Booked, or cancelled by the person, in this very moment.
        raise AffectedChanged from error


@writes
def _block(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, seen: set[str], by: Actor
) -> Block:
    made = Block.objects.create(
        resource=resource,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        made_at=clock.now(),
        made_by=by.account,
    )
    wanted = places.wanted_cells(resource, starts_at, ends_at, Cleaning(before=0, after=0))
    if not wanted:
        raise BlockUnclear  # it has no parts: what has slots is shut slot by slot
    standing = places.taken_among(wanted)
    if any(claim.block_id for claim in standing):
        raise BlockOverlaps
    lapse_stale(bookings={claim.booking_id for claim in standing}, by=by)
    affected = bookings_on(resource, starts_at, ends_at)
    if {str(one.pk) for one in affected} != seen:
        raise AffectedChanged
    _pass_on(affected, made, wanted)
    for booking in affected:
        cancel(booking=booking, by=by, why=reason, by_city=True)
        lapse_offer(booking)
    _claim_rest(made, wanted)
    audit.record("booking.blocked", made.ref, by=by, facts={"cancelled": len(affected)})
    return made


def _pass_on(affected: list[Booking], block: Block, wanted: Wanted) -> None:
    """Their cells become the block's before they are cancelled: whoever waits is not offered what is being shut."""
    Claim.objects.filter(
        booking__in=affected,
        unit__in={unit.pk for unit, _cell, _cleaning in wanted},
        cell__gte=min(cell for _unit, cell, _cleaning in wanted),
        cell__lt=block.ends_at,
    ).update(booking=None, block=block, is_cleaning=False)


def _claim_rest(block: Block, wanted: Wanted) -> None:
    """Whatever nobody has. Cells in which a neighbour is cleaned up after stay with them.

    A cell that somebody booked since the list was looked at is not passed over: it refuses the block.
    """
    stay = {
        (claim.unit_id, claim.cell)
        for claim in places.taken_among(wanted)
        if claim.block_id == block.pk or claim.is_cleaning
    }
    rest = [one for one in wanted if (one[0].pk, one[1]) not in stay]
    places.claim_cells(rest, owner=block)


@writes
def lift(*, block: Block, by: Actor) -> Block:
    """The time can be booked again; whoever waits for it is offered it first. Raises BlockOver, NotAllowed."""
    rules.check_works_at(by, block.resource.area, block.resource.site)
    if not Block.objects.filter(pk=block.pk, lifted_at=None).update(lifted_at=clock.now()):
        raise BlockOver
    Claim.objects.filter(block=block).delete()
    block.refresh_from_db()
    offer_time(block.resource, block.starts_at, block.ends_at)
    audit.record("booking.block_lifted", block.ref, by=by)
    return block

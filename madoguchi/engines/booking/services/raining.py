"""雨の判断: what was booked outdoors becomes its indoor alternative, and everybody is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F

from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import places, rules
from ..area_rules import rules_of
from ..desk_errors import NoInstead, ReasonNeeded
from ..models import Booking, Resource, State
from .taking import record


@dataclass(slots=True)
class Switched:
    """What a decision did: who was changed, and who could not be."""

    done: list[Booking] = field(default_factory=list)
    failed: list[tuple[Booking, Refusal]] = field(default_factory=list)


def switch_day(*, bookings: Iterable[Booking], why: str, by: Actor) -> Switched:
    """One press for a day: each booking by itself, so that one that cannot be changed does not keep the others.

    Raises ReasonNeeded.
    """
    result = Switched()
    for booking in bookings:
        try:
            result.done.append(switch_to_instead(booking=booking, why=why, by=by))
        except ReasonNeeded:
            raise
        except Refusal as refusal:
            result.failed.append((booking, refusal))
    return result


@writes
def switch_to_instead(*, booking: Booking, why: str, by: Actor) -> Booking:
    """Give back what the outdoor session took, and take the alternative for the same time and people.

    Where the alternative is made of parts the booking holds already (the VR set beside the vehicle) this cannot
    fail: it had them since it was booked. Raises NoInstead, ReasonNeeded, TimeTaken, SomebodyWasFaster, NotAllowed.
    """
    rules.check_works_at(by, booking.area, booking.resource.site)
    why = why.strip()[:300]
    refuse_my_number(why)
    if not why:
        raise ReasonNeeded
    instead = _instead_of(booking)
    mine = Booking.objects.filter(pk=booking.pk, state=State.BOOKED, version=booking.version)
    if not mine.update(resource=instead, why=why, version=F("version") + 1):
        raise SomebodyWasFaster
    was = booking.resource
    booking.refresh_from_db()
    booking.resource = instead
    places.drop_claims(booking)
    cleaning = rules_of(booking.definition_id).said.cleaning
    cells = places.wanted_cells(instead, booking.starts_at, booking.ends_at, cleaning)
    places.claim_cells(cells, owner=booking)
    record(booking, "booking.moved", by, of=was.key, to=instead.key)
    return booking


def _instead_of(booking: Booking) -> Resource:
    key = booking.resource.facts.get("instead")
    rows = Resource.objects.filter(area=booking.area_id, key=key, withdrawn_at=None)
    found = rows.select_related("site", "area").first() if key else None
    if found is None:
        raise NoInstead
    return found

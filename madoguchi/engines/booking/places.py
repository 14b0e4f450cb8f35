"""The guards: taking and giving back counts and cells. Each is safe on SQLite and PostgreSQL by itself.

A count is taken by one conditional UPDATE, a cell by a unique row; a CHECK and a constraint stand behind them. Several
are taken in sorted order, so that two who want the same things never wait for each other crosswise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Q, UUIDField

from madoguchi.kernel.db import Given, Prepared, rows, together

from .errors import SlotFull, SlotShut, TimeTaken
from .models import Block, Booking, Claim, Count, Resource, Unit
from .shape import Cleaning
from .times import cells, with_cleaning


def refuse_if_full(slot_id: Any, takes: Mapping[str, int]) -> None:
    """Raise SlotFull or SlotShut where a look shows it, before anything is begun: in the minute when bookings open most
    come too late, and they need wait for nobody's row. It promises nothing to who passes: `take_counts` decides.
    """
    found = {kind: (is_open, left) for kind, is_open, left in rows(_LEFT, [_as_stored(slot_id)])}
    for kind in sorted(takes):
        is_open, left = found.get(kind, (True, 0))
        if takes[kind] and (takes[kind] > left or not is_open):
            raise SlotFull if is_open else SlotShut


def take_counts(slot_id: Any, takes: Mapping[str, int]) -> None:
    """Take so much of each count of a slot, or nothing of any (the caller's transaction is undone).

    Raises SlotFull, SlotShut; what was taken by then is given back, so that the same transaction may try again.
    """
    slot = _as_stored(slot_id)
    wanted = [(kind, takes[kind]) for kind in sorted(takes) if takes[kind]]
    # As SQL: it is what everybody waits for when bookings open. In words of the ORM it is `oracle` in the tests.
    taken = together([(_TAKE, [amount, slot, kind, True, amount]) for kind, amount in wanted])
    missing = [kind for (kind, _amount), many in zip(wanted, taken, strict=True) if not many]
    if missing:
        give_counts(slot_id, {kind: amount for kind, amount in wanted if kind not in missing})
        raise SlotShut if _SHUT.first(slot=slot_id, kind=missing[0]) else SlotFull


_TAKE = """UPDATE booking_count SET taken = taken + %s, changes = changes + 1
WHERE slot_id = %s AND kind = %s AND is_open = %s AND taken + %s <= capacity"""
_LEFT = "SELECT kind, is_open, capacity - taken FROM booking_count WHERE slot_id = %s"
_GIVE = "UPDATE booking_count SET taken = taken - %s, changes = changes + 1 WHERE slot_id = %s AND kind = %s"
_SHUT = Prepared(
    lambda: Count.objects.filter(
        slot_id=Given("slot", UUIDField()), kind=Given("kind", CharField()), is_open=False
    )
)


def _as_stored(pk: Any) -> Any:
    return Count._meta.get_field("slot").get_db_prep_value(pk, connection)


def fits(slot_id: Any, takes: Mapping[str, int]) -> bool:
    """Whether it would fit now: for deciding whom to offer a place, never for giving it."""
    wanted = {kind: amount for kind, amount in takes.items() if amount}
    free = Count.objects.filter(slot_id=slot_id, is_open=True, kind__in=wanted)
    left = {count.kind: count.capacity - count.taken for count in free}
    return all(left.get(kind, -1) >= amount for kind, amount in wanted.items())


def give_counts(slot_id: Any, takes: Mapping[str, int]) -> None:
    """Give back what a booking took."""
    slot = _as_stored(slot_id)
    together([(_GIVE, [takes[kind], slot, kind]) for kind in sorted(takes) if takes[kind]])


def wanted_cells(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, cleaning: Cleaning
) -> list[tuple[Unit, dt.datetime, bool]]:
    """(unit, cell, whether it is for cleaning) of a time, sorted."""
    since, until = with_cleaning(cleaning, starts_at, ends_at)
    found = [
        (unit, cell, not starts_at - dt.timedelta(minutes=unit.cell_minutes) < cell < ends_at)
        for unit in resource.units.all()
        for cell in cells(unit, since, until)
    ]
    return sorted(found, key=lambda one: (one[0].pk, one[1]))


def claim_cells(wanted: Iterable[tuple[Unit, dt.datetime, bool]], *, owner: Booking | Block) -> None:
    """Claim every cell for `owner`. Raises TimeTaken when one of them is somebody's."""
    field = "booking" if isinstance(owner, Booking) else "block"
    rows = [
        Claim(unit=unit, cell=cell, is_cleaning=is_cleaning, **{field: owner})
        for unit, cell, is_cleaning in wanted
    ]
    try:
        with transaction.atomic():
            Claim.objects.bulk_create(rows)
    except IntegrityError as error:
        raise TimeTaken from error


def taken_among(wanted: Iterable[tuple[Unit, dt.datetime, bool]]) -> list[Claim]:
    """The claims that stand on any of these cells."""
    wanted = list(wanted)
    if not wanted:
        return []
    pairs = {(unit.pk, cell) for unit, cell, _cleaning in wanted}
    rows = Claim.objects.filter(
        Q(unit__in={unit for unit, _cell in pairs}),
        cell__gte=min(cell for _unit, cell in pairs),
        cell__lte=max(cell for _unit, cell in pairs),
    ).select_related("booking", "block")
    return [row for row in rows if (row.unit_id, row.cell) in pairs]


def drop_claims(booking: Booking) -> None:
    """Give back the cells of a booking."""
    Claim.objects.filter(booking=booking).delete()

"""The lines as the pack says: one for each counter that gives numbers, with its desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor

from ..models import Desk, Line, Sequence


@dataclass(frozen=True, slots=True)
class LineSaid:
    """What the pack says of one line."""

    counter: str
    prefix: str
    desks: tuple[str, ...] = ("1",)
    floor: int = 1
    walk_order: int = 0
    schedule: list[dict[str, Any]] = field(default_factory=list)
    errands: list[dict[str, Any]] = field(default_factory=list)
    minutes: int = 8
    per_day: int | None = None
    booking_area: str = ""
    from_home: bool = False
    stale_minutes: int = 5


@writes
def keep_line(*, said: LineSaid, by: Actor) -> ChangeKind | None:
    """Make the line what the pack says. Says what changed; None when it stood so already.

    A desk no longer named stays as a row, for its past, but nobody can be planned there; see `queries.desks`.
    """
    wanted = {
        "prefix": said.prefix,
        "floor": said.floor,
        "walk_order": said.walk_order,
        "schedule": said.schedule,
        "errands": said.errands,
        "minutes": said.minutes,
        "per_day": said.per_day,
        "booking_area": said.booking_area,
        "from_home": said.from_home,
        "stale_minutes": said.stale_minutes,
        "withdrawn_at": None,
    }
    line = Line.objects.filter(counter=said.counter).first()
    desks = set(Desk.objects.filter(line=line).values_list("name", flat=True)) if line else set()
    stands = line is not None and all(getattr(line, name) == value for name, value in wanted.items())
    if stands and desks >= set(said.desks):
        return None
    kept, made = Line.objects.update_or_create(counter_id=said.counter, defaults=wanted)
    Line.objects.filter(pk=kept.pk).update(changes=F("changes") + 1, changed_at=clock.now())
    for name in said.desks:
        Desk.objects.get_or_create(line=kept, name=name)
    today = Sequence.objects.filter(line=kept, on=clock.today())
    today.update(most=Greatest(F("last"), Value(said.per_day)) if said.per_day is not None else None)
    audit.record("queue.line_kept", kept.ref, by=by, facts={"desks": len(said.desks)})
    return ChangeKind.ADDED if made else ChangeKind.CHANGED


@writes
def withdraw_line(*, line: Line, by: Actor) -> None:
    """The pack no longer names it: no more numbers. Who waits is still called, its past stays."""
    now = clock.now()
    Line.objects.filter(pk=line.pk).update(withdrawn_at=now, changes=F("changes") + 1, changed_at=now)
    audit.record("queue.line_withdrawn", line.ref, by=by)

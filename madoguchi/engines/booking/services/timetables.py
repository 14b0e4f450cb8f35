"""From timetables to slots: the days that can be booked, filled ahead night by night.

What the pack says is laid once. What staff changed, what came in a file, and what people stand on is left alone:
a slot with bookings whose time is no longer in the timetable stays as it is, and is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Prefetch
from django.db.models.functions import Greatest

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import plus_months
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Actor

from ..area_rules import rules_of
from ..models import Area, Booking, ClassDay, Count, Kind, Resource, Slot, SlotState, Waiting, WaitState
from ..shape import AreaFile, EventDay, Opens, Times
from ..times import DAY, at, hours_of, is_open_on, minutes_of

TIMETABLE = "timetable"
# A slot that people stand on though the timetable no longer has it: it is said once and then left alone.
LEFT_OVER = "timetable:before"
# So many days more than can be booked, so that a night on which the worker slept is not missed.
SPARE = 7
FARTHEST = 120  # for an area that opens any time


@dataclass(frozen=True, slots=True)
class Due:
    """One slot as the timetable wants it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    counts: Mapping[str, int]


@dataclass(slots=True)
class Laid:
    """What laying a timetable did to the slots of one resource."""

    made: int = 0
    removed: int = 0
    changed: int = 0
    # Slots that people stand on: their time or their number is no longer what the timetable says.
    kept: list[Slot] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.made or self.removed or self.changed or self.kept)


def last_day(opens: Opens, today: dt.date) -> dt.date:
    """The last day for which slots are there: what can be booked today, and some days more."""
    if opens.months is not None:
        first_of_next = plus_months(today.replace(day=1), opens.months + 1)
        return first_of_next + DAY * (SPARE - 1)
    return today + DAY * ((opens.days if opens.days is not None else FARTHEST) + SPARE)


def due_slots(
    said: AreaFile, resource: Resource, since: dt.date, until: dt.date, closed_on: dt.date | None = None
) -> Iterator[Due]:
    """Every slot the timetable of `resource` has from `since` until `until`, both included."""
    hours = hours_of(said, resource)
    lines = [Times.model_validate(line) for line in resource.hours.get("times", [])]
    day = since
    while lines and day <= until and (closed_on is None or day < closed_on):
        if is_open_on(hours, day):
            for line in lines:
                if day.weekday() in line.days:
                    yield from _of_line(line, day)
        day += DAY


def _of_line(line: Times, day: dt.date) -> Iterator[Due]:
    since, until = minutes_of(line.since), minutes_of(line.until)
    step = line.every or until - since
    for begins in range(since, until - step + 1, step):
        yield Due(at(day, begins), at(day, begins + step), line.counts)


def lay_all(*, by: Actor = SYSTEM, areas: Iterable[Area] | None = None) -> dict[Resource, Laid]:
    """Lay the timetables of every area that is not withdrawn; says only what was changed."""
    laid: dict[Resource, Laid] = {}
    found = Area.objects.filter(withdrawn_at=None) if areas is None else areas
    for area in found:
        said = rules_of(area.definition_id).said
        for resource in area.resources.filter(withdrawn_at=None).select_related("area"):
            if area.kind != Kind.UNITS and (done := lay(resource=resource, said=said, by=by)):
                laid[resource] = done
    return laid


@writes
def lay(*, resource: Resource, said: AreaFile, by: Actor) -> Laid:
    """Make the future slots of one resource what its timetable says. The second time nothing is changed."""
    if resource.area.kind == Kind.EVENT:
        return _lay_event(resource)
    if not resource.hours.get("times"):
        return Laid()  # not the pack's: its times come in files, or one by one
    now, today = clock.now(), clock.today()
    until = last_day(said.opens, today)
    wanted = {
        due.starts_at: due
        for due in due_slots(said, resource, today, until, resource.area.closed_on)
        if due.starts_at > now
    }
    laid = Laid()
    there = {slot.starts_at: slot for slot in _future(resource, now)}
    for starts_at, slot in there.items():
        if slot.origin == TIMETABLE and slot.state == SlotState.OPEN:
            _fit(slot, wanted.get(starts_at), laid)
    _make(resource, [due for starts_at, due in wanted.items() if not _stands(there.get(starts_at))], laid)
    return laid


def _future(resource: Resource, now: dt.datetime) -> Iterable[Slot]:
    counts = Prefetch("counts", queryset=Count.objects.order_by("pk"), to_attr="counted")
    return Slot.objects.filter(resource=resource, starts_at__gt=now).prefetch_related(counts)


def _stands(slot: Slot | None) -> bool:
    return slot is not None and slot.pk is not None


def _fit(slot: Any, due: Due | None, laid: Laid) -> None:
    """Bring one slot to what the timetable says; after it `slot.pk` is None where it was removed."""
    is_same_time = due is not None and slot.ends_at == due.ends_at
    if due is not None and is_same_time:
        if {count.kind: count.capacity for count in slot.counted} != dict(due.counts):
            _fit_counts(slot, due.counts, laid)
        return
    if _remove(slot):
        laid.removed += 1
        slot.pk = None
    else:
        Slot.objects.filter(pk=slot.pk).update(origin=LEFT_OVER, version=F("version") + 1)
        laid.kept.append(slot)


def _fit_counts(slot: Any, counts: Mapping[str, int], laid: Laid) -> None:
    """New capacities. Never below what is taken: then it is what is taken, and that is said."""
    laid.changed += 1
    known = {count.kind: count for count in slot.counted}
    Count.objects.bulk_create(
        Count(slot=slot, kind=kind, capacity=capacity, changes=1)
        for kind, capacity in counts.items()
        if kind not in known
    )
    for kind in sorted(known):
        if not set_capacity(known[kind], counts.get(kind, 0)):
            laid.kept.append(slot)


def set_capacity(count: Count, wanted: int) -> bool:
    """Give a count that capacity, or what is taken of it where that is more; says whether it is the wanted one.

    The new number and the number taken are compared in one UPDATE: a booking made meanwhile is never above it, and
    places given back meanwhile are not lost. What it came to is read in the same transaction, so it is ours.
    """
    if count.capacity == wanted:
        return True
    row = Count.objects.filter(pk=count.pk)
    with writes():
        row.update(capacity=Greatest(F("taken"), wanted), changes=F("changes") + 1)
        return bool(row.values_list("capacity", flat=True).get() == wanted)


def _remove(slot: Slot) -> bool:
    """Delete a slot nobody stands on. Closed first, so that nobody slips in between the looking and the deleting."""
    counts = Count.objects.filter(slot=slot)
    if counts.filter(taken=0).update(is_open=False, changes=F("changes") + 1) != counts.count() or (
        Booking.objects.filter(slot=slot).exists() or Waiting.objects.filter(slot=slot).exists()
    ):
        counts.update(is_open=True, changes=F("changes") + 1)
        return False
    counts.delete()
    ClassDay.objects.filter(slot=slot).delete()
    Slot.objects.filter(pk=slot.pk).delete()
    return True


def _make(resource: Resource, dues: list[Due], laid: Laid) -> None:
    slots = [Slot(resource=resource, starts_at=due.starts_at, ends_at=due.ends_at) for due in dues]
    Slot.objects.bulk_create(slots)
    Count.objects.bulk_create(
        Count(slot=slot, kind=kind, capacity=capacity, changes=1)
        for slot, due in zip(slots, dues, strict=True)
        for kind, capacity in due.counts.items()
    )
    laid.made += len(slots)


# ------------------------------------------------------------------ events


def _lay_event(resource: Resource) -> Laid:
    """One slot that begins with its first day and ends with its last, and a row for each day."""
    days = [EventDay.model_validate(day) for day in resource.hours.get("days", [])]
    counts: dict[str, int] = resource.hours.get("counts", {})
    laid = Laid()
    if not days:
        return laid
    spans = sorted(((*_span(day), day.title) for day in days), key=lambda one: one[0])
    slot = Slot.objects.filter(resource=resource, origin=TIMETABLE).order_by("-starts_at").first()
    if slot is not None and not _is_over(slot):
        if (slot.starts_at, slot.ends_at) == (spans[0][0], spans[-1][1]):
            slot.counted = list(slot.counts.all())  # type: ignore[attr-defined]
            if {count.kind: count.capacity for count in slot.counted} != counts:  # type: ignore[attr-defined]
                _fit_counts(slot, counts, laid)
            laid.changed += _fit_days(slot, spans)
            return laid
        if not _remove(slot):
            Slot.objects.filter(pk=slot.pk).update(origin=LEFT_OVER, version=F("version") + 1)
            laid.kept.append(slot)
            return laid
        laid.removed += 1
    if Slot.objects.filter(resource=resource, starts_at=spans[0][0]).exists() or _is_left(resource):
        return laid
    _make(resource, [Due(spans[0][0], spans[-1][1], counts)], laid)
    slot = Slot.objects.get(resource=resource, starts_at=spans[0][0])
    ClassDay.objects.bulk_create(
        ClassDay(slot=slot, starts_at=since, ends_at=until, title=title) for since, until, title in spans
    )
    return laid


def _is_over(slot: Slot) -> bool:
    return slot.ends_at <= clock.now()


def _is_left(resource: Resource) -> bool:
    """People stand on an earlier form of this event: a second one beside it would be another event."""
    left = Slot.objects.filter(resource=resource, origin=LEFT_OVER, ends_at__gt=clock.now())
    return left.exists()


def _span(day: EventDay) -> tuple[dt.datetime, dt.datetime]:
    on = dt.date.fromisoformat(day.on)
    return at(on, minutes_of(day.since)), at(on, minutes_of(day.until))


def _fit_days(slot: Slot, spans: list[tuple[dt.datetime, dt.datetime, str]]) -> int:
    """The days between the first and the last, and their titles. A day that was called off stays as it is."""
    there = {day.starts_at: day for day in slot.days.all()}
    changed = 0
    for since, until, title in spans:
        day = there.pop(since, None)
        if day is None:
            ClassDay.objects.create(slot=slot, starts_at=since, ends_at=until, title=title)
            changed = 1
        elif day.called_off_at is None and (day.ends_at, day.title) != (until, title):
            ClassDay.objects.filter(pk=day.pk).update(ends_at=until, title=title)
            changed = 1
    for day in there.values():
        if day.called_off_at is None:
            ClassDay.objects.filter(pk=day.pk).delete()
            changed = 1
    return changed


def is_waited_for(resource: Resource, now: dt.datetime) -> bool:
    """Whether somebody stands in a line for a time of it that is still to come."""
    line = Waiting.objects.filter(resource=resource, starts_at__gt=now)
    return line.filter(state__in=(WaitState.WAITING, WaitState.OFFERED)).exists()

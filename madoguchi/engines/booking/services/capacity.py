"""Capacities that come in a file from whose places they are (a clinic's, by way of the medical association).

A row is one time of one place. Its number is the row's own: the same number again changes that time and makes no
second one. Nothing that would push somebody out is taken: the row is refused and said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.calendar import parse_date, split_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import nearest

from .. import rules
from ..area_rules import rules_of
from ..desk_errors import ImportedAlready, ImportNotHere
from ..exchange.table import Line, read_table
from ..models import (
    ACTIVE,
    Area,
    Booking,
    Count,
    Import,
    Kind,
    Resource,
    Slot,
    SlotState,
    Waiting,
    WaitState,
)
from ..times import at
from .timetables import set_capacity
from .waiting import offer_slot

KIND = "capacity"
NUMBER, SITE, EXAM, DAY, SINCE, UNTIL, CAPACITY = "番号", "医療機関", "健診", "受診日", "開始", "終了", "定員"
HEAD = (NUMBER, SITE, EXAM, DAY, SINCE, UNTIL, CAPACITY)
MOST = 10_000
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
_LONGEST_NUMBER = 60


class Unfit(Exception):
    """Why one row is not taken, in a sentence for whoever sent the file."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One row, understood."""

    number: str
    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    capacity: int


@dataclass(slots=True)
class Taker:
    """Takes the rows of one file, one after the other; keeps what did not fit."""

    area: Area
    digest: str
    count: str
    resources: list[Resource]
    seen: set[str] = field(default_factory=set)
    clashes: list[dict[str, Any]] = field(default_factory=list)
    taken: int = 0

    def take(self, line: Line) -> None:
        try:
            with transaction.atomic():
                self._put(self._read(line))
        except Unfit as why:
            self.clashes.append({"line": line.number, "number": line[NUMBER], "why": str(why)})
        else:
            self.taken += 1

    def _read(self, line: Line) -> Offer:
        number = line[NUMBER]
        if not number or len(number) > _LONGEST_NUMBER:
            raise Unfit(_("番号を、1文字から60文字までで書いてください。"))
        if number in self.seen:
            raise Unfit(_("同じ番号の行が、前にもあります。"))
        self.seen.add(number)
        resource = self._resource(line[SITE], line[EXAM])
        day = _day(line[DAY])
        since, until = _minutes(line[SINCE], SINCE), _minutes(line[UNTIL], UNTIL)
        if until <= since:
            raise Unfit(_("終了は、開始より後の時刻にしてください。"))
        if at(day, since) <= clock.now():
            raise Unfit(_("受診日が過ぎています。"))
        if not line[CAPACITY].isdecimal() or int(line[CAPACITY][:6]) > MOST:
            raise Unfit(_("定員は、0から10000までの数で書いてください。"))
        return Offer(number, resource, at(day, since), at(day, until), int(line[CAPACITY]))

    def _resource(self, site: str, exam: str) -> Resource:
        names = {name for one in self.resources for name in (one.site.name, one.site.key)}
        exams = {str(name) for one in self.resources for name in _exam_names(one)}
        if site not in names:
            raise Unfit(_("「%s」という医療機関は登録されていません。") % site[:60] + _meant(site, names))
        if exam not in exams:
            raise Unfit(_("「%s」という健診はありません。") % exam[:60] + _meant(exam, exams))
        for one in self.resources:
            if site in (one.site.name, one.site.key) and exam in _exam_names(one):
                return one
        raise Unfit(_("「%(site)s」では「%(exam)s」を受け付けていません。") % {"site": site, "exam": exam})

    def _put(self, offer: Offer) -> None:
        known = Slot.objects.filter(resource__area=self.area, number=offer.number).first()
        here = Slot.objects.filter(resource=offer.resource, starts_at=offer.starts_at).first()
        if known is not None and here is not None and known.pk != here.pk:
            raise Unfit(_("その日時には、別の番号「%s」の枠があります。") % (here.number or _("時間割")))
        slot = known or here
        if slot is None:
            self._make(offer)
            return
        if slot.state == SlotState.CANCELLED:
            raise Unfit(_("その枠は中止になっています。"))
        self._move(slot, offer)
        self._resize(slot, offer)

    def _make(self, offer: Offer) -> None:
        slot = Slot.objects.create(
            resource=offer.resource,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            origin=self._origin(),
            number=offer.number,
        )
        Count.objects.create(slot=slot, kind=self.count, capacity=offer.capacity, changes=1)

    def _move(self, slot: Slot, offer: Offer) -> None:
        """A time nobody has booked yet may be another; one that is booked is a promise."""
        is_same = (slot.resource_id, slot.starts_at, slot.ends_at) == (
            offer.resource.pk,
            offer.starts_at,
            offer.ends_at,
        )
        waits = Waiting.objects.filter(slot=slot, state__in=(WaitState.WAITING, WaitState.OFFERED))
        if not is_same and (Booking.objects.filter(slot=slot, state__in=ACTIVE).exists() or waits.exists()):
            raise Unfit(_("予約が入っているため、場所や時間を変えられません。"))
        Slot.objects.filter(pk=slot.pk).update(
            resource=offer.resource,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            number=offer.number,
            origin=self._origin(),
            version=F("version") + 1,
        )

    def _resize(self, slot: Slot, offer: Offer) -> None:
        count, _made = Count.objects.get_or_create(slot=slot, kind=self.count, defaults={"capacity": 0})
        if offer.capacity < count.taken or not set_capacity(count, offer.capacity):
            count.refresh_from_db()
            said = {"taken": count.taken, "wanted": offer.capacity}
            raise Unfit(_("すでに%(taken)s人の予約があるため、定員を%(wanted)s人にできません。") % said)
        if offer.capacity > count.taken:
            offer_slot(slot.pk)

    def _origin(self) -> str:
        return f"import:{self.digest[:40]}"


def _exam_names(resource: Resource) -> tuple[Any, ...]:
    return resource.facts.get("exam", ""), resource.facts.get("exam_title", ""), resource.name


def _meant(word: str, known: set[str]) -> str:
    close = nearest(word, sorted(known))
    return _("「%s」ではありませんか。") % close if close else ""


def _day(written: str) -> dt.date:
    parts = split_date(written)
    if parts is None:
        raise Unfit(_("受診日は、2026-12-05 や 令和8年12月5日 の形で書いてください。"))
    try:
        return parse_date(*parts)
    except ValueError as wrong:
        raise Unfit(str(wrong)) from None


def _minutes(written: str, what: str) -> int:
    found = _TIME.fullmatch(written)
    if not found:
        raise Unfit(_("%sは、09:30 の形で書いてください。") % what)
    return int(found[1]) * 60 + int(found[2])


def take_capacity(*, area: Area, name: str, data: bytes, by: Actor) -> Import:
    """Take in one file. What fits becomes bookable at once; what does not is kept with its reason.

    Raises NotAllowed, ImportNotHere, ImportedAlready, ImportUnreadable, ImportColumnsMissing, ImportTooLong.
    """
    rules.check_works_at(by, area)
    count = count_of(area)
    lines = read_table(data, needs=HEAD)
    return _take(area, count, name, hashlib.sha256(data).hexdigest(), lines, by)


def count_of(area: Area) -> str:
    """What a file's number of places is a number of. Raises ImportNotHere where there is not exactly one."""
    counts = {rule.count for rule in rules_of(area.definition_id).said.takes}
    if area.kind != Kind.SLOTS or len(counts) != 1:
        raise ImportNotHere
    return next(iter(counts))


@writes
def _take(area: Area, count: str, name: str, digest: str, lines: list[Line], by: Actor) -> Import:
    try:
        with transaction.atomic():
            made = Import.objects.create(
                area=area,
                kind=KIND,
                digest=digest,
                name=name[:200],
                rows=len(lines),
                made_at=clock.now(),
                made_by=by.account,
            )
    except IntegrityError:
        raise ImportedAlready from None
    taker = Taker(area, digest, count, list(_resources(area)))
    for line in lines:
        taker.take(line)
    made.taken, made.clashes = taker.taken, taker.clashes
    made.save(update_fields=["taken", "clashes"])
    facts = {"rows": made.rows, "taken": made.taken, "refused": len(made.clashes)}
    audit.record("booking.capacity_taken", made.ref, by=by, facts=facts)
    return made


def _resources(area: Area) -> Iterator[Resource]:
    yield from area.resources.filter(withdrawn_at=None).select_related("site")

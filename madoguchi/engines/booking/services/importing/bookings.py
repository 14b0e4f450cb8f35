"""Coming bookings of another system: each with its number, its room, its time and who made it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from madoguchi.engines.records import queries as records
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.calendar import parse_date, split_date
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.refs.receipts import scattered_receipt
from madoguchi.kernel.text import phone as phone_number

from ... import places
from ...area_rules import rules_of
from ...errors import TimeTaken
from ...exchange.table import Line
from ...models import Area, Booking, Channel, Claim, Paid, Resource, State, Unit
from ...queries.desk.finding import NAME as NAME_INDEX
from ...queries.desk.finding import PHONE as PHONE_INDEX
from ...shape import Cleaning
from ...times import at
from .row import Row, Unfit, short

NUMBER, ROOM, DAY, SINCE, UNTIL, WHO = "予約番号", "部屋番号", "日", "開始", "終了", "名前"
HEAD = (NUMBER, ROOM, DAY, SINCE, UNTIL, WHO)
GROUP, PHONE, PEOPLE, YEN, PAID = "団体の登録番号", "電話", "人数", "料金", "支払い"
PAID_WORDS = {"済": Paid.PAID, "支払い済み": Paid.PAID, "済み": Paid.PAID, "未": Paid.UNPAID, "": Paid.UNPAID}
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00)?")
Cells = list[tuple[Unit, dt.datetime, bool]]


@dataclass(frozen=True, slots=True)
class Foreign:
    """One row, understood."""

    number: str
    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    who: str
    group: str
    phone: str
    people: int
    yen: int
    paid: Paid
    cells: Cells


class Bookings:
    """The rows of one file, looked through in their order."""

    def __init__(self, area: Area) -> None:
        self.area = area
        rows = Resource.objects.filter(area=area, withdrawn_at=None)
        found = list(rows.select_related("site", "area").prefetch_related("units"))
        self.rooms = {name: one for one in found for name in _names(one)}
        self.there = dict(
            Booking.objects.filter(area=area).exclude(number="").values_list("number", "receipt")
        )
        self.numbers: dict[str, int] = {}
        self.cells: dict[tuple[Any, dt.datetime], int] = {}
        self.taken: dict[tuple[Any, dt.datetime], Claim] = _claims(found)
        self.parties: dict[tuple[str, str, str], Party] = {}

    def look(self, line: Line) -> Row:
        number = line[NUMBER]
        try:
            booking = self._read(line)
            self._check_number(number)
            self._check_time(booking)
        except Unfit as unfit:
            return Row(
                line.number,
                short(number),
                short(f"{line[DAY]} {line[SINCE]} {line[ROOM]}"),
                unfit.why,
                unfit.with_,
            )
        self.numbers[number] = line.number
        for unit, cell, _cleaning in booking.cells:
            self.cells[unit.pk, cell] = line.number
        since = clock.in_city(booking.starts_at)
        said = f"{since:%Y-%m-%d %H:%M} {booking.resource.site.name} {booking.resource.name}"
        return Row(line.number, number, said, thing=booking)

    def _read(self, line: Line) -> Foreign:
        for what in HEAD:
            if not line[what]:
                raise Unfit(f"「{what}」がありません")
        if len(line[NUMBER]) > 60:
            raise Unfit("予約番号は60文字までです")
        resource = self.rooms.get(line[ROOM])
        if resource is None:
            raise Unfit("この部屋番号は登録されていません", short(line[ROOM]))
        day = _day(line[DAY])
        starts_at, ends_at = at(day, _minutes(line[SINCE])), at(day, _minutes(line[UNTIL]))
        if ends_at <= starts_at:
            raise Unfit("終了が開始より後になっていません")
        if starts_at <= clock.now():
            raise Unfit("過ぎた日時です")
        if line[PAID] not in PAID_WORDS:
            raise Unfit("支払いは、済 か 未 で書いてください")
        yen = _whole(line[YEN], YEN, 0)
        return Foreign(
            number=line[NUMBER],
            resource=resource,
            starts_at=starts_at,
            ends_at=ends_at,
            who=line[WHO][:60],
            group=line[GROUP],
            phone=_phone(line[PHONE]),
            people=max(1, _whole(line[PEOPLE], PEOPLE, 1)),
            yen=yen,
            paid=PAID_WORDS[line[PAID]] if yen else Paid.FREE,
            cells=places.wanted_cells(resource, starts_at, ends_at, Cleaning(before=0, after=0)),
        )

    def _check_number(self, number: str) -> None:
        if number in self.numbers:
            raise Unfit("ファイルの中に同じ予約番号があります", f"{self.numbers[number]}行目")
        if number in self.there:
            raise Unfit("この予約番号は、もう取り込まれています", self.there[number])

    def _check_time(self, booking: Foreign) -> None:
        for unit, cell, _cleaning in booking.cells:
            if line := self.cells.get((unit.pk, cell)):
                raise Unfit("同じ部屋の同じ時間が、ファイルの中にもあります", f"{line}行目")
            claim = self.taken.get((unit.pk, cell))
            if claim and claim.block_id:
                raise Unfit("この時間は止めています")
            if claim and claim.booking:
                raise Unfit("同じ部屋の同じ時間に、もう予約があります", claim.booking.receipt)

    def take(self, row: Row, by: Actor) -> str:
        """Book it; returns why not where somebody was faster since it was looked through."""
        foreign: Foreign = row.thing
        known = self.parties.copy()
        try:
            with transaction.atomic():
                self._book(foreign, by)
        except (TimeTaken, IntegrityError):
            # Who was written down for this row went with it: the next row of theirs writes them down itself.
            self.parties = known
            return "たったいま、同じ時間か番号がほかで使われました"
        return ""

    def _book(self, foreign: Foreign, by: Actor) -> None:
        party, now = self._party(foreign, by), clock.now()
        booking = Booking.objects.create(
            receipt=scattered_receipt(clock.today()),
            area=self.area,
            definition_id=self.area.definition_id,
            resource=foreign.resource,
            starts_at=foreign.starts_at,
            ends_at=foreign.ends_at,
            party=party,
            person=party,
            state=State.BOOKED,
            channel=Channel.IMPORT,
            people=foreign.people,
            yen=foreign.yen,
            paid=foreign.paid,
            number=foreign.number,
            made_at=now,
            made_by=by.account,
            booked_at=now,
        )
        places.claim_cells(foreign.cells, owner=booking)
        # Nobody is written to: they hold this booking already, and nothing of it has changed.
        audit.record("booking.imported", booking.ref, by=by, subject=party.pk)

    def _party(self, foreign: Foreign, by: Actor) -> Party:
        """Who is registered under the group's number; otherwise one party for each name and telephone of the file."""
        known = (foreign.group, foreign.who, foreign.phone)
        if known not in self.parties:
            self.parties[known] = self._registered(foreign.group) or _kept(self.area, foreign, by)
        return self.parties[known]

    def _registered(self, number: str) -> Party | None:
        needed = rules_of(self.area.definition_id).said.who.registration
        if needed is None or not number:
            return None
        rows = records.found_of_kind(needed.kind, number)
        return identity.party(rows[0].party_id) if len(rows) == 1 else None


def _kept(area: Area, foreign: Foreign, by: Actor) -> Party:
    group = rules_of(area.definition_id).said.who.group
    kind = PartyKind.ORGANISATION if group == "only" or foreign.group else PartyKind.PERSON
    profile: dict[str, Any] = {"name": {"family": foreign.who}}
    if foreign.phone:
        profile["phone"] = foreign.phone
    party = people.keep_party(profile=profile, kind=kind, by=by)
    vault.remember(NAME_INDEX, foreign.who, Ref.to(party))
    vault.remember(PHONE_INDEX, foreign.phone, Ref.to(party))
    return party


def _names(resource: Resource) -> set[str]:
    """How a file may call a room: by its number there, or by its key here."""
    return {str(name) for name in (resource.facts.get("number"), resource.key) if name}


def _claims(rooms: list[Resource]) -> dict[tuple[Any, dt.datetime], Claim]:
    units = {unit.pk for room in rooms for unit in room.units.all()}
    rows = Claim.objects.filter(unit__in=units, cell__gte=clock.now() - dt.timedelta(days=1))
    return {(one.unit_id, one.cell): one for one in rows.select_related("booking")}


def _day(written: str) -> dt.date:
    parts = split_date(written)
    if parts is None:
        raise Unfit("日は、2026-12-05 や 令和8年12月5日 の形で書いてください")
    try:
        return parse_date(*parts)
    except ValueError:
        raise Unfit("その日は暦にありません") from None


def _minutes(written: str) -> int:
    found = _TIME.fullmatch(written)
    if not found or (minutes := int(found[1]) * 60 + int(found[2])) > 24 * 60:
        raise Unfit("時刻は、09:30 の形で書いてください")
    return minutes


def _whole(typed: str, what: str, none: int) -> int:
    plain = typed.replace(",", "").removesuffix("円").removesuffix("人").strip()
    if not plain:
        return none
    if not plain.isascii() or not plain.isdigit() or len(plain) > 7:
        raise Unfit(f"「{what}」は数で書いてください")
    return int(plain)


def _phone(typed: str) -> str:
    if not typed:
        return ""
    try:
        return phone_number(typed)
    except ValueError:
        raise Unfit("電話番号を確かめてください") from None

"""Rooms of another system as resources of an area: their numbers stay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...exchange.table import Line
from ...models import Area, Resource, ResourceUnit, Site, Unit
from ...shape import IMPORTED
from .row import Row, Unfit, short

PLACE_NUMBER, PLACE, NUMBER, NAME = "施設番号", "施設名", "部屋番号", "部屋名"
HEAD = (PLACE_NUMBER, PLACE, NUMBER, NAME)
ADDRESS, PHONE, PEOPLE, YEN, CELL = "住所", "電話", "定員", "1時間の料金", "区切り（分）"
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Room:
    """One row, understood."""

    place_key: str
    place: str
    key: str
    number: str
    name: str
    address: str
    phone: str
    people: int | None
    yen: int | None
    cell: int


class Rooms:
    """The rows of one file, looked through in their order."""

    def __init__(self, area: Area) -> None:
        self.area = area
        rows = list(Resource.objects.filter(area=area).select_related("site"))
        self.numbers = {one.facts.get("number") or one.key for one in rows} | {one.key for one in rows}
        self.names = {(one.site.name, one.name): one for one in rows if one.withdrawn_at is None}
        self.seen: dict[str, int] = {}

    def look(self, line: Line) -> Row:
        number = line[NUMBER]
        try:
            room = _read(line)
            if line[NUMBER] in self.seen:
                raise Unfit("ファイルの中に同じ部屋番号があります", f"{self.seen[number]}行目")
            if number in self.numbers or room.key in self.numbers:
                raise Unfit("この部屋番号は、もう登録されています", number)
            if known := self.names.get((room.place, room.name)):
                raise Unfit("同じ施設に、同じ名前の部屋があります", known.key)
        except Unfit as unfit:
            return Row(line.number, short(number), short(line[NAME]), unfit.why, unfit.with_)
        self.seen[number] = line.number
        return Row(line.number, number, f"{room.place} {room.name}", thing=room)

    def take(self, row: Row, by: Any) -> str:
        """Make the resource. Returns "" (there is no one to fear here: keys are unique)."""
        room: Room = row.thing
        site = Site.objects.filter(name=room.place, withdrawn_at=None).first()
        if site is None:
            site, _made = Site.objects.get_or_create(
                key=room.place_key,
                defaults={
                    "name": room.place,
                    "address": room.address,
                    "phone": room.phone,
                    "order": 900,
                },
            )
        unit = Unit.objects.create(site=site, key=room.key, name=room.name, cell_minutes=room.cell)
        resource = Resource.objects.create(
            area=self.area,
            site=site,
            key=room.key,
            name=room.name,
            people=room.people,
            facts={"number": room.number} | ({"yen": room.yen} if room.yen is not None else {}),
            order=900,
        )
        ResourceUnit.objects.create(resource=resource, unit=unit)
        return ""


def _read(line: Line) -> Room:
    for what in HEAD:
        if not line[what]:
            raise Unfit(f"「{what}」がありません")
    if not _NUMBER.fullmatch(line[NUMBER]) or not _NUMBER.fullmatch(line[PLACE_NUMBER]):
        raise Unfit("番号は、英数字40文字までで書いてください")
    cell = _whole(line[CELL], CELL) or 30
    if cell not in (15, 30, 60):
        raise Unfit("区切りは、15、30、60分のどれかです")
    return Room(
        place_key=f"{IMPORTED}{line[PLACE_NUMBER].lower()}",
        place=line[PLACE][:100],
        key=f"{IMPORTED}{line[NUMBER].lower()}",
        number=line[NUMBER],
        name=line[NAME][:100],
        address=line[ADDRESS][:200],
        phone=line[PHONE][:20],
        people=_whole(line[PEOPLE], PEOPLE),
        yen=_whole(line[YEN], YEN),
        cell=cell,
    )


def _whole(typed: str, what: str) -> int | None:
    plain = typed.replace(",", "").removesuffix("円").removesuffix("人").removesuffix("分").strip()
    if not plain:
        return None
    if not plain.isascii() or not plain.isdigit() or len(plain) > 7:
        raise Unfit(f"「{what}」は数で書いてください")
    return int(plain)

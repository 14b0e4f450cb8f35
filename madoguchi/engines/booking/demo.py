"""The bookings of *a week in the city*, laid through the services people use, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.engines.records import queries as records
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import plus_months
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

from . import services
from .models import Area, Booking, Resource, Slot
from .services import drawing, making, shutting
from .times import at as moment_of
from .times import minutes_of
from .wanting import Wanted, of_slot

_Moment = tuple[dt.datetime, int, Callable[[], None]]
NUMBERS = "見本の数字（この見本のために、日付からつくった数字。くじではありません）"
DAY = dt.timedelta(days=1)


def lay_week(*, by: Actor) -> None:
    """Lay the bookings of the pack's week. Does nothing where there are some, or where the pack has none."""
    written = demo.week("booking")
    if not written or Booking.objects.exists():
        return
    _Week(written, clock.now()).lay()


class _Week:
    """Everything that happens, put down first and then done in the order of time."""

    def __init__(self, written: dict[str, Any], start: dt.datetime) -> None:
        self.written, self.start = written, start
        self.today = clock.in_city(start).date()
        rows = Resource.objects.select_related("area", "site")
        self.resources = {f"{one.area.key}/{one.key}": one for one in rows}
        self.people = {one["key"]: one for one in demo.week("residents")["residents"]}
        self.moments: list[_Moment] = []

    def lay(self) -> None:
        for one in self.written.get("capacities", []):
            self._at(demo.moment(one["said"], self.start), partial(self._resize, one))
        for one in self._bookings():
            self._at(demo.moment(one["made"], self.start), partial(self._book, one))
        for one in self.written.get("events", []):
            self._draw_event(one)
        for one in self.written.get("months", []):
            self._draw_month(one)
        for when, _place, happen in sorted(self.moments, key=lambda moment: moment[:2]):
            with clock.frozen(when):
                happen()

    def _at(self, when: dt.datetime, happen: Callable[[], None]) -> None:
        self.moments.append((min(when, self.start), len(self.moments), happen))

    # bookings

    def _bookings(self) -> list[dict[str, Any]]:
        """One by one, and the days that are filled: one person after the other takes the next time."""
        found = list(self.written.get("bookings", []))
        for day in self.written.get("days", []):
            slots = self._slots(day["of"], day["on"])
            for number, (key, slot) in enumerate(zip(day["for"], slots, strict=False)):
                channel = "phone" if key in day.get("phone", []) else "web"
                made = f"-{1 + number % 6}d {9 + number % 10}:{number * 7 % 60:02d}"
                found.append({**day, "for": key, "slot": slot, "made": made, "channel": channel})
        return found

    def _slots(self, of: str, on: str) -> list[Slot]:
        """The slots of the first day, from that one on, on which there are some."""
        since = dt.date.fromisoformat(demo.date_of(on, self.today))
        rows = Slot.objects.filter(
            resource=self.resources[of],
            starts_at__gte=moment_of(since, 0),
            starts_at__gt=self.start,
        ).select_related("resource__area", "resource__site")
        slots = list(rows[:60])
        return [one for one in slots if _day(one) == _day(slots[0])]

    def _slot(self, one: dict[str, Any]) -> Slot:
        slots = self._slots(one["of"], one["on"])
        wanted = one.get("at", "")
        return next((slot for slot in slots if f"{clock.in_city(slot.starts_at):%H:%M}" == wanted), slots[0])

    def _wanted(self, one: dict[str, Any]) -> Wanted:
        resource = self.resources[one["of"]]
        more = {
            "answers": one.get("answers", {}),
            "people": one.get("people", 1),
            "mode": one.get("mode", "venue"),
            "language": self.people[one["for"]].get("language", "ja"),
            "needs": tuple(one.get("needs", ())),
            "note": one.get("note", ""),
        }
        if resource.area.kind != "units":
            return of_slot(one.get("slot") or self._slot(one), **more)
        day = dt.date.fromisoformat(demo.date_of(one["on"], self.today))
        since, until = (moment_of(day, minutes_of(one[key])) for key in ("since", "until"))
        return Wanted(resource, since, until, **more)

    def _book(self, one: dict[str, Any]) -> None:
        keeper = _party(one["for"])
        party = _group(keeper) if one.get("group") else keeper
        person = _child(keeper, one["child"]) if "child" in one else party
        verb = services.wait if one.get("waits") else services.book
        by = (
            demo.staff_actor(one["by"])
            if "by" in one and one.get("channel") != "web"
            else _self(keeper, party)
        )
        made = verb(
            wanted=self._wanted(one), party=party, person=person, by=by, channel=one.get("channel", "web")
        )
        if "cancelled" in one and isinstance(made, Booking):
            when = demo.moment(one["cancelled"], self.start)
            with clock.frozen(when):
                services.cancel(booking=made, by=by)

    def _resize(self, one: dict[str, Any]) -> None:
        shutting.change_capacity(
            slot=self._slot(one), capacities=one["counts"], by=demo.staff_actor(one["by"])
        )

    # draws

    def _draw_event(self, one: dict[str, Any]) -> None:
        """The draw of one event, before or after: its days are counted from today."""
        opens, closes, drawn = (
            moment_of(dt.date.fromisoformat(demo.date_of(one[key], self.today)), minutes_of("09:00"))
            for key in ("opens", "closes", "draws")
        )
        slot = Slot.objects.select_related("resource__area", "resource__site").filter(
            resource=self.resources[one["of"]]
        )
        made: dict[str, Any] = {}

        def start() -> None:
            made["round"] = services.open_event(
                slot=slot.get(),
                opens_at=opens,
                closes_at=closes,
                draws_at=drawn,
                by=SYSTEM,
                beacons=[draws.Numbers(NUMBERS, drawn + DAY)] if drawn + DAY < self.start else None,
            )

        # Announced the day before: nobody enters what was not yet published.
        self._at(opens - DAY, start)
        self._enter(one, made, opens, closes)
        self._finish(one, made, closes, drawn)

    def _draw_month(self, one: dict[str, Any]) -> None:
        """The draw of the month that this month draws, as far as today lets it be."""
        area = Area.objects.get(key=one["of"])
        month = plus_months(self.today.replace(day=1), drawing.months_ahead(area))
        opens, closes, drawn = drawing.days_of_month(area, month)
        if opens > self.start:
            return  # on the morning of the first
        made: dict[str, Any] = {}

        def start() -> None:
            beacons = [draws.Numbers(NUMBERS, drawn + DAY)] if drawn + DAY < self.start else None
            made["round"] = services.open_month(area=area, month=month, by=SYSTEM, beacons=beacons)

        self._at(opens - DAY, start)
        self._enter(one, made, opens, min(closes, self.start))
        self._finish(one, made, closes, drawn)

    def _enter(
        self, one: dict[str, Any], made: dict[str, Any], opens: dt.datetime, closes: dt.datetime
    ) -> None:
        """Those who enter, spread over the time in which one may."""
        entries = [
            {"for": key, "channel": channel}
            for channel, keys in one.get("by_channel", {}).items()
            for key in keys
        ] + one.get("entries", [])
        step = (min(closes, self.start) - opens) / (len(entries) + 1)
        for number, entry in enumerate(entries, start=1):
            self._at(opens + step * number, partial(self._enter_one, one, made, entry))

    def _enter_one(self, one: dict[str, Any], made: dict[str, Any], entry: dict[str, Any]) -> None:
        keeper = _party(entry["for"])
        party = _group(keeper) if entry.get("group") else keeper
        channel = entry.get("channel", "web")
        by = _self(keeper, party) if channel == "web" else demo.staff_actor(one["by"])
        round_ = made["round"]
        services.enter_draw(
            round=round_,
            party=party,
            person=party,
            wishes=self._wishes(round_, entry),
            by=by,
            channel=channel,
            answers=entry.get("answers", {}),
            language=self.people[entry["for"]].get("language", "ja"),
            people=entry.get("people", 1),
        )

    def _wishes(self, round_: Any, entry: dict[str, Any]) -> list[list[str]]:
        """Ranked; each names items by the end of their name (court-full.0203.night), or the only one there is."""
        items = [one["item"] for one in round_.inventory]
        if "wishes" not in entry:
            return [[items[0]]]
        days = sorted({item.split(".")[1] for item in items})
        wishes = []
        for wish in entry["wishes"]:
            parts = [(key, days[(number - 1) % len(days)], period) for key, number, period in wish]
            wishes.append([".".join(part) for part in parts])
        return wishes

    def _finish(
        self, one: dict[str, Any], made: dict[str, Any], closes: dt.datetime, drawn: dt.datetime
    ) -> None:
        known = drawn + DAY
        if closes < self.start:
            self._at(closes, lambda: made.update(round=draws.close(round=made["round"], by=SYSTEM)))
        if known < self.start:
            self._at(known, lambda: self._draw(one, made))

    def _draw(self, one: dict[str, Any], made: dict[str, Any]) -> None:
        """Two of the staff type the same numbers, then it is drawn; some of those who won say that they take it."""
        first, second = (demo.staff_actor(login) for login in one["typed_by"])
        # Of the day on which they come out, which the round's page names: not of the day the demo was laid.
        numbers = f"{clock.today():%Y %m %d} 4 1 5"
        typed = draws.type_numbers(round=made["round"], place=0, numbers=numbers, by=first)
        draws.confirm_numbers(row=typed, numbers=numbers, by=second)
        round_ = draws.draw(round=made["round"], by=SYSTEM)
        making.make_all(round=round_, by=SYSTEM)
        for win in list(lottery.wins(round_))[: one.get("confirmed", 0)]:
            party = win.entry.party
            draws.confirm(win=win, by=Actor(ActorKind.RESIDENT, party=party.pk))


def _day(slot: Slot) -> dt.date:
    return clock.in_city(slot.starts_at).date()


def _party(key: str) -> Party:
    party = identity.party(demo.party_id(key))
    if party is None:
        raise ValueError(f"week/booking.yaml names {key}, whom residents.yaml lacks")
    return party


def _self(keeper: Party, party: Party) -> Actor:
    """Who does it on their own screen; for a group in the group's name."""
    link = keeper.accounts.first()
    return Actor(ActorKind.RESIDENT, account=link.account_id if link else None, party=party.pk)


def _child(keeper: Party, given: str) -> Party:
    for child in records.children_of(keeper.pk):
        if identity.profile(child).get("name", {}).get("given") == given:
            return child
    raise ValueError(f"week/booking.yaml: {given} is registered nowhere")


def _group(keeper: Party) -> Party:
    for row in records.registrations_of(Actor(ActorKind.RESIDENT, party=keeper.pk)):
        if row.kind == "dantai" and row.state == "valid":
            return row.party
    raise ValueError("week/booking.yaml: no group of theirs is registered")

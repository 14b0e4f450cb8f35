"""A crowd at one city: people who hold, book, confirm, give back and wait, clerks who give and call numbers.

Each process of the crowd is somebody else's people and desk, so that what one does at random never contradicts
itself; what they fight for is everybody's. What was answered is told line by line to who watches.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .moments import Tell

SLOTS, PLACES, POINTS = 4, 3, 7
DAYS = 3  # of the court
LINES = 2
PEOPLE = 6  # of each process


@dataclass
class World:
    """What there is, by id: made once, before anybody comes."""

    slots: list[str]
    courts: list[str]
    lines: list[str]
    desks: list[tuple[str, str]]  # (desk, its clerk's account) of each process
    people: list[list[str]]  # the parties of each process
    begun: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))


def lay(processes: int) -> World:
    """One area of slots, a court of two halves, lines with a desk for each process, and everybody."""
    from madoguchi.engines.booking.models import Area
    from madoguchi.engines.booking.tests import make
    from madoguchi.engines.queue.models import Desk
    from madoguchi.engines.queue.tests import make as counters
    from madoguchi.kernel import clock

    rules = {
        "takes": [{"count": "places", "amount": "1"}, {"count": "points", "amount": "people > 1 ? 3 : 2"}],
        "waiting": {"offer_minutes": 60, "quiet_since": "24:00", "quiet_until": "00:00"},
    }
    area = make.area(**rules)
    resource = make.resource(area)
    slots = [
        make.slot(resource, starts_in=dt.timedelta(days=2 + n), counts={"places": PLACES, "points": POINTS})
        for n in range(SLOTS)
    ]
    courts = list(make.hall().values())
    lines, desks = [], []
    with clock.frozen(dt.datetime.combine(clock.today(), dt.time(10), tzinfo=clock.JST)):
        for n in range(LINES):
            names = tuple(str(one) for one in range(n, processes, LINES))
            lines.append(counters.line(f"kari_{n}", "AB"[n], desks=names or ("0",)))
        for n in range(processes):
            clerk = counters.clerk(f"clerk{n}")
            desk = Desk.objects.select_related("line__counter").get(line=lines[n % LINES], name=str(n))
            desks.append((str(desk.pk), str(clerk.account)))
    people = [[str(make.person(f"例{n}-{k}").pk) for k in range(PEOPLE)] for n in range(processes)]
    assert Area.objects.count() == 2
    return World(
        [str(one.pk) for one in slots],
        [str(one.pk) for one in courts],
        [str(one.pk) for one in lines],
        desks,
        people,
    )


class Member:
    """What one process of the crowd does, act by act at random, until it is told to go home or is killed."""

    def __init__(self, world: World, number: int, seed: int, tell: Tell) -> None:
        from madoguchi.engines.booking.models import Resource, Slot
        from madoguchi.engines.queue.models import Desk, Line
        from madoguchi.kernel.identity import queries as identity
        from madoguchi.kernel.identity.models import Account, Party
        from madoguchi.kernel.refs import Actor, ActorKind

        self.world, self.tell, self.dice = world, tell, random.Random(seed)
        self.parties = list(Party.objects.filter(pk__in=world.people[number]).select_related("key"))
        self.actors = {
            one.pk: Actor(ActorKind.RESIDENT, account=one.accounts.get().account_id, party=one.pk)
            for one in self.parties
        }
        self.slots = list(
            Slot.objects.select_related("resource__area", "resource__site").order_by("starts_at")
        )
        self.courts = list(
            Resource.objects.filter(pk__in=world.courts)
            .select_related("area", "site")
            .prefetch_related("units")
        )
        self.lines = list(Line.objects.filter(pk__in=world.lines).select_related("counter"))
        desk, account = world.desks[number]
        self.desk = Desk.objects.select_related("line__counter").get(pk=desk)
        self.clerk = identity.actor_for(Account.objects.get(pk=account))
        self.is_home = False
        self.before: list[tuple[Any, Any, str]] = []  # wishes that were asked under a key, to ask again

    def go(self) -> None:
        from madoguchi.kernel.errors import Refusal

        signal.signal(signal.SIGTERM, lambda *_given: setattr(self, "is_home", True))
        acts: list[tuple[int, Callable[[], None]]] = [
            (5, self.book), (3, self.hold), (3, self.confirm), (4, self.cancel), (2, self.let_go), (3, self.wait),
            (1, self.leave), (4, self.court), (1, self.again), (1, self.age), (1, self.sweep), (4, self.issue),
            (5, self.call),
        ]  # fmt: skip
        weights = [weight for weight, _act in acts]
        self.tell({"what": "here"})
        while not self.is_home:
            _weight, act = self.dice.choices(acts, weights)[0]
            try:
                act()
            except Refusal as refusal:
                self.tell({"what": "refused", "act": act.__name__, "code": refusal.code})

    # ------------------------------------------------------------------ booking

    def _somebody(self) -> tuple[Any, dict[str, Any]]:
        party = self.dice.choice(self.parties)
        return party, {"party": party, "person": party, "by": self.actors[party.pk], "channel": "web"}

    def _wish(self) -> Any:
        from madoguchi.engines.booking.wanting import of_slot

        return of_slot(self.dice.choice(self.slots), people=self.dice.choice((1, 1, 2)))

    def _mine(self, *states: str) -> Any:
        from madoguchi.engines.booking.models import Booking

        rows = Booking.objects.filter(party__in=self.parties, state__in=states)
        found = list(
            rows.select_related("area", "resource__area", "resource__site", "slot", "party", "person")
        )
        return self.dice.choice(found) if found else None

    def book(self) -> None:
        from madoguchi.engines.booking import services

        party, said = self._somebody()
        wish, asked = self._wish(), uuid.uuid4().hex
        if self._waits(party, wish):
            return  # who stands in line is served from there
        self.before = [*self.before[-4:], (wish, said, asked)]
        made = services.book(wanted=wish, asked=asked, **said)
        self.tell({"what": "made", "id": str(made.pk), "asked": asked})

    def again(self) -> None:
        """The answer got lost on the way: the same once more."""
        from madoguchi.engines.booking import services

        if self.before:
            wish, said, asked = self.dice.choice(self.before)
            made = services.book(wanted=wish, asked=asked, **said)
            self.tell({"what": "made", "id": str(made.pk), "asked": asked})

    def hold(self) -> None:
        from madoguchi.engines.booking import services

        party, said = self._somebody()
        wish = self._wish()
        if not self._waits(party, wish):
            self.tell({"what": "made", "id": str(services.hold(wanted=wish, **said).pk)})

    def _waits(self, party: Any, wish: Any) -> bool:
        from madoguchi.engines.booking.models import Waiting

        return Waiting.objects.filter(slot=wish.slot, person=party, state__in=("waiting", "offered")).exists()

    def confirm(self) -> None:
        from madoguchi.engines.booking import services

        if booking := self._mine("held"):
            made = services.confirm(booking=booking, by=self.actors[booking.party_id])
            self.tell({"what": "confirmed", "id": str(made.pk)})

    def cancel(self) -> None:
        from madoguchi.engines.booking import services

        if booking := self._mine("booked"):
            services.cancel(booking=booking, by=self.actors[booking.party_id])
            self.tell({"what": "ended", "id": str(booking.pk)})

    def let_go(self) -> None:
        from madoguchi.engines.booking import services

        if booking := self._mine("held"):
            services.let_go(booking=booking, by=self.actors[booking.party_id])
            self.tell({"what": "ended", "id": str(booking.pk)})

    def wait(self) -> None:
        from madoguchi.engines.booking import services

        _party, said = self._somebody()
        row = services.wait(wanted=self._wish(), **said)
        self.tell({"what": "waits", "id": str(row.pk)})

    def leave(self) -> None:
        from madoguchi.engines.booking import services
        from madoguchi.engines.booking.models import Waiting

        rows = Waiting.objects.filter(party__in=self.parties, state="waiting").select_related(
            "area", "resource__site"
        )
        if row := rows.first():
            services.leave(waiting=row, by=self.actors[row.party_id])

    def court(self) -> None:
        """The whole court or a half, in the evening or the afternoon of one of three days."""
        from madoguchi.engines.booking import services
        from madoguchi.engines.booking.tests import make

        _party, said = self._somebody()
        wish = make.evening(
            self.dice.choice(self.courts),
            in_days=10 + self.dice.randrange(DAYS),
            period=self.dice.choice(("am", "pm", "night")),
        )
        self.tell({"what": "made", "id": str(services.book(wanted=wish, **said).pk)})

    def age(self) -> None:
        """Time passes for some hold: its end has come."""
        from madoguchi.engines.booking.models import Booking, Waiting
        from madoguchi.kernel import clock
        from madoguchi.kernel.db import writes

        if booking := self._mine("held"):
            past = clock.now() - dt.timedelta(seconds=1)
            with writes():
                Booking.objects.filter(pk=booking.pk, state="held").update(held_until=past)
                Waiting.objects.filter(booking=booking, state="offered").update(offer_until=past)

    def sweep(self) -> None:
        from madoguchi.engines.booking import services

        services.lapse_stale(limit=20)

    # ------------------------------------------------------------------ counters

    def issue(self) -> None:
        from madoguchi.engines.queue import services
        from madoguchi.engines.queue.tests import make

        made = services.issue(line=self.dice.choice(self.lines), source="kiosk", by=make.machine())
        self.tell({"what": "ticket", "id": str(made.ticket.pk)})

    def call(self) -> None:
        from madoguchi.engines.queue import services
        from madoguchi.kernel import clock

        self.desk.refresh_from_db()
        if self.desk.account is None:
            services.open_desk(desk=self.desk, by=self.clerk)
        ticket = services.call_next(desk=self.desk, by=self.clerk, finishing=True)
        self.tell(
            {"what": "called", "id": str(ticket.pk), "desk": str(self.desk.pk), "at": clock.now().isoformat()}
        )

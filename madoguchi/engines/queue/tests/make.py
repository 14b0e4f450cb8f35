"""Makers of what these tests stand on: a line with its desks, clerks, and people who wait."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from madoguchi.engines.booking.models import Booking, State
from madoguchi.engines.booking.tests import make as bookings
from madoguchi.engines.directory import services as directory
from madoguchi.engines.queue import services
from madoguchi.engines.queue.models import Desk, Line, Source, Ticket
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, anonymous, new_id

__all__ = ["anonymous"]
DIVISION = "保育課"
AREA = "madoguchi"
# A Tuesday.
MORNING = dt.datetime(2026, 11, 24, 9, 0, tzinfo=clock.JST)
ERRANDS = [
    {"key": "moushikomi", "title": "申し込み", "minutes": 12, "words": {"en": "Apply"}},
    {"key": "sonota", "title": "そのほか", "minutes": 6, "words": {}},
]


def at(hour: int, minute: int = 0) -> dt.datetime:
    """A moment of that Tuesday."""
    return MORNING.replace(hour=hour, minute=minute)


def clerk(login: str = "sato", division: str = DIVISION, *roles: str) -> Actor:
    """Somebody who sits in one chair of the division."""
    return identity_make.staff(login, division, *(roles or ("clerk",)))


def machine() -> Actor:
    """A screen that gives numbers, or another system's key."""
    return Actor(ActorKind.MACHINE, account=new_id())


def line(key: str = "kari_f", prefix: str = "F", *, division: str = DIVISION, **said: Any) -> Line:
    """The line of one counter with two desks."""
    people.keep_division(key=division, name=division)
    directory.keep_counter(
        key=key, name=f"仮{prefix}窓口", division=division, place="見本庁舎 3階", hours="", order=1, by=SYSTEM
    )
    facts: dict[str, Any] = {"desks": ("1", "2"), "errands": ERRANDS, "minutes": 8, "from_home": True} | said
    services.keep_line(said=services.LineSaid(counter=key, prefix=prefix, **facts), by=SYSTEM)
    return Line.objects.select_related("counter").get(counter=key)


def desk(of: Line, by: Actor, name: str = "1") -> Desk:
    """One of its desks, open, with somebody there."""
    found = Desk.objects.select_related("line__counter").get(line=of, name=name)
    return services.open_desk(desk=found, by=by)


def issued(of: Line, n: int = 1, **facts: Any) -> list[Ticket]:
    """So many walk-ins, one after the other."""
    return [services.issue(line=of, source=Source.KIOSK, by=machine(), **facts).ticket for _ in range(n)]


def booked(of: Line, hour: int, minute: int = 0, **fields: Any) -> Booking:
    """A visit of today at that time, as the booking engine keeps it."""
    area = bookings.area(area=AREA)
    who = bookings.person(f"例{hour}{minute}")
    return Booking.objects.create(
        receipt=f"MIHON-{hour:02}{minute:02}",
        area=area,
        definition=area.definition,
        resource=bookings.resource(area, of.counter_id),
        starts_at=at(hour, minute),
        ends_at=at(hour, minute) + dt.timedelta(minutes=30),
        party=who,
        person=who,
        state=State.BOOKED,
        channel="web",
        made_at=clock.now(),
        **fields,
    )


def states(of: Line) -> dict[str, str]:
    """What became of each number of today."""
    tickets = Ticket.objects.filter(line=of, on=clock.today()).select_related("line").order_by("number")
    return {ticket.label: str(ticket.state) for ticket in tickets}


def meeting_point(n: int) -> Callable[[], None]:
    """Where `n` threads wait for each other, as far as they come: none waits for ever for one that failed."""
    barrier = threading.Barrier(n)

    def meet() -> None:
        try:
            barrier.wait(0.5)
        except threading.BrokenBarrierError:
            pass

    return meet

"""Makers of draws of ours: an event with more who want than places, drawn by numbers that two of the staff typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Slot
from madoguchi.engines.booking.services import making
from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import make

EVENT: dict[str, Any] = {
    "area": "koza",
    "version": 1,
    "kind": "event",
    "title": "講座（見本）",
    "division": make.DIVISION,
    "channels": ["web", "phone", "post", "mail"],
    "takes": [{"count": "places"}],
    "waiting": {"offer_minutes": 600},
}
ANSWERED = EVENT | {"draw": {"months_ahead": 3, "wishes": 1, "win_cap": 1, "confirm_days": 7}}


def event(capacity: int, rules: dict[str, Any] = EVENT) -> Slot:
    resource = make.resource(make.area(rules), "kagaku", facts={"select": "draw"})
    return make.slot(resource, capacity=capacity, starts_in=dt.timedelta(days=60))


def entered(places: int, people: int, rules: dict[str, Any] = EVENT) -> Any:
    """(the event, its round) with so many places that so many entered; closed by now."""
    slot, now = event(places, rules), clock.now()
    round_ = services.open_event(
        slot=slot,
        opens_at=now,
        closes_at=now + dt.timedelta(days=10),
        draws_at=now + dt.timedelta(days=12),
        beacons=[draws.Numbers("見本の数字", now + dt.timedelta(days=12))],
        by=make.staff(),
    )
    for number in range(people):
        who = make.person(f"例{number}", with_account=False)
        services.enter_draw(
            round=round_, party=who, person=who, wishes=[["kagaku"]], by=SYSTEM, channel="phone"
        )
    with clock.frozen(round_.closes_at + dt.timedelta(seconds=1)):
        draws.close(round=round_, by=SYSTEM)
    return slot, lottery.round_(round_.key)


def drawn(places: int, people: int, rules: dict[str, Any] = EVENT) -> Any:
    """The same, drawn a moment ago; nothing is made of it yet."""
    slot, round_ = entered(places, people, rules)
    return slot, draw(round_)


def draw(round_: Any) -> Any:
    with clock.frozen(later(round_)):
        row = draws.type_numbers(round=round_, numbers="4 8 15 16 23 42", by=make.staff("ichi"), place=0)
        draws.confirm_numbers(row=row, numbers="4 8 15 16 23 42", by=make.staff("ni"))
        return draws.draw(round=lottery.round_(round_.key), by=SYSTEM)


def later(round_: Any, **more: int) -> dt.datetime:
    return round_.draws_at + dt.timedelta(minutes=1, **more)


def work(round_: Any, **more: int) -> None:
    """What the worker makes of it, a minute after the draw."""
    with clock.frozen(later(round_, **more)):
        jobs.run_due(kinds=(making.KIND,))

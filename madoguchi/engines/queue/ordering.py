"""Who is next: a pure function of who waits and what time it is.

Three rules, in this order:
1. Walk-ins never overtake each other: who came first is called first.
2. Who booked has their turn from the booked time on, before the walk-ins; ahead of it only when nobody else waits.
   Who comes more than ten minutes late stands where they came, like a walk-in.
3. After somebody who booked was called, a waiting walk-in is next: bookings never starve them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

LATE = dt.timedelta(minutes=10)


class Stands(Protocol):
    """What the order depends on. `stands_at` is the booked time of who booked, else the moment they came."""

    @property
    def stands_at(self) -> dt.datetime: ...
    @property
    def number(self) -> int: ...
    @property
    def is_booked(self) -> bool: ...


S = TypeVar("S", bound=Stands)


def place(*, came_at: dt.datetime, booked_for: dt.datetime | None) -> dt.datetime:
    """Where somebody stands who came then, with a booking or without."""
    if booked_for is None or came_at > booked_for + LATE:
        return came_at
    return booked_for


def next_up(waiting: Iterable[S], *, now: dt.datetime, after_booked: bool) -> S | None:
    """Who is called next; None when nobody waits."""
    return next(iter(in_order(waiting, now=now, after_booked=after_booked)), None)


def in_order(waiting: Iterable[S], *, now: dt.datetime, after_booked: bool) -> list[S]:
    """Everybody who waits, as they would be called one after the other if it stayed `now`."""
    line = sorted(waiting, key=lambda one: (one.stands_at, one.number))
    due = [one for one in line if one.is_booked and one.stands_at <= now]
    early = [one for one in line if one.is_booked and one.stands_at > now]
    walk_ins = [one for one in line if not one.is_booked]
    ordered: list[S] = []
    while due or walk_ins:
        after_booked = bool(due) and not (after_booked and walk_ins)
        ordered.append((due if after_booked else walk_ins).pop(0))
    return ordered + early

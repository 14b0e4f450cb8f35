"""What time it is in the city. Nothing else in the domain asks the machine's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> dt.datetime:
    """The present moment, aware, in Japan's time zone."""
    return _frozen.get() or dt.datetime.now(JST)


def machine() -> dt.datetime:
    """The machine's own moment, whatever the city's clock was set to: for sign-ins, their codes and their ends."""
    return dt.datetime.now(JST)


def today() -> dt.date:
    """The date a clerk would stamp now."""
    return now().astimezone(JST).date()


def in_city(moment: dt.datetime) -> dt.datetime:
    """The same moment as the city's wall clock shows it."""
    return moment.astimezone(JST)


@contextmanager
def frozen(at: dt.datetime) -> Iterator[None]:
    """Let the clock stand still at `at` (aware): for tests, and to lay a demo week around a moment."""
    if at.tzinfo is None:
        raise ValueError("the clock is set to an aware moment only")
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)

"""A counter's queue as pages say it: how many wait, who is called, between how many minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from madoguchi.engines.queue import queries
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import said_holiday
from madoguchi.kernel.text import JAPANESE, said_in, said_of

LAST_CALLS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """One counter. `standing` decides what may be shown: stale numbers are not."""

    key: str
    name: str
    place: str
    division: str
    floor: int
    walk: tuple[int, int]
    standing: str
    waiting: int
    calls: list[dict[str, Any]]
    missed: list[str]
    said: Any  # a range of minutes, or None
    is_at_once: bool
    is_late: bool  # open, but who comes now would be called after closing
    opens_at: dt.datetime | None
    heard_at: dt.datetime | None
    now: dt.datetime
    desks: int
    name_lang: str = "ja"
    division_lang: str = "ja"
    place_lang: str = "ja"
    hours: str = ""
    errands: tuple[str, ...] = ()
    holiday: str = ""  # the name of today's, where the counter is closed for it

    @property
    def shows_numbers(self) -> bool:
        return self.standing in {"open", "no_desk"}

    @property
    def called(self) -> dict[str, Any] | None:
        return self.calls[0] if self.calls else None


def shown(here: queries.LineNow) -> Shown:
    """What a page needs of one counter, ready."""
    line, standing = here.line, str(here.standing)
    said = here.estimate(here.ahead_of_newcomer) if standing == "open" else None
    return Shown(
        key=line.counter_id,
        name=said_of(line.counter),
        place=said_of(line.counter, "place"),
        division=said_of(line.counter.division),
        floor=line.floor,
        walk=(line.floor, line.walk_order),
        standing=standing,
        waiting=len(here.waiting),
        calls=[
            {"label": label(line, call.number), "desk": call.desk, "at": call.at} for call in _called(here)
        ][:LAST_CALLS],
        missed=[label(line, number) for number in sorted(here.missed)],
        said=said,
        is_at_once=said is not None and said.seconds == 0,
        is_late=standing == "open" and said is None,
        opens_at=here.opens_at,
        heard_at=line.heard_at and clock.in_city(line.heard_at),
        now=here.now,
        desks=len(here.open_desks),
        name_lang=said_in(line.counter),
        division_lang=said_in(line.counter.division),
        place_lang=said_in(line.counter, "place"),
        hours=said_of(line.counter, "hours"),
        errands=tuple(errand_title(one) for one in line.errands),
        holiday=said_holiday(clock.in_city(here.now).date()) if here.is_off_today else "",
    )


def errand_title(errand: dict[str, Any]) -> str:
    """What people come for, in the reader's language."""
    language = get_language() or JAPANESE
    return str(errand.get("words", {}).get(language) or errand["title"])


def _called(here: queries.LineNow) -> list[queries.Call]:
    """Who went to a desk, newest first. Who was put aside again or did not come stands elsewhere."""
    return [call for call in here.calls if call.desk and call.state != "no_show"]


def label(line: Any, number: int) -> str:
    """A012: as Ticket.label says it, where only the number was read."""
    return f"{line.prefix}{number:03}"

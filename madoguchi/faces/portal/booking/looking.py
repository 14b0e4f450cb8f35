"""What somebody looks at: which days, which place, with or without an age limit, from where. Read from the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from madoguchi.engines.booking import queries
from madoguchi.kernel import clock

DAY = dt.timedelta(days=1)
WEEK = 7
# Nothing is offered further ahead than this.
FURTHEST = 420


@dataclass(frozen=True, slots=True)
class Look:
    """Nonsense in the address is as if it were not there."""

    since: dt.date
    day: dt.date | None = None
    site: str = ""
    age: str = ""  # "" | none: places without an age limit | limit: those with one
    town: str = ""

    @property
    def until(self) -> dt.date:
        return self.since + DAY * WEEK

    @property
    def before(self) -> dt.date | None:
        """The week before, unless it is over."""
        earlier = self.since - DAY * WEEK
        return max(earlier, clock.today()) if self.since > clock.today() else None

    @property
    def after(self) -> dt.date | None:
        return self.until if self.until <= clock.today() + DAY * FURTHEST else None

    @property
    def query(self) -> str:
        """The address of the same look."""
        said = {
            "from": self.since.isoformat(),
            "day": self.day.isoformat() if self.day else "",
            **self._filters(),
        }
        return urlencode({key: value for key, value in said.items() if value})

    @property
    def filters(self) -> str:
        """The same without the days: for links to other days."""
        return urlencode({key: value for key, value in self._filters().items() if value})

    def _filters(self) -> dict[str, str]:
        return {"site": self.site, "age": self.age, "town": self.town}

    def on(self, day: dt.date) -> Look:
        return replace(self, day=day)


def look_of(sent: Mapping[str, Any], *, first: dt.date) -> Look:
    """What the address asks for; `first` is the day to begin with when it names none."""
    day = _date(sent.get("day"))
    since = _date(sent.get("from")) or day or first
    if day is not None and not since <= day < since + DAY * WEEK:
        day = None
    age = str(sent.get("age", ""))
    return Look(
        since=since,
        day=day,
        site=str(sent.get("site", ""))[:60],
        age=age if age in {"none", "limit"} else "",
        town=str(sent.get("town", ""))[:60],
    )


def _date(typed: Any) -> dt.date | None:
    today = clock.today()
    try:
        day = dt.date.fromisoformat(str(typed or "")[:10])
    except ValueError:
        return None
    return day if today <= day <= today + DAY * FURTHEST else None


def fitting(look: Look, found: list[Any]) -> list[Any]:
    """The resources that fit the filters."""
    if look.site:
        found = [one for one in found if one.site.key == look.site]
    if look.age == "none":
        found = [one for one in found if not one.facts.get("age_limit")]
    if look.age == "limit":
        found = [one for one in found if one.facts.get("age_limit")]
    return found


def town_of(look: Look, towns: list[queries.Town]) -> queries.Town | None:
    """Where they come from, if that is a part of the city we know."""
    return next((town for town in towns if town.key == look.town), None)

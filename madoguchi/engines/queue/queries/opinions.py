"""The two questions after a visit, as anybody may read the answers: by counter and by week, never one by one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from madoguchi.kernel import clock
from madoguchi.kernel.text import said_of

from ..models import Line, Opinion

GOOD = 3  # 4 and 3 are good, 2 and 1 are not
# Fewer answers say more of one person than of a counter.
FEWEST = 5


@dataclass(slots=True)
class Answers:
    """One question: how many of each answer, and how many left it out."""

    counts: dict[int, int] = field(default_factory=lambda: dict.fromkeys((4, 3, 2, 1), 0))
    unanswered: int = 0

    def add(self, value: int | None) -> None:
        if value is None:
            self.unanswered += 1
        else:
            self.counts[value] += 1

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def good(self) -> int:
        return sum(number for value, number in self.counts.items() if value >= GOOD)

    @property
    def share(self) -> float | None:
        """Per cent good of who answered it (無回答を除く); None where so few did that it would tell of single people."""
        return round(100 * self.good / self.n, 1) if self.n >= FEWEST else None


@dataclass(slots=True)
class Asked:
    """One row of the results: a counter, or a week."""

    name: str
    manner: Answers = field(default_factory=Answers)
    convenience: Answers = field(default_factory=Answers)
    n: int = 0
    waited: int = 0
    waited_n: int = 0

    def add(self, manner: int | None, convenience: int | None, waited: int | None) -> None:
        self.n += 1
        self.manner.add(manner)
        self.convenience.add(convenience)
        if waited is not None:
            self.waited += waited
            self.waited_n += 1

    @property
    def minutes(self) -> float | None:
        """The mean wait of those who answered."""
        return round(self.waited / 60 / self.waited_n, 1) if self.n >= FEWEST and self.waited_n else None


Row = tuple[int | None, int | None, int | None]


def opinions_by_line(*, since: dt.date, until: dt.date | None = None) -> tuple[Asked, list[Asked]]:
    """All together, and each counter in walking order. Two queries."""
    found: dict[object, list[Row]] = defaultdict(list)
    rows = Opinion.objects.filter(on__gte=since, on__lte=until or clock.today())
    for line, *row in rows.values_list("line", "manner", "convenience", "waited_seconds"):
        found[line].append((row[0], row[1], row[2]))
    every = Line.objects.filter(withdrawn_at=None).select_related("counter")
    parts = [_asked(said_of(line.counter), found.get(line.pk, ())) for line in every]
    return _asked("", (row for part in found.values() for row in part)), parts


def opinions_by_week(*, weeks: int = 8) -> list[tuple[dt.date, Asked]]:
    """(Monday, answers of that week), newest first; weeks without answers left out. One query."""
    today = clock.today()
    monday = today - dt.timedelta(days=today.weekday())
    since = monday - dt.timedelta(weeks=weeks - 1)
    found: dict[dt.date, list[Row]] = defaultdict(list)
    rows = Opinion.objects.filter(on__gte=since, on__lte=today)
    for on, *row in rows.values_list("on", "manner", "convenience", "waited_seconds"):
        found[on - dt.timedelta(days=on.weekday())].append((row[0], row[1], row[2]))
    return [(week, _asked("", found[week])) for week in sorted(found, reverse=True)]


def _asked(name: str, rows: Iterable[Row]) -> Asked:
    asked = Asked(name)
    for row in rows:
        asked.add(*row)
    return asked

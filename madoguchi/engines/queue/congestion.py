"""混雑の傾向: what a line was like by month, weekday and hour. Sums over hours, divided once at the end."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from madoguchi.kernel import clock

from .models import Hour, Line


@dataclass(slots=True)
class Sum:
    """One row: everybody who took a number then, those of them who were served, and how long these waited."""

    issued: int = 0
    served: int = 0
    seconds: int = 0
    hours: int = 0  # hours in which numbers were given

    def add(self, issued: int, served: int, seconds: int) -> None:
        self.issued += issued
        self.served += served
        self.seconds += seconds
        self.hours += 1

    @property
    def minutes(self) -> float | None:
        """The mean wait of who was served, one decimal; None where nobody was."""
        return round(self.seconds / 60 / self.served, 1) if self.served else None

    @property
    def people(self) -> float | None:
        """How many came in an hour, one decimal."""
        return round(self.issued / self.hours, 1) if self.hours else None


@dataclass(frozen=True, slots=True)
class Trend:
    """The hour counts as the one in which somebody came: what one wants to know before going."""

    since: dt.date
    until: dt.date
    months: dict[dt.date, Sum]  # by the first of the month
    weekdays: dict[int, Sum]  # 0 = Monday
    hours: dict[int, Sum]
    cells: dict[tuple[int, int], Sum]  # (weekday, hour)
    days: int

    @property
    def quietest(self) -> tuple[int, int] | None:
        """The weekday and hour with the shortest mean wait."""
        return self._extreme(lowest=True)

    @property
    def busiest(self) -> tuple[int, int] | None:
        return self._extreme(lowest=False)

    def _extreme(self, *, lowest: bool) -> tuple[int, int] | None:
        waits = {cell: one.seconds / one.served for cell, one in self.cells.items() if one.served}
        if not waits:
            return None
        return min(waits, key=lambda cell: (waits[cell] if lowest else -waits[cell], cell))


def trend(line: Line, *, until: dt.date | None = None) -> Trend:
    """The last twelve months up to `until` (today), from what was summed. One query."""
    last = until or clock.today()
    first = dt.date(last.year - 1, last.month, 1)
    # Twelve whole months and the days of this one.
    rows = Hour.objects.filter(line=line, on__gte=first, on__lte=last, issued__gt=0)
    months: dict[dt.date, Sum] = defaultdict(Sum)
    weekdays: dict[int, Sum] = defaultdict(Sum)
    hours: dict[int, Sum] = defaultdict(Sum)
    cells: dict[tuple[int, int], Sum] = defaultdict(Sum)
    days = set()
    for on, hour, issued, served, seconds in rows.values_list(
        "on", "hour", "issued", "served", "wait_seconds"
    ):
        days.add(on)
        weekday = on.weekday()
        for one in (months[on.replace(day=1)], weekdays[weekday], hours[hour], cells[weekday, hour]):
            one.add(issued, served, seconds)
    return Trend(
        since=min(days, default=first),
        until=max(days, default=last),
        months=dict(sorted(months.items())),
        weekdays=dict(sorted(weekdays.items())),
        hours=dict(sorted(hours.items())),
        cells=dict(sorted(cells.items())),
        days=len(days),
    )

"""How the calendar is drawn: bookings over the rows they last, the line of the present, the legend with its counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.engines.booking.queries import desk

QUARTERS = 4
Mark = desk.Mark
WORDS: dict[str, Any] = {
    Mark.BOOKED: _("予約"),
    Mark.UNSEEN: _("来所未確認"),
    Mark.ATTENDED: _("来ました"),
    Mark.NO_SHOW: _("来ませんでした"),
    Mark.HELD: _("仮押さえ"),
    Mark.OFFER: _("空きを案内中"),
}


@dataclass(slots=True)
class Drawn:
    """A cell of the table, with the column it stands in and over how many rows it reaches."""

    cell: Any
    resource: Any
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One time; where in it the present is, in quarters from its beginning to its end. None: not in it."""

    time: Any
    cells: list[Drawn]
    now_at: int | None


def rows_of(grid: desk.Grid, now: dt.datetime | None) -> list[Row]:
    """The rows of a grid. `now` only on the day it belongs to."""
    above: list[Drawn | None] = [None] * len(grid.resources)
    line = _line(grid, now) if now else None
    out = []
    for number, (time, cells) in enumerate(grid.rows):
        drawn = []
        for column, (cell, resource) in enumerate(zip(cells, grid.resources, strict=True)):
            over = above[column]
            if over is not None and _goes_on(over.cell, cell):
                over.rows += 1
                continue
            begun = above[column] = Drawn(cell, resource)
            drawn.append(begun)
        out.append(Row(time, drawn, line[1] if line and line[0] == number else None))
    return out


def _goes_on(before: Any, cell: Any) -> bool:
    """The same booking, or the same block, in the next row."""
    if before is None or cell is None or before.state != cell.state or cell.state == "cleaning":
        return False
    whose = cell.booking or cell.block
    return whose is not None and whose == (before.booking or before.block)


def _line(grid: desk.Grid, now: dt.datetime) -> tuple[int, int] | None:
    """The row the present is in, and how far; between two times at the top of the later one."""
    for number, (time, _cells) in enumerate(grid.rows):
        if now < time.ends_at:
            passed = max((now - time.starts_at) / (time.ends_at - time.starts_at), 0)
            return number, int(passed * QUARTERS)
    return (len(grid.rows) - 1, QUARTERS) if grid.rows else None


def legend(marks: Iterable[str]) -> list[tuple[str, Any, int]]:
    """Every mark with its word and how often it stands there; none is hidden for being zero."""
    counted = Counter(marks)
    return [(str(mark), word, counted[mark]) for mark, word in WORDS.items()]


def marks_in_grids(grids: Iterable[desk.Grid]) -> list[str]:
    """The mark of each booking once, in however many columns it stands."""
    cells = (cell for grid in grids for _time, row in grid.rows for cell in row if cell is not None)
    return list({cell.booking.pk: cell.mark for cell in cells if cell.booking and cell.mark}.values())


def marks_in_slots(days: Iterable[tuple[dt.date, list[desk.SlotSeen]]]) -> list[str]:
    """The mark of each booking."""
    return [mark for _day, slots in days for slot in slots for mark, _booking in slot.bookings]


def next_slot(days: Iterable[tuple[dt.date, list[desk.SlotSeen]]]) -> desk.SlotSeen | None:
    """The first time to come for which somebody is booked."""
    every = (slot for _day, slots in days for slot in slots)
    return next((slot for slot in every if slot.is_awaited and not slot.is_begun), None)


def next_of_week(week: Iterable[tuple[Any, list[Any]]]) -> Any:
    """Who comes first of all these days."""
    rows = [day.awaited for _resource, days in week for day in days if day.awaited is not None]
    return min(rows, key=lambda one: (one.starts_at, one.receipt), default=None)

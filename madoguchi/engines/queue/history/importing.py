"""The ticket history of another system: counter, issued_at, called_at, ended_at, one line a number."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, Ref

from ..errors import HistoryUnclear
from ..models import Hour, Line
from .closing import Visit, hours_of

COLUMNS = ("counter", "issued_at", "called_at", "ended_at")
MOST_PROBLEMS = 20
AT_ONCE = 2000


@dataclass(slots=True)
class Imported:
    """What was read. `kept_days` are days this system counted itself: the file does not overrule them."""

    numbers: int = 0
    lines: int = 0
    days: int = 0
    kept_days: int = 0
    since: dt.date | None = None
    until: dt.date | None = None
    problems: list[str] = field(default_factory=list)


def import_tickets(*, data: bytes, by: Actor) -> Imported:
    """Sum the file's numbers by line, day and hour; the same file again changes nothing.

    The days a file speaks of replace what an earlier file said of them. Whole or not at all: raises HistoryUnclear
    with the first lines that cannot be read.
    """
    lines = {line.counter_id: line for line in Line.objects.filter(withdrawn_at=None)}
    visits: dict[str, list[Visit]] = defaultdict(list)
    found = Imported()
    for number, row in _rows(data):
        try:
            visits[_counter(row, lines)].append(_visit(row))
        except ValueError as error:
            found.problems.append(_("%(line)d行目：%(why)s") % {"line": number, "why": error})
            if len(found.problems) >= MOST_PROBLEMS:
                break
    if found.problems or not visits:
        raise HistoryUnclear(why="　".join(found.problems) or _("番号の行がありません。"))
    _keep({lines[key]: seen for key, seen in visits.items()}, found, by)
    return found


@writes
def _keep(visits: dict[Line, list[Visit]], found: Imported, by: Actor) -> None:
    days: set[dt.date] = set()
    for line, seen in visits.items():
        hours = hours_of(seen)
        on = {day for day, _hour in hours}
        ours = set(
            Hour.objects.filter(line=line, on__range=(min(on), max(on)), origin="tickets").values_list(
                "on", flat=True
            )
        )
        found.kept_days += len(on & ours)
        Hour.objects.filter(line=line, on__in=on - ours).delete()
        for hour in (kept := [hour for (day, _hour), hour in hours.items() if day not in ours]):
            hour.line, hour.origin = line, "import"
        Hour.objects.bulk_create(kept, batch_size=AT_ONCE)
        days |= on
        found.numbers += len(seen)
    found.lines, found.days = len(visits), len(days)
    found.since, found.until = min(days), max(days)
    facts = {"numbers": found.numbers, "lines": found.lines, "days": found.days}
    audit.record(
        "queue.history_imported", Ref("queue", "history", found.since.isoformat()), by=by, facts=facts
    )


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line in the file. Raises HistoryUnclear where the columns are not there."""
    rows = csv.DictReader(io.StringIO(_text(data)))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise HistoryUnclear(why=_("列「%s」がありません。") % "」「".join(missing))
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error:
        raise HistoryUnclear(why=_("%d行目から先は、CSV として読めません。") % rows.line_num) from None


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise HistoryUnclear(why=_("UTF-8 の CSV にしてください。"))


def _counter(row: dict[str, Any], lines: dict[str, Line]) -> str:
    key = (row["counter"] or "").strip()
    if key not in lines:
        raise ValueError(_("「%s」という窓口はありません。") % key[:60])
    return key


def _visit(row: dict[str, Any]) -> Visit:
    issued, called, ended = (_moment(row[column], column) for column in COLUMNS[1:])
    if issued is None:
        raise ValueError(_("issued_at がありません。"))
    if (called is not None and called < issued) or (ended is not None and (called is None or ended < called)):
        raise ValueError(_("時刻の順番が合いません。"))
    return Visit(issued, called, ended, came=ended is not None)


def _moment(said: str | None, column: str) -> dt.datetime | None:
    """A moment as ISO 8601; without a zone it is the city's."""
    if not (said or "").strip():
        return None
    try:
        moment = dt.datetime.fromisoformat(str(said).strip())
    except ValueError:
        raise ValueError(_("%s は 2026-04-01 09:12:30 のように書きます。") % column) from None
    if not 2000 <= moment.year <= 2100:
        raise ValueError(_("%s は 2026-04-01 09:12:30 のように書きます。") % column)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.JST)

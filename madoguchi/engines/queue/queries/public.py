"""What everybody may see of the counters: how many wait, who is called, how long it takes. Nobody's name."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound

from ..models import Desk, Line
from ..waiting import LineNow, is_stale, line_now, lines_now


def lines() -> QuerySet[Line]:
    """The lines in use with their counters, in walking order."""
    return Line.objects.filter(withdrawn_at=None).select_related("counter__division")


def line_at(counter: str) -> Line:
    """The line of a counter. Raises NotFound."""
    found = lines().filter(counter=counter).first()
    if found is None:
        raise NotFound
    return found


def board() -> list[LineNow]:
    """Every counter as it stands. Five queries."""
    return lines_now(list(lines()))


def is_anybody_there() -> bool:
    """Whether somebody sits at any desk. One query, of one column of one row."""
    return Desk.objects.filter(line__withdrawn_at=None, account__isnull=False).exists()


def here_now(line: Line) -> LineNow:
    """One counter as it stands."""
    return line_now(line)


def board_version() -> str:
    """Changes when anything of the board may: with every act, every minute, and when a line falls silent. One query."""
    return _version(Line.objects.filter(withdrawn_at=None))


def line_version(counter: str) -> str:
    """The same for one counter. Raises NotFound."""
    return _version(Line.objects.filter(withdrawn_at=None, counter=counter))


def _version(rows: QuerySet[Line]) -> str:
    found = list(rows.order_by("pk").values_list("pk", "changes", "changed_at", "heard_at", "stale_minutes"))
    if not found:
        raise NotFound
    now = clock.now()
    # The minute counts too: what is said of the wait grows old by itself.
    said = [now.strftime("%Y%m%d%H%M")]
    for pk, changes, changed_at, heard_at, stale_minutes in found:
        said.append(f"{pk}:{changes}:{changed_at}:{is_stale(heard_at, stale_minutes, now)}")
    return hashlib.sha256(",".join(said).encode()).hexdigest()[:20]

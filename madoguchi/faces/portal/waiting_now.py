"""The one live figure of the queue on the front page: the open counter where most people wait."""

from __future__ import annotations

import datetime as dt
import threading

from madoguchi.engines.queue import queries
from madoguchi.faces.shared.waits import Shown, shown
from madoguchi.kernel import clock

# The front page is asked for far more often than anybody takes a number: it reads the counters this often at most.
LASTS = dt.timedelta(seconds=20)

_lock = threading.Lock()
_read: list[tuple[dt.datetime, queries.LineNow | None]] = []


def busiest() -> Shown | None:
    """That counter with the moment its numbers are of, in the reader's language; None while none is open.

    One query where nobody sits at a desk. Otherwise what was read in the last seconds is said again, with its time.
    """
    now = clock.now()
    with _lock:
        if not _read or not now - LASTS < _read[0][0] <= now:
            _read[:] = [(now, _now())]
        found = _read[0][1]
    return shown(found) if found is not None else None


def _now() -> queries.LineNow | None:
    if not queries.is_anybody_there():
        return None
    rows = [one for one in queries.board() if one.standing == queries.Standing.OPEN]
    return max(rows, key=lambda one: len(one.waiting), default=None)


def forget() -> None:
    """Read anew at the next question: for tests."""
    _read.clear()

"""So many requests a minute and caller, whichever process answers.

A process takes a lease of some requests at once from the database, so that counting does not cost a write for
each: never more than the limit is given out; a lease that is not used up is lost with its minute.
"""

from __future__ import annotations

import hashlib
import threading

from .. import clock
from ..db import alone, done
from .errors import TooManyRequests

_leases: dict[str, tuple[int, int]] = {}
_lock = threading.Lock()
_MOST_LEASES = 10_000


def spend(caller: str, *, per_minute: int) -> None:
    """Count one request of `caller`. Raises TooManyRequests when the minute is used up."""
    now = clock.now().timestamp()
    minute = int(now) // 60
    if _from_lease(caller, minute):
        return
    share = max(1, per_minute // 20)
    for wanted in dict.fromkeys((share, 1)):
        if _take(caller, minute, wanted, per_minute):
            _keep_lease(caller, minute, wanted - 1)
            return
    raise TooManyRequests(seconds=60 - int(now) % 60)


def spend_of_address(address: str, *, what: str, per_minute: int) -> None:
    """Count one request of a network address, for what is asked before anybody is known. Raises TooManyRequests.

    Only a digest of the address is kept.
    """
    counted = hashlib.sha256(f"{what}:{address}".encode()).hexdigest()
    spend(f"address:{counted[:32]}", per_minute=per_minute)


def _from_lease(caller: str, minute: int) -> bool:
    with _lock:
        of_minute, left = _leases.get(caller, (0, 0))
        if of_minute != minute or left <= 0:
            return False
        _leases[caller] = (minute, left - 1)
        return True


def _keep_lease(caller: str, minute: int, left: int) -> None:
    with _lock:
        if len(_leases) > _MOST_LEASES:
            _leases.clear()
        _leases[caller] = (minute, left)


# A minute far ahead was counted while the clock was wrong: nobody waits until it has caught up.
_TAKE = """INSERT INTO access_allowance (caller, minute, taken) VALUES (%s, %s, %s)
ON CONFLICT (caller) DO UPDATE SET minute = excluded.minute, taken = excluded.taken
    + CASE WHEN access_allowance.minute = excluded.minute THEN access_allowance.taken ELSE 0 END
WHERE access_allowance.minute < excluded.minute OR access_allowance.minute > excluded.minute + 5
    OR access_allowance.minute = excluded.minute AND access_allowance.taken + excluded.taken <= %s"""


def _take(caller: str, minute: int, wanted: int, most: int) -> bool:
    """One conditional statement: the database decides, and the row count says whether it was us."""
    with alone():
        return done(_TAKE, [caller, minute, wanted, most]) > 0

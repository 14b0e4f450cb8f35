"""So many requests a minute and caller, whichever process answers.

A process takes a lease of some requests at once from the database, so that counting does not cost a write for
each: never more than the limit is given out; a lease that is not used up is lost with its minute.
"""

from __future__ import annotations

import hashlib
import threading

from django.db import IntegrityError
from django.db.models import F, Q

from .. import clock
from ..db import writes
from .errors import TooManyRequests
from .models import Allowance

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


@writes
def _take(caller: str, minute: int, wanted: int, most: int) -> bool:
    """Conditional UPDATEs only: the database decides, and the row count says whether it was us."""
    mine = Allowance.objects.filter(caller=caller)
    if mine.filter(minute=minute, taken__lte=most - wanted).update(taken=F("taken") + wanted):
        return True
    # Far ahead = counted while the clock was wrong: nobody waits until it has caught up.
    past = Q(minute__lt=minute) | Q(minute__gt=minute + 5)
    if mine.filter(past).update(minute=minute, taken=wanted):
        return True
    if mine.exists():
        return False
    try:
        with writes():
            Allowance.objects.create(caller=caller, minute=minute, taken=wanted)
    except IntegrityError:
        return bool(mine.filter(minute=minute, taken__lte=most - wanted).update(taken=F("taken") + wanted))
    return True

"""Beginning to practise, going on within bounds, and clearing away.

Whoever begins is asked for nothing, so everything is bounded: visits in the house and from one address, and what is
done in each.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db.models import F

from madoguchi.engines.procedures import services as procedures
from madoguchi.engines.procedures.queries import LESSONS
from madoguchi.kernel import clock
from madoguchi.kernel.db import alone, writes
from madoguchi.kernel.identity import practising as people
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import Actor

from .errors import LessonOver, TooManyPractise, TooMuchPractised
from .models import Visit

MOST_AT_ONCE = 2000
MOST_OF_ONE_ADDRESS = 120  # a school, or everybody behind one provider's address
MOST_CHANGES, MOST_FILES = 300, 12  # of one visit; the three lessons of a pack take some thirty and one
# A lesson takes an hour. Whoever walks away leaves nothing behind for the next day.
LASTS = dt.timedelta(hours=6)


@writes
def begin(*, by: Actor, address: str = "") -> Visit:
    """Somebody to play, made up and new. Raises TooManyPractise."""
    open_ = Visit.objects.filter(ended_at=None, started_at__gt=clock.now() - LASTS)
    origin = hashlib.sha256(f"lesson:{address}".encode()).hexdigest() if address else ""
    if open_.count() >= MOST_AT_ONCE or (
        origin and open_.filter(origin=origin).count() >= MOST_OF_ONE_ADDRESS
    ):
        raise TooManyPractise
    with practising(LESSONS):
        account = people.make_learner(by=by)
    return Visit.objects.create(account=account, started_at=clock.now(), origin=origin)


def note_change(*, visit: Visit, is_file: bool) -> None:
    """Count something that is about to be changed in a lesson. Raises TooMuchPractised, LessonOver."""
    mine = Visit.objects.filter(pk=visit.pk, ended_at=None, changes__lt=MOST_CHANGES)
    more = {"changes": F("changes") + 1}
    if is_file:
        mine, more = mine.filter(files__lt=MOST_FILES), more | {"files": F("files") + 1}
    with alone():
        counted = mine.update(**more)
    if not counted:
        is_over = Visit.objects.filter(pk=visit.pk).exclude(ended_at=None).exists()
        raise LessonOver if is_over else TooMuchPractised


@writes
def end(*, visit: Visit, by: Actor) -> bool:
    """Take away whatever was written. Whether this call did it; twice is once. How much was sent stays as a number."""
    over = Visit.objects.filter(pk=visit.pk, ended_at=None)
    if not over.update(ended_at=clock.now(), origin=""):
        return False
    with practising(LESSONS):
        # First: whoever begins a draft at this moment waits for it, and finds nobody to begin it for.
        people.hold_people(accounts=[str(visit.account)])
        # No definitions go: all visits share those of the lessons.
        procedures.wipe_practice(run=visit.pk.hex, accounts=[visit.account], by=by)
        people.remove_people(accounts=[str(visit.account)], by=by)
    return True

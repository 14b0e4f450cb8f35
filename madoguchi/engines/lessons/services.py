"""Beginning to practise, and clearing away."""

from __future__ import annotations

import datetime as dt

from madoguchi.engines.procedures import services as procedures
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import practising as people
from madoguchi.kernel.refs import Actor

from .errors import TooManyPractise
from .models import Visit

MOST_AT_ONCE = 1000
# A lesson takes an hour. Whoever walks away leaves nothing behind for the next day.
LASTS = dt.timedelta(hours=6)


@writes
def begin(*, by: Actor) -> Visit:
    """Somebody to play, made up and new. Raises TooManyPractise: whoever begins is asked for nothing, so that it is capped."""
    if Visit.objects.filter(ended_at=None).count() >= MOST_AT_ONCE:
        raise TooManyPractise
    return Visit.objects.create(account=people.make_learner(by=by), started_at=clock.now())


@writes
def end(*, visit: Visit, by: Actor) -> bool:
    """Take away whatever was written. Whether this call did it; twice is once. How much was sent stays as a number."""
    if not Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=clock.now()):
        return False
    # No definitions go: all visits share those of the lessons.
    procedures.wipe_practice(run=visit.pk.hex, accounts=[visit.account], by=by)
    people.remove_people(accounts=[str(visit.account)], by=by)
    return True

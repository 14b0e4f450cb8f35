"""What draws do by themselves: open, close, draw, lapse; and tell people, one by one, outside of all that."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref

from . import services, telling
from .models import Round, RoundState, Win

log = logging.getLogger(__name__)


@jobs.periodic("lottery.rounds", every=dt.timedelta(minutes=1))
def keep_rounds() -> None:
    """Every round goes on as it was announced. What cannot go on by itself waits for a person, and says so at the desk."""
    now = clock.now()
    services.open_due(by=SYSTEM)
    due = Round.objects.filter(state__in=[RoundState.PLANNED, RoundState.OPEN], closes_at__lte=now)
    for round_ in due:
        _try("close", partial(services.close, round=round_, by=SYSTEM))
    for round_ in Round.objects.filter(state=RoundState.CLOSED, draws_at__lte=now):
        _try("draw", partial(services.draw, round=round_, by=SYSTEM))
    services.lapse_due(by=SYSTEM)


def _try(what: str, verb: Callable[[], object]) -> None:
    """One round that cannot go on keeps no other from it."""
    try:
        verb()
    except Refusal as refusal:
        log.info("lottery: %s waits: %s", what, refusal.code)


@jobs.handler("lottery.tell")
def tell(job: Job) -> None:
    """The result, to everybody by their own channel."""
    telling.tell_result(_round(job))


@jobs.handler("lottery.tell_called_off")
def tell_called_off(job: Job) -> None:
    """That the round is over, and why."""
    telling.tell_called_off(_round(job))


@jobs.handler("lottery.tell_lapsed")
def tell_lapsed(job: Job) -> None:
    """That what somebody won goes on to the next."""
    telling.tell_lapsed(Win.objects.select_related("entry__round", "entry__party").get(pk=job.payload["win"]))


def _round(job: Job) -> Round:
    return Round.objects.get(pk=Ref.parse(job.about).id)

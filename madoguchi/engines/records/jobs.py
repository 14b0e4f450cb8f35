"""What records do by themselves: say that a registration ends soon, ask for what is late, throw away what is over."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import jobs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import Ref

from .erasing import FORGET_KEPT
from .services import forgetting, lending, reminding

A_QUARTER_DAY = dt.timedelta(hours=6)


@jobs.periodic("records.remind_expiring", every=A_QUARTER_DAY)
def remind_expiring() -> None:
    """Whoever's registration ends soon hears of it, once for a term."""
    reminding.remind_expiring()


@jobs.periodic("records.remind_late", every=A_QUARTER_DAY)
def remind_late() -> None:
    """Whoever has something that should be back is asked for it, once for the day it was due."""
    lending.remind_late()


@jobs.periodic("records.tend", every=dt.timedelta(days=1))
def tend() -> None:
    """What was kept as long as the plan says goes."""
    forgetting.tend()


@jobs.handler(FORGET_KEPT)
def forget_kept(job: Job) -> None:
    """Who kept them was erased: children and groups go by erasures of their own, each with its certificate."""
    keeper = identity.party(Ref.parse(job.about).id)
    if keeper is not None:
        forgetting.forget_kept(keeper)

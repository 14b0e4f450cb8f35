"""When the worker sends."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import jobs
from madoguchi.kernel.jobs.models import Job

from .sending import deliver_due


@jobs.handler("messaging.deliver")
def deliver(job: Job) -> None:
    """Everything that is due goes out over one connection; a job that finds nothing left is done too."""
    deliver_due()


@jobs.periodic("messaging.deliver_again", every=dt.timedelta(minutes=1))
def deliver_again() -> None:
    """Later attempts, and mails whose worker died."""
    deliver_due()

"""When the worker sends."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import jobs
from madoguchi.kernel.jobs.models import Job

from .sending import deliver_due
from .sign_in_mails import send_sign_in_mail


@jobs.handler("messaging.deliver")
def deliver(job: Job) -> None:
    """Everything that is due goes out over one connection; a job that finds nothing left is done too."""
    deliver_due()


@jobs.periodic("messaging.deliver_again", every=dt.timedelta(minutes=1))
def deliver_again() -> None:
    """Later attempts, and mails whose worker died."""
    deliver_due()


@jobs.handler("identity.mail")
def sign_in_mail(job: Job) -> None:
    """A mail of signing in: the kernel puts it down, this engine knows the mail server."""
    send_sign_in_mail(str(job.payload.get("mail", "")))

"""What the counters' queues do by themselves."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import jobs
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref

from . import demo, services
from .models import Line


@jobs.handler(services.TELL_NEAR)
def tell_near(job: Job) -> None:
    """Somebody was called: whoever is near now is told. Nobody is told twice."""
    line = Line.objects.filter(pk=Ref.parse(job.about).id).first()
    if line is not None:
        services.tell_near(line=line, on=dt.date.fromisoformat(job.payload["on"]))


@jobs.periodic("queue.end_days", every=dt.timedelta(hours=1))
def end_days() -> None:
    """What days that are over left open is ended, and the addresses people gave are destroyed."""
    for line, on in services.days_left_open():
        services.end_day(line=line, on=on, by=SYSTEM)


@jobs.periodic("queue.close_days", every=dt.timedelta(hours=3))
def close_days() -> None:
    """Days that are over become sums, of which the habits of a line and its congestion are made."""
    services.close_days()


@jobs.periodic("queue.demo_goes_on", every=dt.timedelta(seconds=30))
def demo_goes_on() -> None:
    """In a demonstration the invented people of the week move on; elsewhere this does nothing."""
    demo.go_on()

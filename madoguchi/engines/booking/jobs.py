"""What the worker does for booking: telling, reminding, and ending what ran out."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from madoguchi.engines.lottery import queries as lottery
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref

from . import services, telling
from .area_rules import rules_of
from .models import Area, Booking, State, Waiting
from .services import drawing, making, waiting

AT_ONCE = 200


@jobs.handler("booking.tell")
def tell(job: Job) -> None:
    booking = _booking(job)
    telling.tell(booking, job.payload["verb"], job.payload["version"])


@jobs.handler("booking.tell_waiting")
def tell_waiting(job: Job) -> None:
    row = Waiting.objects.select_related("area__definition", "resource__site", "party__key").get(
        pk=Ref.parse(job.about).id
    )
    telling.tell_waiting(row, job.payload["verb"])


@jobs.handler(making.KIND)
def make_of_draw(job: Job) -> None:
    """The next hundred wins, or of the line, of a draw of ours."""
    round_ = lottery.round_of(Ref.parse(job.about))
    making.go_on(round=round_, by=SYSTEM, step=job.payload["step"], after=job.payload["after"])


def _booking(job: Job) -> Booking:
    return Booking.objects.select_related("area__definition", "resource__site", "party__key").get(
        pk=Ref.parse(job.about).id
    )


@jobs.periodic("booking.lapse", every=dt.timedelta(seconds=30))
def lapse() -> None:
    """Holds and offers whose time ran out are given on, also where nobody asks for the place."""
    while services.lapse_stale(limit=AT_ONCE) == AT_ONCE:
        pass


@jobs.periodic("booking.lines", every=dt.timedelta(minutes=2))
def lines() -> None:
    """Nobody waits for what is free, whatever was missed when it was given back."""
    waiting.offer_again()


@jobs.periodic("booking.remind", every=dt.timedelta(minutes=20))
def remind() -> None:
    """Whoever comes soon is reminded once: the mark and the message stand together, or neither does."""
    now = clock.now()
    for area in Area.objects.filter(withdrawn_at=None):
        days = rules_of(area.definition_id).said.remind_days
        if days is None:
            continue
        # From nine in the morning of so many days before.
        if clock.in_city(now).hour < 9:
            continue
        last = clock.in_city(now).date() + dt.timedelta(days=days + 1)
        until = dt.datetime.combine(last, dt.time(), tzinfo=clock.JST)
        due = Booking.objects.filter(
            area=area, state=State.BOOKED, reminded_at=None, starts_at__gt=now, starts_at__lt=until
        )
        # Booked an hour ago: they know.
        due = due.filter(Q(booked_at__lt=now - dt.timedelta(hours=12)) | Q(booked_at=None))
        for booking in due.select_related("area__definition", "resource__site", "party__key")[:AT_ONCE]:
            with writes():
                mine = Booking.objects.filter(pk=booking.pk, reminded_at=None, state=State.BOOKED)
                if mine.update(reminded_at=now):
                    telling.remind(booking)


@jobs.periodic("booking.draws", every=dt.timedelta(minutes=30))
def open_draws() -> None:
    """The draws of the months to come, on the day their areas say."""
    drawing.open_due()


@jobs.periodic("booking.limits", every=dt.timedelta(minutes=30))
def free_limits() -> None:
    """「一度に4件まで」 counts what is to come: what is over no longer uses up a number."""
    with writes():
        Booking.objects.filter(once__contains="||", ends_at__lt=clock.now()).update(once="")

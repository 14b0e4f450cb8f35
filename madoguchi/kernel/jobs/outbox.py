"""Putting jobs down, picking them up, trying them again."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from .. import clock, practice
from ..db import added, writes
from ..refs import Ref
from .models import Job, Schedule, State

log = logging.getLogger(__name__)

Handler = Callable[[Job], None]
CLAIM_FOR = dt.timedelta(minutes=5)
# How long to wait after each failure: what hiccups is soon well, what needs a person has a day to find one.
PAUSES = (
    dt.timedelta(seconds=2),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(hours=1),
    dt.timedelta(hours=6),
    dt.timedelta(hours=16),
)
GIVE_UP_AFTER = len(PAUSES) + 1
KEEP_DONE = dt.timedelta(days=30)
PRACTICE = "practice"  # in the payload: the run of practice that asked for it
_AT_ONCE = 500

_handlers: dict[str, Handler] = {}
_periodic: dict[str, tuple[dt.timedelta, Callable[[], None]]] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Registers what does jobs of `kind`. It may run more than once for one job: make it idempotent."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def periodic(name: str, *, every: dt.timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers something the worker does again and again, such as looking for what got stuck."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _periodic[name] = (every, function)
        return function

    return register


def enqueue(
    kind: str,
    *,
    about: Ref | None = None,
    payload: dict[str, Any] | None = None,
    key: str | None = None,
    not_before: dt.datetime | None = None,
) -> None:
    """Write down that `kind` is to be done. Commits, or is undone, with the caller's transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue belongs inside the transaction that makes the job necessary")
    now = clock.now()
    row = {
        "kind": kind,
        "about": str(about or ""),
        "payload": (payload or {}) | _world(),
        "created_at": now,
        "due_at": not_before or now,
    }
    if key is None:
        added(Job(**row))
    else:
        Job.objects.get_or_create(key=key, defaults=row)


def _world() -> dict[str, str]:
    """What was asked for in practice is done in practice, whoever does it and when."""
    return {PRACTICE: practice.run_here()} if practice.is_practice() else {}


def forget(*, abouts: Iterable[Ref]) -> None:
    """Take away the jobs about things that were only practised and are gone."""
    Job.objects.filter(about__in=[str(about) for about in abouts]).delete()


def run_due(limit: int = 100, *, kinds: tuple[str, ...] = ()) -> int:
    """Do up to `limit` jobs that are due, only of `kinds` where some are named; returns how many were tried.

    Never raises for a job's failure: it is written on the job, which is tried again later.
    """
    tried = 0
    while tried < limit:
        job = _claim(kinds)
        if job is None:
            break
        tried += 1
        _run(job)
    return tried


def run_periodic(limit: int | None = None) -> int:
    """Do the periodic work that is due, longest overdue first, at most `limit` pieces; returns how many.

    One process does each, whoever moves the clock row first. When nothing is due it only reads.
    """
    now = clock.now()
    next_at = dict(Schedule.objects.values_list("name", "next_at"))
    due = sorted(
        (name for name in _periodic if next_at.get(name, now) <= now), key=lambda n: next_at.get(n, now)
    )
    done = 0
    for name in due[:limit]:
        every, function = _periodic[name]
        with writes():
            Schedule.objects.get_or_create(name=name, defaults={"next_at": now})
            mine = Schedule.objects.filter(name=name, next_at__lte=now).update(next_at=now + every)
        if mine:
            done += 1
            try:
                function()
            except Exception:
                log.exception("periodic %s failed", name)
    return done


@periodic("jobs.purge", every=dt.timedelta(hours=6))
def purge() -> None:
    """Forget jobs done more than 30 days ago, and with them their keys."""
    old = Job.objects.filter(
        state=State.DONE, due_at__lt=clock.now() - KEEP_DONE, done_at__lt=clock.now() - KEEP_DONE
    )
    while numbers := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        with writes():
            Job.objects.filter(pk__in=numbers, state=State.DONE).delete()


def stuck(late: dt.timedelta = dt.timedelta(minutes=15)) -> QuerySet[Job]:
    """Jobs that were given up, or should long have been done."""
    return Job.objects.filter(
        Q(state=State.FAILED) | Q(state__in=[State.WAITING, State.RUNNING], due_at__lt=clock.now() - late)
    ).order_by("due_at")


@writes
def retry(job: Job) -> bool:
    """Let a job that was given up be tried again now; False when it was not given up. The caller records it."""
    return bool(
        Job.objects.filter(pk=job.pk, state=State.FAILED).update(
            state=State.WAITING, attempts=0, due_at=clock.now()
        )
    )


def _next(now: dt.datetime, kinds: tuple[str, ...]) -> Job | None:
    # A claim that ran out belongs to a worker that died: its job is due again.
    died = Job.objects.filter(state=State.RUNNING, claimed_until__lte=now)
    waiting = Job.objects.filter(state=State.WAITING, due_at__lte=now)
    for due in (died, waiting):
        if kinds:
            due = due.filter(kind__in=kinds)
        if job := due.order_by("due_at").first():
            return job
    return None


def _claim(kinds: tuple[str, ...]) -> Job | None:
    """The next due job, ours by compare-and-set; None when there is none."""
    for _attempt in range(20):
        now = clock.now()
        job = _next(now, kinds)
        if job is None:
            return None
        if job.attempts >= GIVE_UP_AFTER:
            # Its worker died with it every time: it would take the next one along, too.
            _put_back(job, State.FAILED, last_error="the worker died while doing this")
            continue
        with writes():
            mine = _as_seen(job).update(
                state=State.RUNNING, claimed_until=now + CLAIM_FOR, attempts=job.attempts + 1
            )
        if mine:
            job.attempts += 1
            job.state = State.RUNNING
            return job
    return None


def _run(job: Job) -> None:
    try:
        do = _handlers[job.kind]
        with practice.practising(job.payload.get(PRACTICE, False)):
            do(job)
    except Exception as error:
        log.warning("job %s (%s) failed, attempt %s", job.kind, job.pk, job.attempts, exc_info=True)
        gave_up = job.attempts >= GIVE_UP_AFTER
        _put_back(
            job,
            State.FAILED if gave_up else State.WAITING,
            due_at=clock.now() + (dt.timedelta() if gave_up else PAUSES[job.attempts - 1]),
            last_error=f"{type(error).__name__}: {error}"[:500],
        )
    else:
        _put_back(job, State.DONE, done_at=clock.now(), last_error="")


def _put_back(job: Job, state: State, **facts: Any) -> None:
    """Write down how it went, if the job is still ours: a slow worker's claim may have passed to another."""
    with writes():
        mine = _as_seen(job).update(state=state, claimed_until=None, **facts)
    if not mine:
        log.info("job %s (%s) was taken over by another worker", job.kind, job.pk)


def _as_seen(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)

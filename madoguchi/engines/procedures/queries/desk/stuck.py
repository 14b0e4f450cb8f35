"""止まっているもの: what did not reach a resident, and work that gave up, of the cases somebody handles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import jobs
from madoguchi.kernel.jobs.models import Job, State
from madoguchi.kernel.refs import Actor

from .rows import receipts_about

# Work that belongs to no case is the operators': a clerk can do nothing about it.
SEES_ALL = "operator"
MOST = 200


@dataclass(slots=True)
class StuckThing:
    """A delivery or a job, with the receipt number of the case it is about."""

    row: Any
    receipt: str
    case_id: str
    can_retry: bool
    is_post: bool = False  # a letter that waits to be printed


@dataclass(slots=True)
class Stuck:
    """The oldest of each, and how many there are in all."""

    deliveries: list[StuckThing]
    jobs: list[StuckThing]
    lost: int
    halted: int

    @property
    def count(self) -> int:
        return self.lost + self.halted

    @property
    def first_deliveries(self) -> list[StuckThing]:
        return self.deliveries[:3]

    @property
    def first_jobs(self) -> list[StuckThing]:
        return self.jobs[:3]


def stuck(actor: Actor) -> Stuck:
    """What is stuck in the cases the actor handles; for operators also what belongs to no case.

    Whose it is comes before how many are shown: a broken mail server of other divisions hides nothing of ours.
    The job that sends mails is about no case; what it could not send stands among the deliveries.
    """
    lost = list(messaging.undelivered().values_list("pk", "message__about"))
    halted = list(jobs.stuck().values_list("pk", "about"))
    receipts = receipts_about(actor, (about for _pk, about in (*lost, *halted)))
    everything = actor.has_role(SEES_ALL)
    my_lost = _mine(lost, receipts, everything=everything)
    my_halted = _mine(halted, receipts, everything=everything)
    return Stuck(
        deliveries=[
            _delivery(row, receipts) for row in messaging.undelivered().filter(pk__in=my_lost[:MOST])
        ],
        jobs=[_job(row, receipts) for row in jobs.stuck().filter(pk__in=my_halted[:MOST])],
        lost=len(my_lost),
        halted=len(my_halted),
    )


def _mine(rows: Iterable[tuple[Any, str]], receipts: dict[str, str], *, everything: bool) -> list[Any]:
    return [pk for pk, about in rows if everything or about in receipts]


def _delivery(row: Any, receipts: dict[str, str]) -> StuckThing:
    about = row.message.about
    return StuckThing(
        row,
        receipts.get(about, ""),
        _case_id(about, receipts),
        can_retry=not messaging.is_waiting(row),
        is_post=messaging.waits_for_post(row),
    )


def _job(row: Job, receipts: dict[str, str]) -> StuckThing:
    return StuckThing(
        row, receipts.get(row.about, ""), _case_id(row.about, receipts), row.state == State.FAILED
    )


def _case_id(about: str, receipts: dict[str, str]) -> str:
    return about.rpartition(":")[2] if about in receipts else ""

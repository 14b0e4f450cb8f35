"""Planting somebody, and erasing them as the city does: at their own request, and when the years are over."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path

from madoguchi.engines.consultation.services import forgetting as opinions
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make_disposing
from madoguchi.kernel import clock, jobs

from . import planting
from .planting import Person


def planted(folder: Path) -> Person:
    """Somebody planted on the day the city opened."""
    with clock.frozen(planting.DAY):
        planting.build(folder)
        who = planting.person()
        planting.plant(who)
    return who


def forget(who: Person) -> None:
    """They ask for it themselves; of an opinion, staff who run the call. What was never sent goes with its call."""
    services.forget_me(by=who.actor)
    jobs.run_due(kinds=("records.forget_kept",))
    if who.comment is not None and who.planner is not None:
        opinions.forget_writer(comment=who.comment, by=who.planner)
    opinions.tend()


def dispose(who: Person) -> None:
    """What was kept by law goes when its years are over: proposed, approved, carried out."""
    records = make_disposing.records()
    for case in who.cases:
        case = Case.objects.select_related("term").get(pk=case.pk)
        make_disposing.approved(case, head=who.head, by=records)
    while jobs.run_due(kinds=("procedures.dispose",)):
        pass


def later(years: int = 3) -> AbstractContextManager[None]:
    return clock.frozen(planting.DAY + dt.timedelta(days=366 * years))

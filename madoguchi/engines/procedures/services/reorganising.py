"""4月1日: open cases go on where their division's work goes on. What is over stays under the name of its time."""

from __future__ import annotations

from django.db.models import F

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.lineage import lineage
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.practice import practising, run_of
from madoguchi.kernel.refs import Actor

from .. import rules
from ..models import Case, Transfer
from .telling import PASSED_ON, tell

BATCH = 200


def pass_on_cases(*, by: Actor, limit: int = BATCH) -> int:
    """Move open cases of divisions that have ended to who goes on with their work; returns how many.

    Each case is a transaction of its own, and only a case that still stands in the old division is moved:
    killed in the middle, or run twice, it goes on where it was.
    """
    heirs = lineage().heirs
    # Practised cases move as well: who practises sits in the new division too.
    waiting = Case.everything.filter(division__in=heirs, closed_at=None).select_related(
        "definition", "draft", "applicant", "division"
    )
    divisions = {row.pk: row for row in Division.objects.filter(pk__in=set(heirs.values()))}
    people: dict[str, set[object]] = {}
    done = 0
    for case in waiting.order_by("received_at", "pk")[:limit]:
        to = divisions[heirs[case.division_id]]
        if to.pk not in people:
            people[to.pk] = {one.pk for one in identity.people_of(to.pk, *rules.HANDLING)}
        # What is written down about a practised case is practice as well, and goes away with it.
        with practising(run_of(case.definition.kind) or case.practice):
            done += _pass_on(case=case, to=to, stays_with=case.assigned_id in people[to.pk], by=by)
    return done


@writes
def _pass_on(*, case: Case, to: Division, stays_with: bool, by: Actor) -> bool:
    here = case.division
    # Who works on it goes on with it if they moved along; else nobody is named, so that somebody sees it.
    assigned = case.assigned_id if stays_with else None
    moved = Case.everything.filter(
        pk=case.pk, version=case.version, division=here, assigned=case.assigned_id, closed_at=None
    ).update(division=to, assigned=assigned, version=F("version") + 1)
    if not moved:
        return False  # somebody works on it this very moment: the next turn finds it
    row = Transfer.objects.create(
        case=case,
        from_division=here,
        to_division=to,
        cause=Transfer.Cause.REORGANISATION,
        from_name=here.name,
        to_name=to.name,
        at=clock.now(),
        by=by.account,
        by_name=by.name,
    )
    facts = {"from": here.pk, "to": to.pk, "cause": Transfer.Cause.REORGANISATION}
    audit.record("case.transferred", case.ref, by=by, facts=facts)
    if not case.practice:
        # Into the inbox alone: a reorganisation asks nothing of anybody, and thousands of letters would.
        places = {"from": here.name, "to": to.name}
        tell(case, PASSED_ON, key=str(row.pk), places=places, by=by, ways=("inbox",))
    return True

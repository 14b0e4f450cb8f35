"""移送: passing a case to the division whose matter it is."""

from __future__ import annotations

from django.db.models import F

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from .. import rules, sealing
from ..errors import DivisionCannotReceive, NeedsReason, StepNotPossible
from ..models import Case, Transfer
from .steps import handled
from .telling import PASSED_ON, tell


@writes
def transfer(*, case: Case, to: str, why: str, by: Actor, seen: int) -> Case:
    """Pass an open case to the division `to`, with a reason that the people there read. Its clock goes on.

    Nobody there is named for it yet, and who passed it on no longer handles it. Raises NotFound, NeedsReason,
    DivisionCannotReceive, StepNotPossible (it is decided or over), SomebodyWasFaster.
    """
    by = handled(case, by)
    if not why.strip():
        raise NeedsReason
    division = identity.division(to)
    if division is None or to == case.division_id or to not in rules.receiving():
        raise DivisionCannotReceive
    if case.closed_at is not None:
        raise StepNotPossible
    here = case.division
    # Two divisions, or two clerks of one, may press at once: the version lets one of them through.
    moved = Case.objects.filter(pk=case.pk, version=seen, division=here, closed_at=None).update(
        division=division, assigned=None, version=F("version") + 1
    )
    if not moved:
        raise SomebodyWasFaster
    row = Transfer(
        case=case,
        from_division=here,
        to_division=division,
        from_name=here.name,
        to_name=division.name,
        at=clock.now(),
        by=by.account,
        by_name=by.name,
    )
    row.sealed_why = sealing.sealed(row, case.draft, why.strip()[:1000])
    row.save(force_insert=True)
    audit.record("case.transferred", case.ref, by=by, facts={"from": here.pk, "to": division.pk})
    case.refresh_from_db()
    tell(case, PASSED_ON, key=str(row.pk), places={"from": here.name, "to": division.name}, by=by)
    return case

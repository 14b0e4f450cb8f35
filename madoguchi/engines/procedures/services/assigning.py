"""Whose case it is: taken, given to a colleague of the division, put back."""

from __future__ import annotations

import uuid

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import audit
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import NoSuchColleague, NotYours, StepNotPossible
from ..models import Case
from .steps import handled


@writes
def give(*, case: Case, to: uuid.UUID | str, by: Actor, seen: int) -> Case:
    """Name a colleague of the division for the case. What somebody else holds only the head gives away.

    Raises NotFound, NoSuchColleague, NotYours, StepNotPossible (it is over), SomebodyWasFaster.
    """
    by = handled(case, by)
    people = identity.people_of(case.division_id, *rules.HANDLING)
    colleague = next((one for one in people if str(one.pk) == str(to)), None)
    if colleague is None:
        raise NoSuchColleague
    case = _assign(case, colleague.pk, by, seen)
    # Staff by name, as they are called in the case's own log.
    audit.record("case.given", case.ref, by=by, facts={"to": str(colleague.pk), "to_name": colleague.name})
    return case


@writes
def put_back(*, case: Case, by: Actor, seen: int) -> Case:
    """Nobody is named for the case any more, so that others see it. Raises as `give`."""
    by = handled(case, by)
    case = _assign(case, None, by, seen)
    audit.record("case.put_back", case.ref, by=by)
    return case


def _assign(case: Case, to: uuid.UUID | None, by: Actor, seen: int) -> Case:
    if case.closed_at is not None:
        raise StepNotPossible(_("決裁が済んだ案件や終わった案件の担当は、変えられません。"))
    if not rules.may_reassign(by, case):
        raise NotYours(name=case.assigned.name if case.assigned else "")
    done = Case.objects.filter(pk=case.pk, version=seen, assigned=case.assigned_id, closed_at=None).update(
        assigned=to, version=F("version") + 1
    )
    if not done:
        raise SomebodyWasFaster
    case.refresh_from_db()
    return case

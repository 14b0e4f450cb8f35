"""Practice as the pages and the door of the practised world see it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import practising as people
from madoguchi.kernel.refs import Actor, is_id

from .. import rules
from ..errors import PracticeOver
from ..models import Blueprint, PracticeRun


@dataclass(frozen=True, slots=True)
class Played:
    """Who somebody is while they practise."""

    run: PracticeRun
    role: str
    account: Any
    actor: Actor


def runs(blueprint: Blueprint) -> QuerySet[PracticeRun]:
    """Every try, the latest first."""
    return PracticeRun.objects.filter(blueprint=blueprint)


def played(actor: Actor, run_id: str | uuid.UUID, role: str) -> Played:
    """The person `actor` plays in a run of their own division. Raises NotFound, PracticeOver."""
    run = PracticeRun.objects.select_related("blueprint").filter(pk=run_id).first() if is_id(run_id) else None
    if run is None or role not in run.people or not rules.may_see(actor, run.blueprint):
        raise NotFound
    account = people.account_playing(run.people[role])
    if run.wiped_at is not None or account is None:
        raise PracticeOver
    division = run.blueprint.division_id
    return Played(run, role, account, people.actor_playing(account, division=division, role=role))

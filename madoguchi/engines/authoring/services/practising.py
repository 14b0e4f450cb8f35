"""練習: a revision is put in force in a world of its own, with people to play, and taken away again."""

from __future__ import annotations

from madoguchi.engines.procedures import services as procedures
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import practising as people
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import Actor

from .. import checking, rules
from ..errors import HasProblems
from ..models import Blueprint, PracticeRun
from ..source import read
from .drafting import files_of


@writes
def start(*, blueprint: Blueprint, by: Actor) -> PracticeRun:
    """Begin to practise the newest revision. Raises HasProblems: what cannot be published cannot be tried."""
    if not rules.may_see(by, blueprint) or by.account is None:
        raise NotAllowed
    files = files_of(blueprint, blueprint.revision)
    if wrong := checking.errors(checking.problems(blueprint, files)):
        raise HasProblems(len(wrong))
    run = PracticeRun.objects.create(
        blueprint=blueprint,
        revision=blueprint.revision,
        people=people.make_people(by=by),
        started_at=clock.now(),
        started_by=by.account,
        started_by_name=by.name,
    )
    beside = checking.beside(read(blueprint.key, files))
    with practising(run.name):
        packs.publish_files(files, beside=beside, languages=checking.languages())
    audit.record("practice.started", blueprint.ref, by=by, facts={"revision": run.revision})
    return run


@writes
def wipe(*, run: PracticeRun, by: Actor) -> PracticeRun:
    """Take everything of one run away; that it took place, and whether a case was decided, stays."""
    if by.is_staff and not rules.may_see(by, run.blueprint):
        raise NotAllowed
    if PracticeRun.objects.filter(pk=run.pk, wiped_at=None).update(wiped_at=clock.now()):
        accounts = list(run.people.values())
        procedures.wipe_practice(run=run.name, accounts=accounts, by=by)
        people.remove_people(accounts=accounts, by=by)
        audit.record("practice.wiped", run.blueprint.ref, by=by, facts={"revision": run.revision})
    run.refresh_from_db()
    return run

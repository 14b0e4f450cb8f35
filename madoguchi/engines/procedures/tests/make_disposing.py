"""Makers for what becomes of closed cases: the plan in force, people who may throw away, cases that are due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Disposal
from madoguchi.kernel import clock, packs
from madoguchi.kernel.refs import SYSTEM, Actor
from madoguchi.kernel.vault.retention import plan

from . import make

PACKS = Path(__file__).parents[4] / "packs"
CLASS = "5年"


def plan_in_force(pack: str = "nerima", **changes: Any) -> None:
    """The retention plan of a pack, as applying it puts it in force."""
    made = plan.load(packs.PackFolder(packs.read(PACKS / pack)))
    assert made is not None
    for name, value in changes.items():
        setattr(made.value, name, value)
    list(plan.apply(made, SYSTEM))


def records(login: str = "bunsho", *roles: str) -> Actor:
    """Who looks after the city's records (文書管理)."""
    return make.clerk(login, "records", *roles, division="総務課")


def granted(aoi: Actor, sato: Actor, ogawa: Actor, **said: Any) -> Case:
    """A case decided and sent: closed."""
    case = make.at(make.received(aoi, **said), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    return Case.objects.get(pk=case.pk)


def years_later(years: int = 6) -> Any:
    """The clock so many years on."""
    return clock.frozen(clock.now() + dt.timedelta(days=366 * years))


def approved(case: Case, *, head: Actor, by: Actor) -> Disposal:
    """A proposal for that one case, approved."""
    made = services.propose(
        division=case.division_id,
        class_=case.term.retention,
        fiscal_year=case.term.fiscal_year,
        wanted=[case.pk],
        by=head,
    )
    return services.approve(disposal=made, by=by)

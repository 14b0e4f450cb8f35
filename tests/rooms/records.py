"""The rooms of records: a registration with something to care for, a loan, a story nobody has read yet."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.records import services
from madoguchi.engines.records.tests import make
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import Actor


def build(staff: dict[str, Actor], *, secret: str) -> dict[str, Any]:
    """What fills the places of their addresses; `secret` stands in what was told and nowhere else."""
    make.kinds()
    make.route()
    staff["registrar"] = registrar = make.in_two_chairs("toroku", make.CENTRE, make.LENDING)
    keeper = people.keep_party(profile={"name": {"family": secret, "given": "一"}}, by=registrar)
    told = make.TOLD | {"allergies": {"has": True, "what": secret}}
    child = make.child(registrar, keeper)
    asked = services.ask(kind=make.CHILD, party=child, keeper=keeper, values=told, by=registrar)
    loan = services.lend(thing=make.thing(), party=keeper, by=registrar)
    story = make.told_story(registrar, body=secret)
    return {
        "kind": make.CHILD,
        "registration_id": asked.pk,
        "key": loan.thing.key,
        "loan_id": loan.pk,
        "story_id": story.pk,
    }

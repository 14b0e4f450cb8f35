"""Of what can be booked, what is for this person: by what we know of them and what they answer now. Nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.rules import UNKNOWN

from ..area_rules import read_answers, resource_rule, rules_of
from ..models import Area, Resource
from ..shape import Ask
from ..wanting import Wanted, facts_about


@dataclass(frozen=True, slots=True)
class Fits:
    """`yes` is for them, `unsure` hangs on a question they did not answer, `no` is for others."""

    yes: list[Resource]
    unsure: list[Resource]
    no: list[Resource]


def has_rules(found: Iterable[Resource]) -> bool:
    """Whether some of these are for some people only."""
    return any(one.facts.get("eligible") for one in found)


def fitting(
    area: Area, found: Iterable[Resource], *, party: Party, person: Party, typed: Mapping[str, Any]
) -> Fits:
    """Which of these are for `person`, as of today."""
    of, now = rules_of(area.definition_id), clock.now()
    answers = _answered(of.said.asks, area, typed)
    fits = Fits([], [], [])
    for one in found:
        wanted = Wanted(one, now, now + dt.timedelta(hours=1))
        is_group = party.kind == PartyKind.ORGANISATION
        facts = facts_about(person, party, wanted, answers, is_group=is_group, city=of.said.who.city)
        own = one.facts.get("eligible")
        said = [
            rule.evaluate(facts).value
            for rule in (of.eligible, resource_rule(own, area.definition_id) if own else None)
            if rule is not None
        ]
        if any(value is not UNKNOWN and not value for value in said):
            fits.no.append(one)
        elif any(value is UNKNOWN for value in said):
            fits.unsure.append(one)
        else:
            fits.yes.append(one)
    return fits


def _answered(asks: Iterable[Ask], area: Area, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered so that a rule can read it; the rest is unknown."""
    said, answers = rules_of(area.definition_id).said, dict[str, Any]()
    for ask in asks:
        if typed.get(ask.key):
            try:
                answers |= read_answers(said.model_copy(update={"asks": [ask]}), typed)
            except Refusal:
                continue
    return answers

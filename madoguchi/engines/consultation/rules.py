"""Who may do what with a call, and what a class of answer asks of whoever gives it."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from .models import Answer, Call, Category, Evidence

PLANNER = "planner"
ANSWERING = ("clerk", "head", PLANNER)

# What shows that an answer of this class is true (catalogue B-02-T2).
NEEDED = {
    Category.Meaning.REFLECTED: ({Evidence.Kind.CHANGED}, _("変えた箇所（決定した計画のところ）")),
    Category.Meaning.IN_DRAFT: (
        {Evidence.Kind.IN_DRAFT, Evidence.Kind.SERVICE},
        _("素案の箇所か、動いているサービス"),
    ),
    Category.Meaning.ALREADY: (
        {Evidence.Kind.SERVICE, Evidence.Kind.ELSEWHERE, Evidence.Kind.IN_DRAFT},
        _("動いているサービスか、ほかの事業"),
    ),
}
# What must be looked at again by a day.
FOLLOWED = frozenset({Category.Meaning.CONSIDER, Category.Meaning.CANNOT})
# A follow-up needs a day from the start only where it was promised (△).
DATED = frozenset({Category.Meaning.CONSIDER})


def runs(actor: Actor, call: Call) -> bool:
    """Who runs a call: planners of its division; of a past call without one, any planner."""
    if not actor.is_staff:
        return False
    return actor.has_role(PLANNER, in_=call.division_id) if call.division_id else actor.has_role(PLANNER)


def person(actor: Actor) -> uuid.UUID:
    """The account that answers for a deed. Raises NotAllowed for the system and for who has not signed in."""
    if actor.account is None:
        raise NotAllowed
    return actor.account


def check_runs(actor: Actor, call: Call) -> None:
    if not runs(actor, call):
        raise NotAllowed


def answers(actor: Actor, answer: Answer) -> bool:
    """Who writes an answer: the division it was given to, and who runs the call."""
    return runs(actor, answer.call) or (
        actor.is_staff
        and answer.division_id is not None
        and answer.division_id in actor.divisions_as(*ANSWERING)
    )


def check_answers(actor: Actor, answer: Answer) -> None:
    if not answers(actor, answer):
        raise NotAllowed

"""Who may do what in a draw."""

from __future__ import annotations

from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor, ActorKind

from .models import Entry, Round

MINDING = ("clerk", "head", "planner")
ANSWERING = ("head",)  # for calling a draw off and drawing again, which voids what people won


def minds(actor: Actor, round_: Round) -> bool:
    """The system, and staff of the division whose round it is."""
    return actor.kind == ActorKind.SYSTEM or _sits_in(actor, round_.division_id, MINDING)


def check_minds(actor: Actor, round_: Round) -> None:
    if not minds(actor, round_):
        raise NotAllowed


def check_may_open(actor: Actor, division: str) -> None:
    if actor.kind != ActorKind.SYSTEM and not _sits_in(actor, division, MINDING):
        raise NotAllowed


def answers_for(actor: Actor, round_: Round) -> bool:
    return actor.kind == ActorKind.SYSTEM or _sits_in(actor, round_.division_id, ANSWERING)


def check_answers_for(actor: Actor, round_: Round) -> None:
    if not answers_for(actor, round_):
        raise NotAllowed


def is_own(actor: Actor, entry: Entry) -> bool:
    """The resident who entered, or for whom it was entered."""
    return actor.is_resident and actor.party is not None and actor.party in {entry.party_id, entry.person_id}


def check_may_answer(actor: Actor, entry: Entry) -> None:
    """For one's own entry, or for somebody who telephoned. Raises NotAllowed."""
    if not (is_own(actor, entry) or minds(actor, entry.round)):
        raise NotAllowed


def _sits_in(actor: Actor, division: str, roles: tuple[str, ...]) -> bool:
    return actor.is_staff and any(actor.has_role(role, in_=division) for role in roles)

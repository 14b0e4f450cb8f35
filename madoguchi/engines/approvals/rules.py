"""Who may take a step."""

from __future__ import annotations

import uuid

from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from .models import Request, Step


def sits_on(actor: Actor, step: Step) -> bool:
    """Whether the step's post is theirs today."""
    return actor.is_staff and actor.has_role(step.role, in_=step.division_id)


def has_had_a_hand_in(actor: Actor, request: Request) -> bool:
    """Whoever wrote it, asked for it, or took a step of it is not a second pair of eyes."""
    return actor.account is not None and (
        actor.account in {request.asked_by, request.written_by}
        or request.steps.filter(by=actor.account).exists()
    )


def may_withdraw(actor: Actor, request: Request) -> bool:
    """Whoever asked, or a head of their division."""
    return request.asked_by == actor.account or (
        actor.is_staff and actor.has_role("head", in_=request.division_id)
    )


def person(actor: Actor) -> uuid.UUID:
    """The account that answers for a deed. Raises NotAllowed: the system itself asks for nothing and approves nothing."""
    if actor.account is None:
        raise NotAllowed
    return actor.account

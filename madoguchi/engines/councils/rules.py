"""Who looks after a council."""

from __future__ import annotations

from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from .models import Council

MINDING = ("planner", "head")


def looks_after(actor: Actor, council: Council) -> bool:
    """Planners and heads of the division that keeps it; of one without a division, any planner."""
    if not actor.is_staff:
        return False
    if council.division_id is None:
        return actor.has_role("planner")
    return any(actor.has_role(role, in_=council.division_id) for role in MINDING)


def check_looks_after(actor: Actor, council: Council) -> None:
    if not looks_after(actor, council):
        raise NotAllowed

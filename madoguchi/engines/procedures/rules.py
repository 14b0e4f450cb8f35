"""Who may do what with a case."""

from __future__ import annotations

from madoguchi.kernel.refs import Actor

from .definition import StateDef
from .errors import NeedsHead
from .models import Case


def may_handle(actor: Actor, case: Case) -> bool:
    """Staff handle the cases of the divisions they sit in."""
    return actor.is_staff and case.division_id in actor.divisions


def is_own(actor: Actor, case: Case) -> bool:
    return actor.is_resident and case.account is not None and case.account == actor.account


def check_may_leave(actor: Actor, state: StateDef) -> None:
    """Raises NeedsHead where only who decides for the division may move the case on."""
    if state.by == "head" and not actor.has_role("head"):
        raise NeedsHead

"""Who may do what with a case."""

from __future__ import annotations

from madoguchi.kernel.refs import Actor

from .definition import StateDef
from .errors import NeedsHead
from .models import Case

HANDLING = ("clerk", "head")
SEES_PROTECTED = "sees_protected"


def may_handle(actor: Actor, case: Case) -> bool:
    """Who handles the cases of a division: those who sit there as clerk or head."""
    return actor.is_staff and case.division_id in actor.divisions_as(*HANDLING)


def may_see_address(actor: Actor, case: Case) -> bool:
    """秘匿: where a protected person lives is for those who hold the named right in this division."""
    party = case.applicant
    return party is None or not party.is_protected or actor.has_role(SEES_PROTECTED, in_=case.division_id)


def is_own(actor: Actor, case: Case) -> bool:
    """Whether the resident acts for the party the case is about, whichever way it came in."""
    return actor.is_resident and actor.party is not None and case.applicant_id == actor.party


def check_may_leave(actor: Actor, state: StateDef, case: Case) -> None:
    """Raises NeedsHead where only who decides for this division may move the case on."""
    if state.by == "head" and not actor.has_role("head", in_=case.division_id):
        raise NeedsHead

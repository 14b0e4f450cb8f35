"""Who may do what with a case."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.identity.services import SEES_PROTECTED
from madoguchi.kernel.refs import Actor

from .definition import StateDef
from .errors import GapsOpen, NeedsHead, SignaturesAwaited
from .models import Case

HANDLING = ("clerk", "head")
# What a look was at when somebody opened the case itself; narrower looks have words of their own.
WHOLE = gettext_noop("請求の全部")


def may_handle(actor: Actor, case: Case) -> bool:
    """Who handles the cases of a division: those who sit there as clerk or head."""
    return actor.is_staff and case.division_id in actor.divisions_as(*HANDLING)


def sees_whereabouts(actor: Actor, party: Party | None, division: str) -> bool:
    """秘匿: where a protected party is stays open only to who holds the named right in the matter's division."""
    return party is None or not party.is_protected or actor.has_role(SEES_PROTECTED, in_=division)


def may_open_papers(actor: Actor, case: Case) -> bool:
    """The copy of the application, the letter, uploads and printed messages may all tell where somebody lives."""
    return sees_whereabouts(actor, case.applicant, case.division_id)


def is_own(actor: Actor, case: Case) -> bool:
    """Whether the resident acts for the party the case is about, whichever way it came in."""
    return actor.is_resident and actor.party is not None and case.applicant_id == actor.party


def check_may_leave(actor: Actor, state: StateDef, case: Case) -> Actor:
    """Who moves the case on, as they are written down (see `steps.handled`).

    Raises NeedsHead where only who decides for this division may.
    """
    if state.by != "head":
        return actor
    if not actor.has_role("head", in_=case.division_id):
        raise NeedsHead
    return actor.named_for(case.division_id, "head")


def may_reassign(actor: Actor, case: Case) -> bool:
    """What nobody holds anybody gives; what somebody holds, only they, who stands in for them, and the head."""
    if case.assigned_id is None or case.assigned_id in {actor.account, *actor.stands_in_for}:
        return True
    return actor.has_role("head", in_=case.division_id)


def check_ready_to_grant(case: Case) -> None:
    """Raises GapsOpen, SignaturesAwaited: nothing is granted on half a claim. Refusing stays possible."""
    if case.gaps:
        raise GapsOpen(gaps=case.gaps)
    if case.unsigned:
        raise SignaturesAwaited(unsigned=case.unsigned)


def receiving() -> frozenset[str]:
    """Where somebody handles cases today: a case is never passed where nobody would see it."""
    return identity.divisions_with(*HANDLING)

"""共有 as whom it is about reads it: which division asks, why, and what they said."""

from __future__ import annotations

from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor

from ... import rules
from ...models import Case, Sharing


def sharings_asked(actor: Actor) -> list[Sharing]:
    """Where an answer is awaited from the person, the latest first; never from who acts for them."""
    if actor.party is None or actor.mandate is not None:
        return []
    rows = Sharing.objects.filter(
        case__applicant=actor.party,
        case__erased_at=None,
        ground=Sharing.Ground.CONSENT,
        begun_at=None,
        ended_at=None,
        until__gte=clock.today(),
    )
    return list(rows.select_related("case", "to_division")[:5])


def sharings_for(actor: Actor, case: Case) -> list[Sharing]:
    """Every division that may read the case, may no longer, or asks to; for the person alone."""
    if actor.mandate is not None or not rules.is_own(actor, case):
        return []
    return list(case.sharings.select_related("to_division", "from_division", "case__draft__key"))

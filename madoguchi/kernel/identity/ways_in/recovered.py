"""Who came back keeps nothing that somebody else may have left open: other parts of the kernel take part here."""

from __future__ import annotations

from collections.abc import Callable

from ...refs import Actor
from ..models import Account

_Ends = Callable[[Account, Actor], None]
_ending: list[_Ends] = []


def when_recovered(ends: _Ends) -> _Ends:
    """Registers what ends something of an account when its owner came back. Runs inside that transaction."""
    _ending.append(ends)
    return ends


def end_the_rest(account: Account, by: Actor) -> None:
    """Everything that registered."""
    for ends in _ending:
        ends(account, by)

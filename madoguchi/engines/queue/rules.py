"""Who may call at a counter, and who may have a number given."""

from __future__ import annotations

from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor, ActorKind

from .errors import DeskNotOpen, NotFromHome
from .models import Desk, Line, Source

SERVING = ("clerk", "head")


def serves(actor: Actor, line: Line) -> bool:
    """Clerks and heads of the division whose counter it is."""
    return actor.is_staff and any(actor.has_role(role, in_=line.counter.division_id) for role in SERVING)


def check_serves(actor: Actor, line: Line) -> None:
    if not serves(actor, line):
        raise NotAllowed


def check_sits(actor: Actor, desk: Desk) -> None:
    """Acts of a desk are done by whoever sits there. Raises NotAllowed, DeskNotOpen."""
    check_serves(actor, desk.line)
    if desk.account is None or desk.account != actor.account:
        raise DeskNotOpen


def check_issues(actor: Actor, line: Line, source: str) -> None:
    """Staff of the counter give numbers by hand; machines stand in any hall; the rest take their own."""
    if source in {Source.STAFF, Source.PAPER}:
        check_serves(actor, line)
    elif source == Source.KIOSK and actor.kind != ActorKind.MACHINE:
        raise NotAllowed
    elif source == Source.WEB and not line.from_home:
        raise NotFromHome

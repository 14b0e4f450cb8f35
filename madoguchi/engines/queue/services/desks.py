"""Sitting down at a desk and getting up."""

from __future__ import annotations

from django.db.models import Q

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import DeskTaken, LineClosed
from ..models import Desk
from .acting import check_free, claim


@writes
def open_desk(*, desk: Desk, by: Actor) -> Desk:
    """Somebody sits there from now on, and gets up from where they sat before.

    Raises DeskTaken, DeskBusy (somebody is still with them at the other desk), LineClosed, NotAllowed.
    """
    rules.check_serves(by, desk.line)
    if desk.line.withdrawn_at is not None:
        raise LineClosed
    before = list(Desk.objects.filter(account=by.account).exclude(pk=desk.pk).select_related("line"))
    claim(desk.line_id, *(other.line_id for other in before))
    now = clock.now()
    free = Desk.objects.filter(Q(account=None) | Q(account=by.account), pk=desk.pk)
    if not free.update(account=by.account, seen_at=now):
        raise DeskTaken
    Desk.objects.filter(pk=desk.pk, opened_at=None).update(opened_at=now)
    for other in before:
        _shut(other, by)
    audit.record("queue.desk_opened", desk.ref, by=by)
    desk.refresh_from_db(fields=["account", "opened_at", "seen_at", "share", "share_until"])
    return desk


@writes
def close_desk(*, desk: Desk, by: Actor) -> Desk:
    """Nobody sits there any more; what was left to it goes back to the others. Also a colleague's that fell silent.

    Raises DeskBusy, NotAllowed.
    """
    rules.check_serves(by, desk.line)
    claim(desk.line_id)
    _shut(desk, by)
    desk.refresh_from_db(fields=["account", "opened_at", "seen_at", "share", "share_until"])
    return desk


def _shut(desk: Desk, by: Actor) -> None:
    check_free(desk)
    open_ones = Desk.objects.filter(pk=desk.pk, account__isnull=False)
    if open_ones.update(account=None, opened_at=None, seen_at=None, share=[], share_until=None):
        audit.record("queue.desk_closed", desk.ref, by=by)

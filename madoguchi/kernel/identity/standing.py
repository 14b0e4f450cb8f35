"""代理: saying who sits in somebody's chairs while they are away, and taking it back."""

from __future__ import annotations

import datetime as dt
import uuid

from .. import audit, clock
from ..calendar import plus_years
from ..db import writes
from ..errors import NotFound
from ..refs import Actor, Ref, is_id
from . import queries
from .errors import StandInDates, StandInNotChosen, StandInNotPossible, StandInOverlaps
from .lineage import lineage
from .models import Account, Appointment, Kind, StandIn


@writes
def stand_in(
    *, absent: uuid.UUID | str, stands_in: uuid.UUID | str, since: dt.date, until: dt.date, by: Actor
) -> StandIn:
    """From `since` to `until`, both included, `stands_in` also sits in the chairs of `absent`.

    One says so for oneself, or the head of a division in which the absent one sits: for the chairs in that division
    alone, and only from a chair of their own. Who stands in works in the same division: nobody's rights reach where
    they never worked. Raises StandInDates, StandInNotChosen, StandInNotPossible, StandInOverlaps.
    """
    if not _is_period(since, until):
        raise StandInDates
    away, beside = _staff(absent), _staff(stands_in)
    if not str(stands_in).strip():
        raise StandInNotChosen
    if away is None or beside is None or away.pk == beside.pk:
        raise StandInNotPossible
    lent = _seats(away) & _seats(beside)
    if by.account != away.pk:
        lent &= by.own_divisions_as("head")
    if not (by.is_staff and lent):
        raise StandInNotPossible
    _check_alone(away, lent, since, until)
    row = StandIn.objects.create(
        absent=away,
        stands_in=beside,
        divisions=sorted(lent),
        since=since,
        until=until,
        made_by=by.account,
        made_at=clock.now(),
    )
    facts = {"absent": str(away.pk), "stands_in": str(beside.pk), "since": str(since), "until": str(until)}
    facts |= {"divisions": "、".join(row.divisions)}
    audit.record("stand_in.made", Ref.to(row), by=by, facts=facts)
    return row


@writes
def end_stand_in(*, stand_in_id: uuid.UUID | str, by: Actor) -> None:
    """Take it back early: from this moment the chairs are the absent one's alone. Raises NotFound."""
    row = StandIn.objects.filter(pk=stand_in_id).first() if is_id(stand_in_id) else None
    if row is None or not by.is_staff or not queries.may_end(by, row, lineage()):
        raise NotFound
    if StandIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
        audit.record("stand_in.ended", Ref.to(row), by=by)


def _check_alone(away: Account, lent: frozenset[str] | set[str], since: dt.date, until: dt.date) -> None:
    """One person at a time sits in a chair of somebody who is away. Raises StandInOverlaps."""
    # The absent one's row is taken, so that of two who say so at the same moment one sees the other's.
    Account.objects.select_for_update().get(pk=away.pk)
    same_time = StandIn.objects.filter(absent=away, ended_at=None, since__lte=until, until__gte=since)
    for row in same_time:
        if not row.divisions or lent & set(row.divisions):
            raise StandInOverlaps(since=f"{row.since:%Y-%m-%d}", until=f"{row.until:%Y-%m-%d}")


def _is_period(since: dt.date, until: dt.date) -> bool:
    """From today on, in order, and a year at most."""
    try:
        return clock.today() <= since <= until <= plus_years(since, 1)
    except ValueError:  # the calendar of the machine ends with the year 9999
        return False


def _staff(account_id: uuid.UUID | str) -> Account | None:
    return queries.account(account_id, kind=Kind.STAFF) if is_id(account_id) else None


def _seats(account: Account) -> frozenset[str]:
    """The divisions somebody sits in themselves today, or will from a day that is known."""
    chart = lineage()
    chairs = Appointment.objects.filter(account=account).exclude(valid_until__lt=clock.today())
    return frozenset(chart.now(key) for key in chairs.values_list("post__division", flat=True))

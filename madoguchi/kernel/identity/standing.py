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
from .errors import StandInDates, StandInNotPossible
from .lineage import lineage
from .models import Account, Appointment, Kind, StandIn


@writes
def stand_in(
    *, absent: uuid.UUID | str, stands_in: uuid.UUID | str, since: dt.date, until: dt.date, by: Actor
) -> StandIn:
    """From `since` to `until`, both included, `stands_in` also sits in the chairs of `absent`.

    One says so for oneself, or the head of a division in which the absent one sits. Who stands in works in
    one of the same divisions: nobody's rights reach where they never worked.
    Raises StandInDates, StandInNotPossible.
    """
    if not clock.today() <= since <= until <= plus_years(since, 1):
        raise StandInDates
    away, beside = _staff(absent), _staff(stands_in)
    if away is None or beside is None or away.pk == beside.pk:
        raise StandInNotPossible
    seats = _seats(away)
    is_theirs = by.account == away.pk or bool(seats & by.divisions_as("head"))
    if not (by.is_staff and is_theirs and seats & _seats(beside)):
        raise StandInNotPossible
    row = StandIn.objects.create(
        absent=away, stands_in=beside, since=since, until=until, made_by=by.account, made_at=clock.now()
    )
    facts = {"absent": str(away.pk), "stands_in": str(beside.pk), "since": str(since), "until": str(until)}
    audit.record("stand_in.made", Ref.to(row), by=by, facts=facts)
    return row


@writes
def end_stand_in(*, stand_in_id: uuid.UUID | str, by: Actor) -> None:
    """Take it back early: from this moment the chairs are the absent one's alone. Raises NotFound."""
    row = (
        StandIn.objects.select_related("absent").filter(pk=stand_in_id).first()
        if is_id(stand_in_id)
        else None
    )
    if row is None or not by.is_staff:
        raise NotFound
    if by.account not in {row.absent_id, row.stands_in_id} and not _seats(row.absent) & by.divisions_as(
        "head"
    ):
        raise NotFound
    if StandIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
        audit.record("stand_in.ended", Ref.to(row), by=by)


def _staff(account_id: uuid.UUID | str) -> Account | None:
    return queries.account(account_id, kind=Kind.STAFF) if is_id(account_id) else None


def _seats(account: Account) -> frozenset[str]:
    """The divisions somebody sits in themselves today, or will from a day that is known."""
    chart = lineage()
    chairs = Appointment.objects.filter(account=account).exclude(valid_until__lt=clock.today())
    return frozenset(chart.now(key) for key in chairs.values_list("post__division", flat=True))

"""Legal holds: putting one on, lifting it by another person, and asking what is held."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from ... import audit, clock
from ...db import writes
from ...errors import NotAllowed
from ...refs import Actor, Ref, new_id
from .. import sealing
from ..errors import HoldAlreadyLifted, HoldNeedsAnotherPerson, HoldUnclear
from .models import ONE, Hold, RetentionPlan

# The named role of whoever looks after the city's records (文書管理).
RECORDS = "records"
MOST_WHY = 2000


@writes
def hold(*, about: Ref, kind: str, why: str, by: Actor, until: dt.date | None = None) -> Hold:
    """Nothing of `about` is thrown away from now on. Raises NotAllowed, HoldUnclear."""
    account = _check(by)
    words = why.strip()[:MOST_WHY]
    if not words or kind not in Hold.Kind.values or (until is not None and until < clock.today()):
        raise HoldUnclear
    take_turn()
    hold_id = new_id()
    key = sealing.new_key(Ref("vault", "hold", str(hold_id)))
    made = Hold.objects.create(
        pk=hold_id,
        about=str(about),
        kind=kind,
        key=key,
        sealed_why=sealing.seal(key, {"why": words}, context=f"vault.hold:{hold_id}"),
        since=clock.today(),
        until=until,
        made_at=clock.now(),
        made_by=account,
        made_by_name=by.name,
    )
    audit.record("hold.made", about, by=by, facts={"kind": kind, "hold": str(made.pk)})
    return made


@writes
def lift(*, hold: Hold, by: Actor) -> Hold:
    """Another person than who made it lifts it. Raises NotAllowed, HoldNeedsAnotherPerson, HoldAlreadyLifted."""
    account = _check(by)
    if hold.made_by == account:
        raise HoldNeedsAnotherPerson
    standing = Hold.objects.filter(pk=hold.pk, lifted_at=None).exclude(made_by=account)
    if not standing.update(lifted_at=clock.now(), lifted_by=by.account, lifted_by_name=by.name):
        raise HoldAlreadyLifted
    audit.record("hold.lifted", Ref.parse(hold.about), by=by, facts={"hold": str(hold.pk)})
    hold.refresh_from_db()
    return hold


def take_turn() -> None:
    """Of a hold and an erasure at the same moment the second waits here and sees what the first has written.

    SQLite's gate lets one writer in anyway; on PostgreSQL it is this row.
    """
    RetentionPlan.objects.filter(pk=ONE).update(id=ONE)


def standing() -> QuerySet[Hold]:
    """Every hold in force today."""
    today = clock.today()
    return Hold.objects.filter(Q(until=None) | Q(until__gte=today), lifted_at=None)


def holds_on(abouts: Iterable[Ref]) -> set[str]:
    """Which of these references are held."""
    wanted = [str(one) for one in abouts]
    return set(standing().filter(about__in=wanted).values_list("about", flat=True)) if wanted else set()


def why(hold: Hold) -> str:
    """The reason, for whoever holds the role."""
    return str(sealing.unseal(hold.key, bytes(hold.sealed_why), context=f"vault.hold:{hold.pk}")["why"])


def _check(by: Actor) -> uuid.UUID:
    if not (by.is_staff and by.has_role(RECORDS)) or by.account is None:
        raise NotAllowed
    return by.account

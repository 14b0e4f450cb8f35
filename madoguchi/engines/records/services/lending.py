"""Things that are lent: kept as the pack says, given out, taken back, asked for when they are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, jobs, text
from madoguchi.kernel.calendar import next_business_day
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.packs import Change, ChangeKind
from madoguchi.kernel.refs import Actor, Ref

from .. import rules
from ..errors import LoanOver, LoanUnclear, ThingGone, ThingIsOut
from ..models import Loan, Thing
from .entering import KeeperIn, keeper_party

REMIND = "records.remind_loan"
MOST_DAYS = 365
MOST_CONDITION = 300
PART = "records"


@writes
def keep_thing(*, key: str, fields: Mapping[str, Any], by: Actor) -> ChangeKind | None:
    """The thing as the pack says. Says what changed; None when it stood so already."""
    thing = Thing.objects.filter(key=key).first()
    wanted = {**fields, "withdrawn_at": None}
    if thing is not None and all(getattr(thing, name) == value for name, value in wanted.items()):
        return None
    kept, made = Thing.objects.update_or_create(key=key, defaults=wanted)
    audit.record("records.thing_kept", kept.ref, by=by)
    return ChangeKind.ADDED if made else ChangeKind.CHANGED


@writes
def withdraw_others(*, keys: Iterable[str], by: Actor) -> list[Change]:
    """The pack names only these: others are lent no more. What is out comes back all the same."""
    changes = []
    for gone in Thing.objects.filter(withdrawn_at=None).exclude(key__in=list(keys)):
        Thing.objects.filter(pk=gone.pk).update(withdrawn_at=clock.now())
        audit.record("records.thing_withdrawn", gone.ref, by=by)
        changes.append(Change(PART, ChangeKind.REMOVED, gone.name))
    return changes


@writes
def lend(*, thing: Thing, party: Party, by: Actor, about: Ref | None = None, days: int | None = None) -> Loan:
    """Give the thing into somebody's hands, until a day on which the office is open.

    Two people can reach for the last one at once: the database lets one row without a return stand for a thing, so
    that who is second is told. Raises ThingIsOut, ThingGone, LoanUnclear, NotAllowed.
    """
    rules.check_works_in(by, thing.division_id)
    days = thing.days if days is None else days
    if not 1 <= days <= MOST_DAYS:
        raise LoanUnclear(what=_("貸し出す日数"))
    # A write first: the thing may just have been withdrawn.
    if not Thing.objects.filter(pk=thing.pk, withdrawn_at=None).update(days=F("days")):
        raise ThingGone
    try:
        with transaction.atomic():
            loan = Loan.objects.create(
                thing=thing,
                party=party,
                about=str(about or ""),
                lent_at=clock.now(),
                due_on=next_business_day(clock.today() + dt.timedelta(days=days)),
                by=by.account,
            )
    except IntegrityError as error:
        raise ThingIsOut from error
    audit.record("records.lent", loan.ref, by=by, facts={"thing": thing.key}, subject=party.pk)
    return loan


@writes
def give_back(*, loan: Loan, by: Actor, condition: str = "") -> Loan:
    """It is back; `condition` says what was found, of the thing and not of the person. Raises LoanOver, NotAllowed."""
    rules.check_works_in(by, loan.thing.division_id)
    text.refuse_my_number(condition)
    out = Loan.objects.filter(pk=loan.pk, back_at=None)
    if not out.update(back_at=clock.now(), condition=condition.strip()[:MOST_CONDITION]):
        raise LoanOver
    loan.refresh_from_db()
    audit.record("records.given_back", loan.ref, by=by, subject=loan.party_id)
    return loan


@writes
def extend(*, loan: Loan, days: int, by: Actor) -> Loan:
    """They may keep it longer, from today on. Raises LoanOver, LoanUnclear, NotAllowed."""
    rules.check_works_in(by, loan.thing.division_id)
    if not 1 <= days <= MOST_DAYS:
        raise LoanUnclear(what=_("貸し出す日数"))
    due_on = next_business_day(clock.today() + dt.timedelta(days=days))
    if not Loan.objects.filter(pk=loan.pk, back_at=None).update(due_on=due_on, reminded_at=None):
        raise LoanOver
    loan.refresh_from_db()
    audit.record("records.loan_extended", loan.ref, by=by, subject=loan.party_id)
    return loan


def remind_late() -> int:
    """Ask for what is late, once for a term. Each is claimed by its row, so that two workers ask once."""
    asked = 0
    for loan in Loan.objects.filter(back_at=None, reminded_at=None, due_on__lt=clock.today())[:500]:
        asked += _remind(loan)
    return asked


@writes
def _remind(loan: Loan) -> int:
    mine = Loan.objects.filter(pk=loan.pk, back_at=None, reminded_at=None)
    if not mine.update(reminded_at=clock.now()):
        return 0
    jobs.enqueue(REMIND, about=loan.ref, key=f"{REMIND}:{loan.pk}:{loan.due_on.isoformat()}")
    return 1


@writes
def lend_to(*, thing: Thing, keeper: KeeperIn, by: Actor, days: int | None = None) -> Loan:
    """The same to somebody at the desk: by the 窓口コード of their account, or by name and contact."""
    rules.check_works_in(by, thing.division_id)
    return lend(thing=thing, party=keeper_party(keeper=keeper, by=by), days=days, by=by)

"""One browser signed in to one realm: how it begins, how long it lasts, and how it ends.

A sign-in is a row, so that it can be ended from elsewhere: the browser's session only names it.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import Q, QuerySet

from ... import audit, clock
from ...db import writes
from ...errors import NotAllowed, NotFound
from ...refs import Actor, Ref, is_id
from .. import queries
from ..models import Account, Kind
from . import assurance as sure
from .models import SignedIn

# "When was it last seen" is worth one write a minute, not one a request.
SEEN_EVERY = dt.timedelta(minutes=1)
STAFF_IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
STAFF_AT_ONCE = 3
FRESH = dt.timedelta(minutes=10)


@writes
def let_in(*, account: Account, assurance: str, browser: str = "") -> SignedIn:
    """Begin a sign-in, on record. Raises NotAllowed for staff who showed one factor only.

    A member of staff is in at most three browsers at once: the one seen longest ago gives way.
    """
    if account.kind == Kind.STAFF and not may_be_staff(account, assurance):
        raise NotAllowed
    now = clock.machine()
    # Takes the account's row, so that of two who come in at the same moment one counts the other.
    Account.objects.filter(pk=account.pk).update(assurance=assurance, last_login=now)
    account.assurance, account.last_login = assurance, now
    if account.kind == Kind.STAFF:
        older = list(_open(account).order_by("-last_seen_at", "-id")[STAFF_AT_ONCE - 1 :])
        for one in older:
            _end(one, why="too_many")
    row = SignedIn.objects.create(
        account=account,
        realm=account.kind,
        assurance=assurance,
        browser=browser[:40],
        started_at=now,
        confirmed_at=now,
        last_seen_at=now,
    )
    by = queries.actor_for(account)
    audit.record("signed_in", Ref.to(account), by=by, facts={"assurance": assurance}, subject=by.party)
    return row


def may_be_staff(account: Account, assurance: str) -> bool:
    """N-07: two factors; or one of the demo's fictional people, in a demo."""
    if assurance == sure.DEMO:
        return bool(settings.DEMO and account.is_demo)
    return sure.is_two_factors(assurance)


def enter_demo(*, account: Account, browser: str = "") -> SignedIn:
    """Sign in as one of the demo's people by choosing them. Raises NotAllowed for anybody real, or outside a demo."""
    if not (settings.DEMO and account.is_demo):
        raise NotAllowed
    return let_in(account=account, assurance=sure.DEMO, browser=browser)


def find(sign_in_id: str, *, account_id: str | None, realm: str) -> SignedIn | None:
    """The sign-in, with its account, while it lasts: not ended, not idle, not too old, its account open.

    One query; and a write once a minute, which says when it was last seen.
    """
    if account_id is None or not (is_id(sign_in_id) and is_id(account_id)):
        return None
    now = clock.machine()
    row = (
        SignedIn.objects.select_related("account")
        .filter(pk=sign_in_id, account_id=account_id, realm=realm, account__kind=realm)
        .filter(lasting(realm), account__is_active=True)
        .first()
    )
    if row is None or (row.account.is_demo and not settings.DEMO):
        return None
    if row.assurance == sure.DEMO and not row.account.is_demo:
        return None
    if row.last_seen_at < now - SEEN_EVERY:
        _seen(row, now)
    return row


def lasting(realm: str) -> Q:
    """What is still open, as a condition on sign-ins of the realm."""
    now = clock.machine()
    open_ = Q(ended_at=None, started_at__gt=now - LONGEST)
    return open_ & Q(last_seen_at__gt=now - STAFF_IDLE) if realm == Kind.STAFF else open_


@writes
def _seen(row: SignedIn, now: dt.datetime) -> None:
    SignedIn.objects.filter(pk=row.pk, last_seen_at__lt=now).update(last_seen_at=now)
    row.last_seen_at = now


@writes
def confirm(*, sign_in: SignedIn, assurance: str = "") -> None:
    """A factor was shown once more in this browser; `assurance`, where it makes us surer than before."""
    changed = {"confirmed_at": clock.machine()} | ({"assurance": assurance} if assurance else {})
    SignedIn.objects.filter(pk=sign_in.pk, ended_at=None).update(**changed)
    by = queries.actor_for(sign_in.account)
    audit.record("sign_in.confirmed", Ref.to(sign_in.account), by=by, subject=by.party)


def is_fresh(sign_in: SignedIn | None) -> bool:
    """Whether a factor was shown within the last ten minutes."""
    return sign_in is not None and sign_in.confirmed_at > clock.machine() - FRESH


@writes
def sign_out(*, account: Account, sign_in: SignedIn | None = None) -> None:
    """Write down that somebody left."""
    if sign_in is not None:
        _end(sign_in, why="left")
    by = queries.actor_for(account)
    audit.record("signed_out", Ref.to(account), by=by, subject=by.party)


def open_ones(account: Account) -> QuerySet[SignedIn]:
    """Where somebody is signed in now, the latest first."""
    return _open(account).filter(lasting(account.kind))


def open_of_staff(account: Account | None = None) -> QuerySet[SignedIn]:
    """Every open sign-in of staff, or of one of them, the latest first."""
    rows = SignedIn.objects.filter(lasting(Kind.STAFF), realm=Kind.STAFF).select_related("account")
    return rows.filter(account=account) if account else rows


@writes
def end_all(*, account: Account, by: Actor, why: str, besides: SignedIn | None = None) -> int:
    """End every sign-in of an account, on record; `besides` goes on. Returns how many there were."""
    others = _open(account).exclude(pk=besides.pk) if besides else _open(account)
    ended = others.update(ended_at=clock.machine(), ended_why=why)
    if ended:
        party = queries.actor_for(account).party
        audit.record(
            "sign_ins.ended", Ref.to(account), by=by, facts={"why": why, "count": ended}, subject=party
        )
    return ended


@writes
def end_one(*, sign_in_id: uuid.UUID | str, account: Account, by: Actor, why: str) -> None:
    """End one sign-in of an account. Raises NotFound for one that is not theirs."""
    row = _open(account).filter(pk=sign_in_id).first() if is_id(sign_in_id) else None
    if row is None:
        raise NotFound
    _end(row, why=why)
    party = queries.actor_for(account).party
    audit.record("sign_ins.ended", Ref.to(account), by=by, facts={"why": why, "count": 1}, subject=party)


def _open(account: Account) -> QuerySet[SignedIn]:
    return SignedIn.objects.filter(account=account, ended_at=None)


def _end(row: SignedIn, *, why: str) -> None:
    SignedIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.machine(), ended_why=why)


@writes
def forget_old() -> None:
    """Sign-ins that ran out long ago; the audit keeps what they were."""
    SignedIn.objects.filter(started_at__lt=clock.machine() - dt.timedelta(days=30)).delete()

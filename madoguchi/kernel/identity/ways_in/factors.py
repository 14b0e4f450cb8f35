"""What an account proves itself with: listing, adding, stopping. Each kind's own verbs stand in its module."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from ... import audit, clock
from ...db import writes
from ...errors import NotFound
from ...refs import Actor, Ref, is_id, new_id
from .. import queries
from ..federation.models import Link
from ..models import Account, Kind
from . import sign_ins
from .errors import FactorTaken, LastWayIn, TooManyFactors
from .models import Contact, Factor, FactorKind, SignedIn

MOST = 10


def of(account: Account) -> QuerySet[Factor]:
    """What proves the account beside its password, oldest first. Recovery codes are not among them."""
    return Factor.objects.second().filter(account=account)


def has_any(account: Account) -> bool:
    return of(account).exists()


@writes
def keep(*, account: Account, kind: FactorKind, label: str, by: Actor, **fields: Any) -> Factor:
    """Register a factor. Raises FactorTaken, TooManyFactors."""
    if of(account).count() >= MOST:
        raise TooManyFactors
    factor = Factor(
        pk=fields.pop("pk", None) or new_id(),
        account=account,
        kind=kind,
        label=label_of(label),
        created_at=clock.machine(),
        **fields,
    )
    try:
        with writes():
            factor.save(force_insert=True)
    except IntegrityError:
        raise FactorTaken from None
    _tell(account, "factor.added", factor, by)
    return factor


@writes
def stop(*, factor: Factor, by: Actor, why: str) -> bool:
    """From now on it proves nothing. Every sign-in of the account ends, but the one it is stopped from.

    False when it was stopped already. Whoever lost a card loses what was opened with it as well.
    """
    working = Factor.objects.filter(pk=factor.pk, stopped_at=None)
    if not working.update(stopped_at=clock.machine(), stopped_why=why, pin="", sealed=b""):
        return False
    _tell(factor.account, "factor.stopped", factor, by, why=why)
    return True


@writes
def stop_mine(*, factor_id: uuid.UUID | str, sign_in: SignedIn, by: Actor) -> Factor:
    """Somebody gives up a factor of their own; their other browsers are signed out. Raises NotFound, LastWayIn."""
    account = sign_in.account
    # Takes the account's row: of two browsers that each give up one of two factors, one is refused.
    Account.objects.filter(pk=account.pk).update(last_login=account.last_login)
    factor = of(account).filter(pk=factor_id).first() if is_id(factor_id) else None
    if factor is None:
        raise NotFound
    if not _opens_without(account, factor):
        raise LastWayIn
    stop(factor=factor, by=by, why="own")
    sign_ins.end_all(account=account, by=by, why="factor_stopped", besides=sign_in)
    return factor


def _opens_without(account: Account, factor: Factor) -> bool:
    """Whether the account still opens: staff need a factor; residents a passkey, a provider, or their mail and one thing more."""
    left = [one.kind for one in of(account).exclude(pk=factor.pk)]
    if account.kind == Kind.STAFF or FactorKind.PASSKEY in left:
        return bool(left)
    if Link.objects.working().filter(account=account).exists():
        return True
    has_mail = Contact.objects.filter(account=account, ended_at=None).exists()
    return has_mail and (FactorKind.TOTP in left or account.has_usable_password())


@writes
def stop_all(*, account: Account, by: Actor, why: str) -> int:
    """Every factor and recovery code, and every sign-in: what was lost is lost whole."""
    stopped = sum(stop(factor=one, by=by, why=why) for one in of(account))
    codes = Factor.objects.working().filter(account=account, kind=FactorKind.RECOVERY)
    codes.update(stopped_at=clock.machine(), stopped_why=why)
    sign_ins.end_all(account=account, by=by, why=why)
    return stopped


def used(factor: Factor, **changed: Any) -> bool:
    """Write down that it was used just now; False when it was stopped meanwhile."""
    working = Factor.objects.filter(pk=factor.pk, stopped_at=None)
    return bool(working.update(last_used_at=clock.machine(), **changed))


def label_of(typed: str) -> str:
    """A name a person gives to their own device, in one line, without what only controls the page."""
    kept = (
        letter for letter in typed[:400] if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    return "".join(kept).strip()[:60]


def _tell(account: Account, verb: str, factor: Factor, by: Actor, **facts: str) -> None:
    party = queries.actor_for(account).party
    facts = {"kind": factor.kind, "account": str(account.pk), **facts}
    audit.record(verb, Ref.to(factor), by=by, facts=facts, subject=party)

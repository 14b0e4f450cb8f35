"""Ten codes on paper for whoever lost their other ways in. Each works once."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ... import audit, clock, vault
from ...db import writes
from ...refs import Actor, Ref, new_id
from ..models import Account
from . import codes, contacts
from .errors import WrongSecondFactor
from .models import Factor, FactorKind

HOW_MANY = 10


@writes
def make(*, account: Account, by: Actor) -> list[str]:
    """Ten new codes, told once; what was made before works no more."""
    now = clock.machine()
    left(account).update(stopped_at=now, stopped_why="replaced")
    made = [codes.on_paper() for _number in range(HOW_MANY)]
    Factor.objects.bulk_create(
        Factor(
            pk=new_id(),
            account=account,
            kind=FactorKind.RECOVERY,
            digest=_digest(account, code),
            created_at=now,
        )
        for code in made
    )
    audit.record("recovery_codes.made", Ref.to(account), by=by, subject=by.party)
    contacts.tell_change(account, _("サインインの方法が加わりました。"))
    return made


def left(account: Account) -> QuerySet[Factor]:
    """Those that were not used yet."""
    return Factor.objects.working().filter(account=account, kind=FactorKind.RECOVERY)


def use(*, account: Account, typed: str) -> Factor:
    """Use one up: of two browsers with the same code one comes in. Raises WrongSecondFactor."""
    mine = left(account).filter(digest=_digest(account, typed))
    factor = mine.first()
    if factor is None or not _take(factor):
        raise WrongSecondFactor
    return factor


@writes
def _take(factor: Factor) -> bool:
    now = clock.machine()
    unused = Factor.objects.filter(pk=factor.pk, stopped_at=None)
    return bool(unused.update(stopped_at=now, last_used_at=now, stopped_why="used"))


def _digest(account: Account, code: str) -> str:
    return vault.digest("identity.recovery_code", f"{account.pk}:{codes.folded(code)}")

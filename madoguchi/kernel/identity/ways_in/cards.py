"""The staff card: a number a reader types like a keyboard, and a PIN its holder knows (X-36).

The number is no secret (it stands on the card): it counts as having the card, the PIN as knowing something.
"""

from __future__ import annotations

from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from ... import vault
from ...db import writes
from ...refs import SYSTEM, Actor
from .. import throttle
from ..errors import WrongSignIn
from ..models import Account, Kind
from . import codes, factors, passwords
from .errors import NotTheSameTwice, WeakPin, WrongSecondFactor
from .models import Factor, FactorKind

_SHORTEST_NUMBER = 4
# Of ten thousand PINs: slowed down alone, somebody who has the number would try hundreds a day.
MOST_FAILURES = 10


def register(*, account: Account, number: str, pin: str, again: str, label: str, by: Actor) -> Factor:
    """Register a card to a person. Raises WrongSecondFactor for no number, WeakPin, NotTheSameTwice, FactorTaken."""
    digest = _digest(number)
    if not digest:
        raise WrongSecondFactor
    if codes.folded(pin) != codes.folded(again):
        raise NotTheSameTwice
    hashed = make_password(_agreed(pin))
    return factors.keep(account=account, kind=FactorKind.CARD, label=label, by=by, digest=digest, pin=hashed)


def check(*, account: Account, number: str, pin: str) -> Factor:
    """The account's card with this number and PIN. Raises WrongSecondFactor, for another person's card too."""
    factor = _find(number)
    right = _is_pin(factor, pin)
    if factor is None or not right or factor.account_id != account.pk or not _use(factor):
        raise WrongSecondFactor
    return factor


def open_with(*, number: str, pin: str, from_address: str = "") -> Factor:
    """The card that this number and PIN belong to, as a whole sign-in. Raises WrongSignIn, TooManyTries.

    Guessing is slowed for the card and for the address, whether or not such a card exists.
    """
    tried = throttle.Tried.of(kind="card", login=_digest(number), address=from_address)
    with passwords.one_try(tried):
        factor = _find(number)
        right = _is_pin(factor, pin)
        account = factor.account if factor is not None and _is_usable(factor) else None
        if factor is None or account is None or not right or not _use(factor):
            passwords.record_refused(Kind.STAFF, tried, factor.account if factor else None, factor="card")
            raise WrongSignIn
    return factor


def _find(number: str) -> Factor | None:
    digest = _digest(number)
    cards = Factor.objects.working().filter(kind=FactorKind.CARD, digest=digest).exclude(digest="")
    return cards.select_related("account").first()


def _is_usable(factor: Factor) -> bool:
    return Account.objects.usable().filter(pk=factor.account_id, kind=Kind.STAFF).exists()


@writes
def _use(factor: Factor) -> bool:
    return factors.used(factor, failures=0)


@writes
def _count_failure(factor: Factor) -> None:
    """The tenth wrong PIN in a row stops the card, on record."""
    Factor.objects.filter(pk=factor.pk, stopped_at=None).update(failures=F("failures") + 1)
    if Factor.objects.filter(pk=factor.pk, failures__gte=MOST_FAILURES).exists():
        factors.stop(factor=factor, by=SYSTEM, why="wrong_pins")


def _is_pin(factor: Factor | None, pin: str) -> bool:
    """Without a card the same time is spent on a PIN nobody has. A wrong one is counted, outside of the caller's try."""
    typed = codes.folded(pin)
    if factor is None:
        make_password(typed)
        return False
    right = check_password(typed, factor.pin)
    if not right:
        _count_failure(factor)
    return right


def _agreed(pin: str) -> str:
    typed = codes.folded(pin)
    steps = {ord(after) - ord(before) for before, after in pairwise(typed)}
    if not (typed.isdigit() and 4 <= len(typed) <= 12) or steps in ({0}, {1}, {-1}):
        raise WeakPin
    return typed


def _digest(number: str) -> str:
    """The blind index of a card's number; "" of what is none."""
    folded = codes.folded(number)
    return vault.digest("identity.card", folded) if len(folded) >= _SHORTEST_NUMBER else ""

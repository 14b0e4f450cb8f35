"""Guessing passwords is made slow: who failed too often waits a while, whether or not the login exists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.utils.crypto import salted_hmac

from .. import clock
from ..db import writes
from .models import SignInTry

WINDOW = dt.timedelta(minutes=15)
FREE_TRIES = 5
SHORTEST = dt.timedelta(seconds=30)
# The address may be that of a whole city hall: it is slowed down, never shut out.
LONGEST_FOR_ADDRESS = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What stands in rows instead of a login and an address: people type passwords into the wrong field."""

    login: str
    address: str

    @classmethod
    def of(cls, *, kind: str, login: str, address: str) -> Tried:
        return cls(_digest("login", f"{kind}:{login}"), _digest("address", address) if address else "")


def _digest(of: str, text: str) -> str:
    return salted_hmac(f"madoguchi.identity.{of}", text, algorithm="sha256").hexdigest()


def pause(tried: Tried, *, besides: SignInTry | None = None) -> dt.timedelta:
    """How long they have to wait now; zero or less when they need not."""
    others = SignInTry.objects.exclude(pk=besides.pk) if besides else SignInTry.objects.all()
    by_login = _pause(others.filter(login=tried.login), WINDOW)
    if not tried.address:
        return by_login
    return max(by_login, _pause(others.filter(address=tried.address), LONGEST_FOR_ADDRESS))


def _pause(tries: QuerySet[SignInTry], longest: dt.timedelta) -> dt.timedelta:
    now = clock.now()
    failed_at = tries.filter(at__gt=now - WINDOW).aggregate(count=Count("pk"), last=Max("at"))
    if failed_at["count"] < FREE_TRIES:
        return dt.timedelta()
    doubled = SHORTEST * 2 ** min(failed_at["count"] - FREE_TRIES, 10)
    return failed_at["last"] + min(doubled, longest) - now


@writes
def begin(tried: Tried) -> SignInTry:
    """Count a try. It stays until somebody succeeds, or for a day."""
    return SignInTry.objects.create(login=tried.login, address=tried.address, at=clock.now())


@writes
def forget(attempt: SignInTry) -> None:
    """A try that was not made after all."""
    attempt.delete()


@writes
def forget_all(tried: Tried) -> None:
    """Whoever knows the password may have mistyped it before."""
    SignInTry.objects.filter(login=tried.login).delete()


@writes
def forget_old() -> None:
    """Tries older than a day."""
    SignInTry.objects.filter(at__lt=clock.now() - KEPT).delete()

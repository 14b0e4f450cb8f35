"""The first of two factors: a login and a password, with guessing made slow."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager

from ... import audit
from ...db import writes
from ...refs import Actor, Ref, anonymous
from .. import throttle
from ..errors import TooManyTries, WrongSignIn
from ..models import Account, SignInTry
from . import sign_ins
from .errors import NotTheSameTwice, WeakPassword
from .models import SignedIn

SHORTEST, LONGEST = 12, 200


@contextmanager
def one_try(tried: throttle.Tried) -> Iterator[None]:
    """Count a try before it is judged, so that a hundred at once do not all pass as the first.

    Raises TooManyTries. Whoever comes through without a refusal begins anew.
    """
    _wait_if_needed(tried)
    own = throttle.begin(tried)
    try:
        _wait_if_needed(tried, besides=own)
    except TooManyTries:
        throttle.forget(own)
        raise
    yield
    throttle.forget_all(tried)


def check(*, kind: str, login: str, password: str, from_address: str = "") -> Account:
    """The account these words belong to. Raises WrongSignIn or TooManyTries. Nobody is signed in by it yet.

    Takes as long whether the login is unknown or the password wrong. Not one transaction: checking a
    password is slow on purpose, and the write gate is everybody's. A refused try stands in the audit by the
    login's digest; a try that only waits is not recorded, so that hammering fills no table.
    """
    login, tried = login[:150], throttle.Tried.of(kind=kind, login=login[:150], address=from_address)
    with one_try(tried):
        account = Account.objects.usable().filter(kind=kind, login=login).first()
        if not is_right(account, password) or account is None:
            record_refused(kind, tried, account)
            raise WrongSignIn
    return account


def is_right(account: Account | None, password: str) -> bool:
    """Whether it is the account's password; without an account the same time is spent on one nobody has."""
    # What is longer than any password of ours is not hashed: Argon2 would read it all.
    right = (account or Account()).check_password(password[: LONGEST + 1])
    return right and account is not None and len(password) <= LONGEST


@writes
def record_refused(kind: str, tried: throttle.Tried, account: Account | None, **facts: str) -> None:
    """A refused try, by the login's digest: people type passwords into the wrong field."""
    known = account is not None and not account._state.adding
    told = {"realm": kind, "account": str(account.pk) if account and known else "", **facts}
    audit.record("sign_in_refused", Ref("identity", "login", tried.login), by=anonymous(), facts=told)


def agreed(password: str, again: str) -> str:
    """The password typed twice. Raises NotTheSameTwice, WeakPassword."""
    if password != again:
        raise NotTheSameTwice
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise WeakPassword
    return password


@writes
def keep(*, account: Account, password: str, by: Actor) -> None:
    """A new password. The caller ends the other sign-ins and tells the person."""
    account.set_password(password)
    account.save(update_fields=["password"])
    audit.record("password.changed", Ref.to(account), by=by, subject=by.party)


@writes
def change(*, sign_in: SignedIn, password: str, by: Actor) -> None:
    """Somebody changes their own; every other browser of theirs is signed out."""
    keep(account=sign_in.account, password=password, by=by)
    sign_ins.end_all(account=sign_in.account, by=by, why="password_changed", besides=sign_in)


def _wait_if_needed(tried: throttle.Tried, *, besides: SignInTry | None = None) -> None:
    wait = throttle.pause(tried, besides=besides)
    if wait > dt.timedelta():
        raise TooManyTries(minutes=math.ceil(wait / dt.timedelta(minutes=1)))

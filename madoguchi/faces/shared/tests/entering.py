"""Signing a test's person in to a browser, as the doors do: with a sign-in of its own and, for staff, two factors."""

from __future__ import annotations

from typing import Any

import pyotp
from django.test import Client

from madoguchi.kernel.identity.models import Account, Kind, SignedIn
from madoguchi.kernel.identity.ways_in import sign_ins, totp
from madoguchi.kernel.refs import SYSTEM

ASSURANCE = {Kind.STAFF: "password+totp", Kind.RESIDENT: "mail+passkey"}


def enter(client: Client, who: Any, *, assurance: str = "") -> Client:
    """`who`: an account, its id, or an Actor. The browser comes back signed in to the account's own realm."""
    account = who if isinstance(who, Account) else Account.objects.get(pk=getattr(who, "account", who))
    row = sign_ins.let_in(account=account, assurance=assurance or ASSURANCE[Kind(account.kind)])
    hold(client, row)
    return client


def hold(client: Client, row: SignedIn, *, realm: str = "") -> None:
    """Put a sign-in into the browser's session."""
    session = client.session
    session[realm or row.realm] = str(row.account_id)
    session[f"{realm or row.realm}_sign_in"] = str(row.pk)
    session.save()


def give_app(account: Account) -> pyotp.TOTP:
    """Register an authenticator app for the account, long enough ago that the code of now is unused."""
    app = pyotp.TOTP(pyotp.random_base32(32))
    factor = totp.register(account=account, secret=app.secret, typed=app.now(), label="", by=SYSTEM)
    factor.last_step -= 10
    factor.save()
    return app

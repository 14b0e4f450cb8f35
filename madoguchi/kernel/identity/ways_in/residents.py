"""How residents open an account and come in: their mail and one thing more, or a passkey.

How sure we are is written down and never a condition. Nothing here tells whether an address is known before
somebody has shown that they read its mail.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _
from fido2.webauthn import AttestedCredentialData

from ... import audit
from ...db import writes
from ...errors import Refusal
from ...refs import SYSTEM, Ref
from .. import queries, services, throttle
from ..models import Account, Kind
from . import assurance as sure
from . import codes, contacts, factors, passkeys, passwords, recovery_codes, sign_ins, totp
from .errors import LastWayIn, WrongSecondFactor
from .models import Purpose, SignedIn


def read_mail(*, address: str, typed: str, asker: str, from_address: str = "") -> Account | None:
    """Whoever has the code reads the mail of `address`. Whose account that is; None: nobody's yet.

    `asker`: see `contacts.send_code`. Raises AddressNotUsable, WrongCode, TooManyTries.
    """
    address = contacts.normal(address)
    whose = contacts.digest(address)
    tried = throttle.Tried.of(kind="mail", login=f"{whose}:{asker}", address=from_address)
    with passwords.one_try(tried):
        codes.use(purpose=Purpose.MAIL, typed=typed, whose=whose, about=asker)
    return contacts.account_with(address)


def by_passkey(challenge: dict[str, Any] | None, answer: str, *, browser: str = "") -> SignedIn:
    """Whichever passkey of ours the browser has. Raises PasskeyNotAccepted."""
    factor, unlocked = passkeys.check(challenge, answer, kind=Kind.RESIDENT)
    word = sure.PASSKEY if unlocked else sure.KEY
    return sign_ins.let_in(account=factor.account, assurance=word, browser=browser)


def one_thing_more(
    *,
    account: Account,
    typed: dict[str, str],
    challenge: dict[str, Any] | None = None,
    from_address: str = "",
) -> str:
    """Check {code}, {password}, {credential} or {recovery}; returns the word for it.

    Raises WrongSecondFactor, CodeAlreadyUsed, PasskeyNotAccepted, TooManyTries.
    """
    tried = throttle.Tried.of(kind="second", login=str(account.pk), address=from_address)
    with passwords.one_try(tried):
        try:
            return _shown(account, typed, challenge)
        except Refusal as refusal:
            passwords.record_refused(Kind.RESIDENT, tried, account, code=refusal.code)
            raise


def _shown(account: Account, typed: dict[str, str], challenge: dict[str, Any] | None) -> str:
    if "credential" in typed:
        _factor, unlocked = passkeys.check(
            challenge, typed["credential"], kind=Kind.RESIDENT, account=account
        )
        return sure.PASSKEY if unlocked else sure.KEY
    if "password" in typed:
        if not passwords.is_right(account, typed["password"]):
            raise WrongSecondFactor
        return sure.PASSWORD
    if "recovery" in typed:
        recovery_codes.use(account=account, typed=typed["recovery"])
        contacts.tell_change(account, _("もどるための番号が1つ使われました。"))
        return sure.RECOVERY
    totp.check(account=account, typed=typed.get("code", ""))
    return sure.TOTP


def come_in(*, account: Account, shown: str, browser: str = "") -> SignedIn:
    """The mail was read, and one thing more shown."""
    return sign_ins.let_in(account=account, assurance=sure.joined(sure.MAIL, shown), browser=browser)


# ------------------------------------------------------------------ opening an account


@writes
def open_account(
    *, account_id: uuid.UUID, address: str, added: dict[str, Any], label: str = "", browser: str = ""
) -> SignedIn:
    """A new account for whoever reads `address`, with what they come in with from now on, whole or not at all.

    `added`: {credential} of a passkey, {secret, code} of an app, or {password}. Raises what those refuse with, and
    StartAgain where somebody opened one with the same address meanwhile.
    """
    address = contacts.normal(address)
    account = services.open_account(
        kind=Kind.RESIDENT, login=f"mail:{account_id}", password=None, account_id=account_id, by=SYSTEM
    )
    services.keep_party(profile={"email": address}, account=account, by=SYSTEM)
    contacts.keep(account=account, address=address, by=queries.actor_for(account))
    return come_in(account=account, shown=add(account=account, added=added, label=label), browser=browser)


@writes
def add(*, account: Account, added: dict[str, Any], label: str = "") -> str:
    """One more way in: see `open_account`. Returns the word for it."""
    by = queries.actor_for(account)
    if "credential" in added:
        credential: AttestedCredentialData = added["credential"]
        passkeys.register(account=account, credential=credential, label=label, by=by)
        return sure.PASSKEY
    if "password" in added:
        passwords.keep(account=account, password=added["password"], by=by)
        return sure.PASSWORD
    totp.register(account=account, secret=added["secret"], typed=added["code"], label=label, by=by)
    return sure.TOTP


@writes
def add_here(*, sign_in: SignedIn, added: dict[str, Any], label: str = "") -> str:
    """Somebody who is signed in adds a way in; their other browsers are signed out, and their mail is told."""
    word = add(account=sign_in.account, added=added, label=label)
    by = queries.actor_for(sign_in.account)
    sign_ins.end_all(account=sign_in.account, by=by, why="factor_added", besides=sign_in)
    contacts.tell_change(sign_in.account, _("サインインの方法が加わりました。"))
    return word


@writes
def stop_here(*, sign_in: SignedIn, factor_id: uuid.UUID | str) -> None:
    """Somebody gives up a way in; the same follows. Raises NotFound, LastWayIn."""
    by = queries.actor_for(sign_in.account)
    factors.stop_mine(factor_id=factor_id, sign_in=sign_in, by=by)
    contacts.tell_change(sign_in.account, _("サインインの方法が1つ、やめになりました。"))


def ways(account: Account) -> set[str]:
    """What the account has to show beside its mail: "passkey", "totp", "password"."""
    found = set(factors.of(account).values_list("kind", flat=True))
    return found | ({sure.PASSWORD} if account.has_usable_password() else set())


@writes
def stop_password(*, sign_in: SignedIn) -> None:
    """No password any more. Raises LastWayIn where neither passkey nor app would be left."""
    account = sign_in.account
    if not factors.of(account).exists():
        raise LastWayIn
    account.set_unusable_password()
    account.save(update_fields=["password"])
    by = queries.actor_for(account)
    audit.record("password.stopped", Ref.to(account), by=by, subject=by.party)
    sign_ins.end_all(account=account, by=by, why="factor_stopped", besides=sign_in)
    contacts.tell_change(account, _("パスワードを使うのをやめました。"))


# ------------------------------------------------------------------ another address


def ask_new_address(*, sign_in: SignedIn, address: str) -> None:
    """A code to the address that shall be the new one. Raises AddressNotUsable, TooManyMails."""
    contacts.send_code(
        address=contacts.normal(address), asker="", purpose=Purpose.CHANGE, account=sign_in.account
    )


def change_address(*, sign_in: SignedIn, address: str, typed: str, from_address: str = "") -> None:
    """The new address is read by them: it takes over in three days. Raises WrongCode, TooManyTries, StartAgain."""
    address = contacts.normal(address)
    whose = contacts.digest(address)
    # Two accounts may want the same address; the wrong digits of one are not the other's.
    tried = throttle.Tried.of(kind="change", login=f"{sign_in.account.pk}:{whose}", address=from_address)
    with passwords.one_try(tried):
        codes.use(purpose=Purpose.CHANGE, typed=typed, account=sign_in.account, whose=whose)
    by = queries.actor_for(sign_in.account)
    contacts.change(account=sign_in.account, address=address, by=by)


def stop_change(*, sign_in: SignedIn) -> None:
    """「わたしではありません」 from within. Raises NotFound."""
    contacts.stop_change(account=sign_in.account, by=queries.actor_for(sign_in.account))

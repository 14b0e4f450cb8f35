"""The two steps of a member of staff: something they know, then something they have."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from ... import audit, clock
from ...db import writes
from ...errors import NotAllowed, NotFound, Refusal
from ...refs import Actor, Ref, is_id
from .. import queries, services, throttle
from ..federation.models import Link
from ..models import Account, Kind, Post
from . import assurance as sure
from . import cards, codes, factors, passkeys, passwords, sign_ins, totp
from .errors import LoginTaken, PasskeyNotAccepted, PostUnknown
from .models import Factor, FactorKind, Purpose, SignedIn

# What a code is about that lets somebody choose a new password who has been here before.
_FORGOTTEN = "password"


def second_step(
    *,
    account: Account,
    typed: dict[str, str],
    challenge: dict[str, Any] | None = None,
    from_address: str = "",
) -> str:
    """Check the second factor in `typed`: {code}, {number, pin} or {credential}. Returns the word for it.

    Raises WrongSecondFactor, CodeAlreadyUsed, PasskeyNotAccepted, TooManyTries. Each refused try is on record, and
    slows the account down like a wrong password does.
    """
    tried = throttle.Tried.of(kind="second", login=str(account.pk), address=from_address)
    with passwords.one_try(tried):
        try:
            return _shown(account, typed, challenge)
        except Refusal as refusal:
            passwords.record_refused(Kind.STAFF, tried, account, factor=_kind(typed), code=refusal.code)
            raise


def _kind(typed: dict[str, str]) -> str:
    return (
        FactorKind.PASSKEY
        if "credential" in typed
        else FactorKind.CARD
        if "pin" in typed
        else FactorKind.TOTP
    )


def _shown(account: Account, typed: dict[str, str], challenge: dict[str, Any] | None) -> str:
    kind = _kind(typed)
    if kind == FactorKind.PASSKEY:
        _factor, unlocked = passkeys.check(challenge, typed["credential"], kind=account.kind, account=account)
        if not unlocked:
            raise PasskeyNotAccepted
        return sure.PASSKEY
    if kind == FactorKind.CARD:
        cards.check(account=account, number=typed.get("number", ""), pin=typed["pin"])
        return sure.joined(sure.CARD, sure.PIN)
    totp.check(account=account, typed=typed.get("code", ""))
    return sure.TOTP


def come_in(*, account: Account, second: str, first: str = sure.PASSWORD, browser: str = "") -> SignedIn:
    """Both steps are done. `first`: the password, or the city's own sign-in."""
    return sign_ins.let_in(account=account, assurance=sure.joined(first, second), browser=browser)


def come_in_by_card(*, number: str, pin: str, from_address: str = "", browser: str = "") -> SignedIn:
    """The card and its PIN are something one has and something one knows: both steps at once.

    Raises WrongSignIn, TooManyTries.
    """
    factor = cards.open_with(number=number, pin=pin, from_address=from_address)
    return sign_ins.let_in(
        account=factor.account, assurance=sure.joined(sure.CARD, sure.PIN), browser=browser
    )


# ------------------------------------------------------------------ enrolment


@writes
def add(*, login: str, name: str, posts: Sequence[str], by: Actor) -> tuple[Account, str]:
    """A new member of staff in these chairs, and the code for the first sign-in. Raises LoginTaken, PostUnknown."""
    login = login.strip()
    if not login or len(login) > 150 or Account.objects.filter(kind=Kind.STAFF, login=login).exists():
        raise LoginTaken(login=login[:150])
    chairs = list(Post.objects.filter(key__in=posts))
    if unknown := set(posts) - {chair.key for chair in chairs}:
        raise PostUnknown(key="、".join(sorted(unknown))[:200])
    account = services.open_account(kind=Kind.STAFF, login=login, password=None, name=name[:100], by=by)
    for chair in chairs:
        services.appoint(account=account, post=chair, since=clock.today(), by=by)
    return account, invite(account=account, by=by)


def account_of(login: str) -> Account | None:
    """The member of staff with this login, whether or not they have ever come in."""
    return Account.objects.filter(kind=Kind.STAFF, login=login, is_active=True).first()


@writes
def invite(*, account: Account, by: Actor, forget_password: bool = False) -> str:
    """A code with which the person registers their first second factor; told once, good for a day.

    Raises NotAllowed for who is no member of staff. With `forget_password` they also choose a new password: that is
    for the server's command line, for whoever holds such a code needs nothing else.
    """
    if account.kind != Kind.STAFF:
        raise NotAllowed
    if forget_password:
        account.set_unusable_password()
        account.save(update_fields=["password"])
        sign_ins.end_all(account=account, by=by, why="password_reset")
    codes.withdraw(purpose=Purpose.ENROL, account=account)
    code = codes.make(purpose=Purpose.ENROL, account=account, about=_FORGOTTEN if forget_password else "")
    audit.record("staff.invited", Ref.to(account), by=by, facts={"forget_password": forget_password})
    return code


@writes
def reset(*, account: Account, by: Actor, forget_password: bool = False) -> str:
    """Everything was lost or may be in other hands: all factors stop, all sign-ins end. Returns a new code."""
    if account.kind != Kind.STAFF:
        raise NotAllowed
    factors.stop_all(account=account, by=by, why="reset")
    return invite(account=account, by=by, forget_password=forget_password)


def use_invitation(*, account: Account, typed: str, from_address: str = "", about: str | None = None) -> None:
    """The code of the invitation, used up; `about`: only one made for that. Raises WrongCode, TooManyTries."""
    tried = throttle.Tried.of(kind="enrol", login=str(account.pk), address=from_address)
    with passwords.one_try(tried):
        try:
            codes.use(purpose=Purpose.ENROL, typed=typed, account=account, about=about)
        except Refusal:
            passwords.record_refused(Kind.STAFF, tried, account, factor="enrol")
            raise


def newcomer(*, login: str, typed: str, password: str, from_address: str = "") -> Account:
    """Who has no password yet comes with login and code, and chooses one. Raises WrongCode, WeakPassword, TooManyTries.

    The same answer for a login that does not exist, that has a password, or whose person comes in by the city's own
    sign-in: then the code alone opens nothing, or whoever sees it at the desk would become them.
    """
    account = Account.objects.usable().filter(kind=Kind.STAFF, login=login[:150]).first()
    has_none = account is not None and not account.has_usable_password()
    use_invitation(
        account=account if account and has_none else _nobody(login),
        typed=typed,
        from_address=from_address,
        about=None if account and _was_never_here(account) else _FORGOTTEN,
    )
    assert account is not None  # noqa: S101  nobody has no code
    passwords.keep(account=account, password=password, by=queries.actor_for(account))
    return account


def _was_never_here(account: Account) -> bool:
    return account.last_login is None and not Link.objects.filter(account=account).exists()


def _nobody(login: str) -> Account:
    """An account that is in no table, the same for the same login, so that guessing at it is slowed too."""
    return Account(pk=uuid.uuid5(uuid.NAMESPACE_URL, f"madoguchi:nobody:{login[:150]}"), kind=Kind.STAFF)


# ------------------------------------------------------------------ for whoever looks after it


def may_look_after(by: Actor, account: Account) -> bool:
    """The operator, for everybody; a head, for the people of the divisions they head."""
    if by.has_role("operator"):
        return True
    heads = by.own_divisions_as("head")
    return any(post.post.division_id in heads for post in queries.posts_of(account))


def _theirs(by: Actor, account_id: uuid.UUID | str) -> Account:
    found = queries.account(account_id, kind=Kind.STAFF) if is_id(account_id) else None
    if found is None or not may_look_after(by, found):
        raise NotFound
    return found


@writes
def stop_card(*, account: Account, by: Actor) -> int:
    """A lost card opens nothing from this moment, and what is open now ends. Returns how many there were."""
    lost = list(factors.of(account).filter(kind=FactorKind.CARD))
    stopped = sum(factors.stop(factor=one, by=by, why="lost") for one in lost)
    if stopped:
        sign_ins.end_all(account=account, by=by, why="card_stopped")
    return stopped


def stop_card_of(*, account_id: uuid.UUID | str, by: Actor) -> int:
    """The same for whoever looks after them. Raises NotFound."""
    return stop_card(account=_theirs(by, account_id), by=by)


def end_sign_ins_of(*, account_id: uuid.UUID | str, by: Actor) -> int:
    """Sign somebody out everywhere. Raises NotFound."""
    return sign_ins.end_all(account=_theirs(by, account_id), by=by, why="by_another")


def reset_of(*, account_id: uuid.UUID | str, by: Actor) -> str:
    """A person's factors stop and they get a new code: by the operator only. Raises NotFound, NotAllowed."""
    account = _theirs(by, account_id)
    if not by.has_role("operator") or by.account == account.pk:
        raise NotAllowed
    return reset(account=account, by=by)


def people(by: Actor) -> list[Account]:
    """The staff somebody looks after, with their factors and open sign-ins at hand; four queries for any number."""
    if by.has_role("operator"):
        mine = Account.objects.filter(kind=Kind.STAFF, is_active=True)
    else:
        beside = [one for division in by.own_divisions_as("head") for one in queries.people_of(division)]
        mine = Account.objects.filter(pk__in={one.pk for one in beside})
    open_now = SignedIn.objects.filter(sign_ins.lasting(Kind.STAFF))
    return list(
        mine.order_by("login").prefetch_related(
            Prefetch("factors", Factor.objects.second(), to_attr="own_factors"),
            Prefetch("signed_in", open_now, to_attr="open_sign_ins"),
        )
    )

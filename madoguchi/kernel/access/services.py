"""Letting programs in, and shutting them out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import IntegrityError
from django.db.models import Q

from .. import audit, clock
from ..db import alone, writes
from ..errors import NotFound
from ..identity import queries as identity
from ..identity import services as people
from ..identity.models import Account, Kind
from ..refs import Actor, Ref, is_id, new_id
from . import scopes, secrets
from .errors import BadRedirect, KeyDivisionUnknown, UnknownScope
from .models import Allowance, Client, Grant, KeptAnswer, Key, Token
from .queries import Caller
from .terminals import (
    call_staff,
    note_terminal_seen,
    open_terminal,
    stop_terminal,
    went_to_terminal,
)

CODE_LASTS = dt.timedelta(minutes=2)
ACCESS_LASTS = dt.timedelta(hours=1)
REFRESH_LASTS = dt.timedelta(days=90)
# "When was it last used" is worth one write a minute, not one a request.
USE_NOTED_EVERY = dt.timedelta(minutes=1)
LOOPBACK = {"127.0.0.1", "[::1]", "::1", "localhost"}


# ------------------------------------------------------------------ clients


@writes
def add_client(
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes_: Sequence[str],
    by: Actor,
    publisher: str = "",
    is_public: bool = False,
) -> tuple[Client, str]:
    """Register an app; returns it with its secret, which nobody can read again ("" for a public one).

    Raises UnknownScope, BadRedirect.
    """
    _known(scopes_, scopes.KEYS)
    for address in redirect_uris:
        _returnable(address)
    secret = "" if is_public else secrets.made(secrets.CLIENT)
    client = Client.objects.create(
        pk=f"app-{new_id().hex[-16:]}",
        name=name[:100],
        publisher=publisher[:200],
        redirect_uris=list(redirect_uris),
        scopes=list(scopes_),
        secret_hash=secrets.digest(secret) if secret else "",
        created_at=clock.now(),
    )
    audit.record("access.client_added", _ref(client), by=by, facts={"scopes": client.scopes})
    return client, secret


@writes
def end_client(*, client: Client, by: Actor) -> None:
    """No resident can connect it any more, and what was connected is cut off."""
    now = clock.now()
    if Client.objects.filter(pk=client.pk, ended_at=None).update(ended_at=now):
        Grant.objects.filter(client=client, ended_at=None).update(ended_at=now)
        audit.record("access.client_ended", _ref(client), by=by)


def _known(asked: Iterable[str], known: Sequence[str]) -> None:
    for scope in asked:
        if scope not in known:
            raise UnknownScope(scope=scope, known=", ".join(known))


def _returnable(address: str) -> None:
    """https; http only to the person's own machine; or an app's own scheme (`jp.example.app:/…`, RFC 8252)."""
    parts = urlsplit(address)
    is_loopback = parts.scheme == "http" and parts.hostname in LOOPBACK
    is_web = parts.scheme == "https" and bool(parts.hostname)
    is_own_scheme = "." in parts.scheme and not parts.netloc
    if parts.fragment or not (is_web or is_loopback or is_own_scheme):
        raise BadRedirect(address=address[:200])


# ------------------------------------------------------------------ what residents let them do


@writes
def connect(*, client: Client, asked: Sequence[str], by: Actor) -> Grant:
    """The resident lets the client do what is asked, beside what they let it do before."""
    account = identity.account(by.account, kind=Kind.RESIDENT)
    if account is None:
        raise NotFound
    _known(asked, client.scopes)
    now = clock.now()
    standing = Grant.objects.filter(account=account, client=client, ended_at=None)
    grant = standing.first()
    if grant is None:
        try:
            with writes():
                grant = Grant.objects.create(
                    account=account, client=client, scopes=list(asked), granted_at=now
                )
        except IntegrityError:  # two windows at once: the other one's is ours too
            grant = standing.get()
    both = [scope.key for scope in scopes.chosen({*grant.scopes, *asked})]
    standing.update(scopes=both)
    grant.scopes = both
    facts = {"client": client.pk, "scopes": list(asked)}
    audit.record("access.connected", Ref.to(grant), by=by, facts=facts, subject=by.party)
    return grant


@writes
def disconnect(*, grant_id: str, by: Actor) -> None:
    """つなぐのをやめる: from this moment the app can do nothing for this resident. Raises NotFound."""
    mine = Grant.objects.filter(pk=grant_id, account=by.account) if is_id(grant_id) else Grant.objects.none()
    grant = mine.first()
    if grant is None:
        raise NotFound
    _end(grant, by=by, why="resident")


@writes
def disconnect_all(*, account: Account, by: Actor, why: str) -> None:
    """No app can do anything for this resident any more."""
    for grant in Grant.objects.filter(account=account, ended_at=None):
        _end(grant, by=by, why=why)


def _end(grant: Grant, *, by: Actor, why: str) -> None:
    if Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=clock.now()):
        Token.objects.filter(grant=grant, used_at=None).update(used_at=clock.now())
        facts = {"client": grant.client_id, "why": why}
        audit.record("access.disconnected", Ref.to(grant), by=by, facts=facts, subject=by.party)


@writes
def issue_code(*, grant: Grant, asked: Sequence[str], redirect_uri: str, challenge: str, by: Actor) -> str:
    """The code the browser carries back to the app: for one use, within two minutes."""
    code = secrets.made(secrets.CODE)
    _keep(grant, Token.Kind.CODE, code, asked, CODE_LASTS, redirect_uri=redirect_uri, challenge=challenge)
    return code


@dataclass(frozen=True, slots=True)
class Pair:
    """What an app gets for a code or a refresh token."""

    access: str
    refresh: str
    lasts: int


@writes
def issue_pair(*, grant: Grant, asked: Sequence[str], by: Actor) -> Pair:
    """A short-lived access token, and the refresh token that gets the next pair."""
    pair = Pair(
        secrets.made(secrets.ACCESS), secrets.made(secrets.REFRESH), int(ACCESS_LASTS.total_seconds())
    )
    _keep(grant, Token.Kind.ACCESS, pair.access, asked, ACCESS_LASTS)
    _keep(grant, Token.Kind.REFRESH, pair.refresh, asked, REFRESH_LASTS)
    return pair


def _keep(
    grant: Grant, kind: str, secret: str, asked: Sequence[str], lasts: dt.timedelta, **more: str
) -> None:
    now = clock.now()
    Token.objects.create(
        grant=grant,
        kind=kind,
        digest=secrets.digest(secret),
        scopes=list(asked),
        created_at=now,
        expires_at=now + lasts,
        **more,
    )


@writes
def use_once(*, presented: str, kind: str, client: Client, by: Actor) -> Token | None:
    """Take a code or refresh token: it works once. None when it does not open anything.

    One conditional UPDATE decides who was first. A second use means that somebody has a copy: the app is then
    disconnected whole (RFC 9700), for nobody can tell which of the two was the thief.
    """
    mine = Token.objects.filter(digest=secrets.digest(presented), kind=kind, grant__client=client)
    now = clock.now()
    fresh = mine.filter(used_at=None, expires_at__gt=now, grant__ended_at=None)
    if not fresh.update(used_at=now):
        stolen = mine.exclude(used_at=None).filter(grant__ended_at=None).select_related("grant").first()
        if stolen is not None:
            _end(stolen.grant, by=by, why=f"{kind} used twice")
        return None
    return mine.select_related("grant__client", "grant__account").get()


@writes
def revoke_token(*, presented: str, client: Client, by: Actor) -> None:
    """The app gives a token back: with a refresh token the connection ends, an access token goes alone."""
    mine = Token.objects.filter(digest=secrets.digest(presented), grant__client=client)
    token = mine.select_related("grant").first()
    if token is None:
        return
    if token.kind == Token.Kind.REFRESH:
        _end(token.grant, by=by, why="app")
    else:
        mine.filter(used_at=None).update(used_at=clock.now())


# ------------------------------------------------------------------ keys of machines


@writes
def add_key(
    *,
    title: str,
    division: str,
    scopes_: Sequence[str],
    days: int,
    by: Actor,
    procedures: Sequence[str] = (),
    per_minute: int = 120,
) -> tuple[Key, str]:
    """A key for a machine; returns it with the secret, which nobody can read again.

    Raises UnknownScope, KeyDivisionUnknown.
    """
    _known(scopes_, scopes.FOR_MACHINES)
    if identity.division(division) is None:
        raise KeyDivisionUnknown(division=division[:100])
    secret, now = secrets.made(secrets.KEY), clock.now()
    prefix = secret[len(secrets.KEY) :][:8]
    account = people.open_account(
        kind=Kind.MACHINE, login=f"key:{prefix}", password=None, name=title[:100], by=by
    )
    key = Key.objects.create(
        account=account,
        prefix=prefix,
        digest=secrets.digest(secret),
        division_id=division,
        scopes=list(scopes_),
        procedures=list(procedures),
        per_minute=per_minute,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    facts = {"prefix": prefix, "division": division, "scopes": key.scopes, "days": days}
    audit.record("access.key_added", Ref.to(key), by=by, facts=facts)
    return key, secret


@writes
def revoke_key(*, prefix: str, by: Actor) -> Key:
    """From this moment the key opens nothing. Raises NotFound."""
    key = Key.objects.filter(prefix=prefix).select_related("account").first()
    if key is None:
        raise NotFound
    if Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record("access.key_revoked", Ref.to(key), by=by, facts={"prefix": prefix})
    key.refresh_from_db()
    return key


def note_use(*, caller: Caller) -> None:
    """Write down that a key or an app was used just now, once a minute at most."""
    row = caller.key or caller.grant
    now = clock.now()
    if row is None or (row.last_used_at and now - row.last_used_at < USE_NOTED_EVERY):
        return
    old = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    with alone():
        type(row).objects.filter(old, pk=row.pk).update(last_used_at=now)


@writes
def forget_old(*, by: Actor) -> None:
    """Answers kept for repetition, tokens and counts whose time is over."""
    now = clock.now()
    KeptAnswer.objects.filter(expires_at__lt=now).delete()
    Token.objects.filter(expires_at__lt=now).delete()
    Allowance.objects.filter(minute__lt=int(now.timestamp()) // 60 - 60).delete()


def _ref(client: Client) -> Ref:
    return Ref("access", "client", client.pk)


__all__ = [
    "Pair",
    "add_client",
    "add_key",
    "call_staff",
    "connect",
    "disconnect",
    "disconnect_all",
    "end_client",
    "forget_old",
    "issue_code",
    "issue_pair",
    "note_terminal_seen",
    "note_use",
    "open_terminal",
    "revoke_key",
    "revoke_token",
    "stop_terminal",
    "use_once",
    "went_to_terminal",
]

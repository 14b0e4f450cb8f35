"""Who calls, and what is connected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import CharField, DateTimeField, QuerySet

from .. import clock
from ..db import Given, Prepared
from ..identity import queries as identity
from ..identity.models import Account, Kind
from ..refs import Actor, ActorKind
from . import secrets
from .models import Client, Grant, Key, Terminal, Token

# The role of a screen in its division, and what the audit says a deed came through.
TERMINAL = "terminal"
# Who opens and stops them, and goes there when somebody calls.
TERMINAL_KEEPERS = ("clerk", "head")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who stands behind a token or key, and what it lets them do."""

    actor: Actor
    account: Account
    scopes: frozenset[str]
    name: str  # "app:…" or "key:…": what logs and the audit call it
    per_minute: int
    grant: Grant | None = None
    key: Key | None = None

    @property
    def is_machine(self) -> bool:
        return self.actor.kind == ActorKind.MACHINE


def caller(presented: str) -> Caller | None:
    """Whose token or key this is; None when it opens nothing (any more)."""
    if presented.startswith(secrets.KEY):
        return _machine(presented)
    if presented.startswith(secrets.ACCESS):
        return _app(presented)
    return None


def _machine(presented: str) -> Caller | None:
    key = (
        Key.objects.filter(digest=secrets.digest(presented), revoked_at=None, expires_at__gt=clock.now())
        .select_related("account")
        .first()
    )
    if key is None or not key.account.is_active:
        return None
    name = f"key:{key.prefix}"
    actor = replace(identity.actor_for(key.account), name=name, via=name)
    return Caller(actor, key.account, frozenset(key.scopes), name, key.per_minute, key=key)


_BY_DIGEST: Prepared[Any] = Prepared(
    lambda: (
        Token.objects.filter(
            digest=Given("digest", CharField()),
            kind=Token.Kind.ACCESS,
            used_at=None,
            expires_at__gt=Given("now", DateTimeField()),
            grant__ended_at=None,
            grant__client__ended_at=None,
            grant__account__kind=Kind.RESIDENT,
            grant__account__is_active=True,
        )
        .select_related("grant__account")
        .annotate(party=identity.acts_for("grant__account"))
    )
)


def _app(presented: str) -> Caller | None:
    token = _BY_DIGEST.first(digest=secrets.digest(presented), now=clock.now())
    if token is None:
        return None
    grant, account = token.grant, token.grant.account
    if account.is_demo and not settings.DEMO:
        return None
    name = f"app:{grant.client_id}"
    actor = Actor(ActorKind.RESIDENT, account=account.pk, party=token.party, name=account.name, via=name)
    scopes = frozenset(token.scopes) & frozenset(grant.scopes)
    return Caller(actor, account, scopes, name, settings.API_PER_MINUTE, grant=grant)


def client(client_id: str) -> Client | None:
    """The client of that id, unless it has ended."""
    return Client.objects.filter(pk=client_id, ended_at=None).first()


def clients() -> QuerySet[Client]:
    """All apps that may be connected."""
    return Client.objects.filter(ended_at=None).order_by("name", "pk")


def connections_of(actor: Actor) -> list[Grant]:
    """The apps a resident has connected, the latest first."""
    if actor.account is None:
        return []
    mine = Grant.objects.filter(account=actor.account, ended_at=None, client__ended_at=None)
    return list(mine.select_related("client").order_by("-granted_at"))


def standing_grant(actor: Actor, client_id: str) -> Grant | None:
    """What the resident already lets this client do."""
    return Grant.objects.filter(account=actor.account, client=client_id, ended_at=None).first()


def machine_keys(*divisions: str) -> QuerySet[Key]:
    """All keys of machines, those that still open something first; of some divisions only where they are named."""
    found = Key.objects.select_related("account", "division")
    if divisions:
        found = found.filter(division__in=divisions)
    return found.order_by("revoked_at", "-expires_at")


def terminal_behind(presented: str) -> Terminal | None:
    """The terminal that holds this secret; None when it opens nothing (any more)."""
    if not presented.startswith(secrets.TERMINAL):
        return None
    found = Terminal.objects.filter(
        digest=secrets.digest(presented), stopped_at=None, account__is_active=True
    )
    return found.select_related("account", "division").first()


def terminal_actor(terminal: Terminal) -> Actor:
    """Who acts when a visitor writes there: the screen. It sits in its division and holds no role of staff."""
    return Actor(
        ActorKind.MACHINE,
        account=terminal.account_id,
        name=terminal.account.name,
        chairs=frozenset({(identity.successor(terminal.division_id), TERMINAL)}),
        via=TERMINAL,
    )


def terminals(actor: Actor) -> list[Terminal]:
    """The terminals of the divisions somebody works in as clerk or head, those in use first."""
    found = Terminal.objects.filter(division__in=actor.divisions_as(*TERMINAL_KEEPERS))
    rows = list(found.select_related("account", "division").order_by("place", "opened_at"))
    return sorted(rows, key=lambda row: row.stopped_at is not None)


def calls(actor: Actor) -> list[Terminal]:
    """Where somebody waits for a member of staff of these divisions, the longest first."""
    waiting = Terminal.objects.filter(called_at__isnull=False, stopped_at=None)
    mine = waiting.filter(division__in=actor.divisions_as(*TERMINAL_KEEPERS))
    return list(mine.select_related("account", "division").order_by("called_at"))


def client_names(ids: Collection[str]) -> dict[str, str]:
    """What apps are called, those that have ended too."""
    return dict(Client.objects.filter(pk__in=ids).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Program:
    """A program of others that may come in today, as anybody may know of it."""

    name: str
    publisher: str
    division: str  # "" for an app, which acts for the resident who connected it


def programs() -> list[Program]:
    """外部との連携: the apps residents may connect, and the machines that hold a key."""
    apps = [Program(client.name, client.publisher, "") for client in clients()]
    keys = Key.objects.filter(revoked_at=None, expires_at__gt=clock.now()).select_related(
        "account", "division"
    )
    return apps + [Program(key.account.name, "", key.division.name) for key in keys.order_by("account__name")]

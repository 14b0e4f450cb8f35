"""People who exist only while somebody practises: they sign in nowhere, sit in no chair and receive no mail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from .. import clock, vault
from ..db import writes
from ..practice import take_away
from ..refs import Actor, ActorKind, new_id
from . import services
from .models import Account, AccountParty, Kind, Party

ROLES = ("clerk", "head", "checker")
# What whoever plays the resident is called; nobody's name.
PROFILE = {
    "name": {"family": "練習", "given": "はなこ", "family_kana": "レンシュウ", "given_kana": "ハナコ"},
}


@writes
def make_people(*, by: Actor) -> dict[str, str]:
    """A resident and three members of staff to play, as {role: account id}. None of them can sign in."""
    made = {"resident": _account(Kind.RESIDENT, "")}
    made |= {
        role: _account(Kind.STAFF, name) for role, name in zip(ROLES, ("係員", "上司", "確認者"), strict=True)
    }
    services.keep_party(profile=dict(PROFILE), account=made["resident"], by=by)
    return {role: str(account.pk) for role, account in made.items()}


@writes
def make_learner(*, by: Actor) -> uuid.UUID:
    """The account of a resident to play, for a lesson. Nobody can sign in with it."""
    learner = _account(Kind.RESIDENT, "")
    services.keep_party(profile=dict(PROFILE), account=learner, by=by)
    return learner.pk


def _account(kind: str, name: str) -> Account:
    account = Account(
        kind=kind,
        login=f"practice-{new_id()}",
        name=f"練習の{name}" if name else "",
        is_active=False,
        created_at=clock.now(),
    )
    account.set_unusable_password()
    account.save()
    return account


def account_playing(account_id: str) -> Account | None:
    """The account of somebody who is only played. Never one that anybody can sign in with."""
    return Account.objects.filter(pk=account_id, is_active=False, login__startswith="practice-").first()


def actor_playing(account: Account, *, division: str, role: str) -> Actor:
    """What the played person may do: the roles of one chair in one division, over practised rows alone."""
    if account.kind == Kind.RESIDENT:
        link = AccountParty.objects.filter(account=account, until=None).first()
        return Actor(ActorKind.RESIDENT, account=account.pk, party=link.party_id if link else None)
    roles = ("clerk", "head") if role == "head" else ("clerk",)
    chairs = frozenset((division, held) for held in roles)
    return Actor(ActorKind.STAFF, account=account.pk, name=account.name, chairs=chairs)


@writes
def hold_people(*, accounts: Iterable[str]) -> None:
    """Keep their rows until this transaction ends: what is written for them meanwhile waits, and finds nobody."""
    ids = [uuid.UUID(one) for one in accounts]
    list(Party.objects.select_for_update().filter(accounts__account__in=ids).order_by("pk").values_list("pk"))


@writes
def remove_people(*, accounts: Iterable[str], by: Actor) -> None:
    """Take them away again, when nothing points at them any more."""
    ids = [uuid.UUID(one) for one in accounts]
    gone = Account.objects.filter(pk__in=ids, is_active=False, login__startswith="practice-")
    parties = list(Party.objects.filter(accounts__account__in=gone).select_related("key"))
    played = list(gone.values_list("pk", flat=True))
    take_away(Party, [party.pk for party in parties])
    take_away(Account, played)
    for party in parties:
        vault.destroy_key(party.key, by=by)

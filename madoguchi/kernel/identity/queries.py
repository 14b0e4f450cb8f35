"""Who somebody is, and what they may be asked to do."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from .. import clock, vault
from ..refs import Actor, ActorKind, anonymous
from .models import Account, AccountParty, Appointment, Division, Kind, Party


def account(account_id: str | uuid.UUID | None, *, kind: str) -> Account | None:
    """The account of that realm, if it is active and opens doors here; or None."""
    if not account_id:
        return None
    return Account.objects.usable().filter(pk=account_id, kind=kind).first()


def actor_for(account: Account | None) -> Actor:
    """What an engine needs to know of who is asking, as of today."""
    if account is None:
        return anonymous()
    if account.kind == Kind.STAFF:
        return _staff(account)
    link = AccountParty.objects.filter(account=account, until=None).order_by("since").first()
    return Actor(
        ActorKind(account.kind), account=account.pk, party=link.party_id if link else None, name=account.name
    )


def _staff(account: Account) -> Actor:
    chairs = _sitting().filter(account=account).select_related("post")
    return Actor(
        ActorKind.STAFF,
        account=account.pk,
        name=account.name,
        chairs=frozenset((chair.post.division_id, role) for chair in chairs for role in chair.post.roles),
    )


def _sitting() -> QuerySet[Appointment]:
    today = clock.today()
    return Appointment.objects.filter(valid_from__lte=today).filter(
        Q(valid_until=None) | Q(valid_until__gte=today)
    )


def posts_of(account: Account | None) -> list[Appointment]:
    """The chairs somebody sits in today; a stranger sits in none."""
    if not account:
        return []
    return list(_sitting().filter(account=account).select_related("post__division"))


def people_of(division: str) -> list[Account]:
    """The staff of a division today, by name."""
    chairs = _sitting().filter(post__division=division).values("account")
    return list(Account.objects.filter(pk__in=chairs, is_active=True).order_by("login"))


def divisions_with(*roles: str) -> frozenset[str]:
    """The keys of the divisions in which somebody holds one of `roles` today. One query, however many divisions."""
    chairs = _sitting().filter(account__is_active=True).values_list("post__division", "post__roles")
    return frozenset(division for division, held in chairs if not set(held).isdisjoint(roles))


def party(party_id: uuid.UUID | str | None) -> Party | None:
    """The party, or None."""
    return Party.objects.select_related("key").filter(pk=party_id).first() if party_id else None


def has_account(party: Party) -> bool:
    """Whether somebody can sign in for the party today, so that an inbox is read at all."""
    return AccountParty.objects.filter(party=party, until=None, account__is_active=True).exists()


def profile(party: Party) -> dict[str, Any]:
    """What is known of a party: name {family, given, family_kana, given_kana}, birth, address, phone, email.

    Staff faces record the look before they call this.
    """
    if not party.sealed_profile:
        return {}
    return vault.unseal(party.key, bytes(party.sealed_profile), context=f"identity.party:{party.pk}")


def division(key: str) -> Division | None:
    """The division of that key, or None."""
    return Division.objects.filter(pk=key).first()


def divisions() -> QuerySet[Division]:
    """The divisions that exist today, in the order of the chart."""
    return Division.objects.filter(Q(valid_until=None) | Q(valid_until__gte=clock.today()))

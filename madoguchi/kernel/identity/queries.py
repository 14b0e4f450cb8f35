"""Who somebody is, and what they may be asked to do."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery, UUIDField

from .. import clock, vault
from ..db import Given, Prepared
from ..refs import Actor, ActorKind, Lent, anonymous, is_id
from .lineage import Lineage, lineage
from .models import (
    SEES_PROTECTED,
    Account,
    AccountParty,
    Appointment,
    Division,
    Kind,
    Party,
    Post,
    StandIn,
)


def account(account_id: str | uuid.UUID | None, *, kind: str) -> Account | None:
    """The account of that realm, if it is active and opens doors here; or None."""
    if not (account_id and is_id(account_id)):
        return None
    return Account.objects.usable().filter(pk=account_id, kind=kind).first()


_LINK = Prepared(
    lambda: AccountParty.objects.filter(account_id=Given("account", UUIDField()), until=None).order_by(
        "since"
    )
)


def acts_for(account: str) -> Subquery:
    """The party that the account under the path `account` acts for, to annotate a query with."""
    links = AccountParty.objects.filter(account=OuterRef(account), until=None).order_by("since")
    return Subquery(links.values("party_id")[:1], output_field=UUIDField())


def actor_for(account: Account | None) -> Actor:
    """What an engine needs to know of who is asking, as of today."""
    if account is None:
        return anonymous()
    if account.kind == Kind.STAFF:
        return _staff(account)
    link = _LINK.first(account=account.pk)
    return Actor(
        ActorKind(account.kind), account=account.pk, party=link.party_id if link else None, name=account.name
    )


def _staff(account: Account) -> Actor:
    """Two queries, however many chairs: those they sit in or stand in for, and the chart of the past."""
    rows = list(
        _sitting()
        .annotate(standing=_standing(account))
        .filter(Q(account=account) | Q(standing__isnull=False))
        .values_list("account_id", "account__name", "post__division", "post__roles", "standing__divisions")
        .order_by("valid_from", "pk")
    )
    chart = lineage()
    own: set[tuple[str, str]] = set()
    lent: dict[tuple[str, str], Lent] = {}
    standing: dict[uuid.UUID, str] = {}
    seats = {chart.now(division) for holder, _name, division, *_rest in rows if holder == account.pk}
    for holder, name, division, roles, divisions in rows:
        now = chart.now(division)
        if holder != account.pk:
            # Only where the two work side by side, today as well, and where who said so may say so.
            if now not in seats & {chart.now(key) for key in divisions}:
                continue
            standing[holder] = name
        for place in (now, *chart.former(now)):
            for role in roles:
                if holder == account.pk:
                    own.add((place, role))
                elif role != SEES_PROTECTED:  # a right given by name is not lent
                    lent.setdefault((place, role), Lent(holder, name, place, role))
    chairs = frozenset(own | lent.keys())
    return Actor(
        ActorKind.STAFF,
        account=account.pk,
        name=account.name,
        chairs=chairs,
        lent=tuple(one for pair, one in lent.items() if pair not in own),
        standing=tuple(standing.items()),
        former=frozenset(division for division, _role in chairs if division in chart.heirs),
    )


def _standing(account: Account) -> FilteredRelation:
    """Beside a chair: that its holder is away today and `account` stands in. Both days are included."""
    today = clock.today()
    here = {"stands_in": account, "since__lte": today, "until__gte": today, "ended_at": None}
    return FilteredRelation(
        "account__stood_in_by",
        condition=Q(**{f"account__stood_in_by__{name}": value for name, value in here.items()}),
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


def people_of(division: str, *roles: str) -> list[Account]:
    """The staff of a division today, by login; with roles named, those who hold one of them there themselves."""
    chart = lineage()
    now = chart.now(division)
    chairs = _sitting().filter(post__division__in={now, *chart.former(now)}, account__is_active=True)
    held = chairs.values_list("account", "post__roles")
    wanted = {account for account, has in held if not roles or not set(has).isdisjoint(roles)}
    return list(Account.objects.filter(pk__in=wanted).order_by("login"))


def divisions_with(*roles: str) -> frozenset[str]:
    """The keys of the divisions in which somebody holds one of `roles` today, however many divisions there are."""
    chart = lineage()
    chairs = _sitting().filter(account__is_active=True).values_list("post__division", "post__roles")
    return frozenset(chart.now(division) for division, held in chairs if not set(held).isdisjoint(roles))


def successor(key: str) -> str:
    """The division that does the work of `key` today."""
    return lineage().now(key)


def people_beside(actor: Actor) -> list[Account]:
    """The other staff of the divisions somebody sits in or stands in today, each once."""
    chart, seats = lineage(), actor.divisions
    places = {*seats, *(old for key in seats for old in chart.former(key))}
    chairs = _sitting().filter(post__division__in=places).values("account")
    beside = Account.objects.filter(pk__in=chairs, is_active=True).order_by("login")
    return [one for one in beside if one.pk != actor.account]


def stand_ins(actor: Actor) -> list[StandIn]:
    """Who stands in for whom, today and later: one's own, and those of the divisions one heads."""
    chart = lineage()
    coming = StandIn.objects.filter(until__gte=clock.today(), ended_at=None)
    rows = coming.select_related("absent", "stands_in").order_by("since", "pk")
    return [row for row in rows if may_end(actor, row, chart)]


def may_end(actor: Actor, row: StandIn, chart: Lineage) -> bool:
    """Whether it is theirs to see and to take back: of the two, and of who decides there from a chair of their own."""
    heads = actor.own_divisions_as("head")
    return actor.account in {row.absent_id, row.stands_in_id} or any(
        chart.now(key) in heads for key in row.divisions
    )


_PARTY = Prepared(lambda: Party.objects.select_related("key").filter(pk=Given("pk", UUIDField())))


def party(party_id: uuid.UUID | str | None) -> Party | None:
    """The party, or None."""
    return _PARTY.first(pk=party_id) if party_id else None


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
    today = clock.today()
    return Division.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_until=None) | Q(valid_until__gte=today)
    )


def posts() -> QuerySet[Post]:
    """Every chair, division by division."""
    return Post.objects.select_related("division").order_by("division__name", "key")


@dataclass(frozen=True, slots=True)
class Seat:
    """A chair somebody sat in: what it is called, from a day until a day."""

    title: str
    division: str
    since: dt.date
    until: dt.date | None


def seats_of(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Seat]]:
    """The chairs these members of staff sit or sat in, for naming them by post instead of by name."""
    found: dict[uuid.UUID, list[Seat]] = {}
    rows = Appointment.objects.filter(account__in=accounts).order_by("-valid_from", "pk")
    for account_id, title, division, since, until in rows.values_list(
        "account", "post__title", "post__division", "valid_from", "valid_until"
    ):
        found.setdefault(account_id, []).append(Seat(title, division, since, until))
    return found


def machine_names(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What machines are called: the title their key or terminal was opened under."""
    machines = Account.objects.filter(pk__in=accounts, kind=Kind.MACHINE)
    return dict(machines.values_list("pk", "name"))

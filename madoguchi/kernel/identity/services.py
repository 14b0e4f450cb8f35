"""Opening accounts, keeping parties, divisions and posts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from .. import audit, clock, vault
from ..db import writes
from ..refs import Actor, Ref, new_id
from .models import Account, AccountParty, Appointment, Division, Kind, Party, PartyKind, Post


@writes
def open_account(*, kind: str, login: str, password: str | None, name: str = "", by: Actor) -> Account:
    """A new way to sign in. Without a password nobody can sign in by password."""
    account = Account(kind=kind, login=login, name=name, created_at=clock.now())
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save()
    audit.record("account.opened", Ref.to(account), by=by, facts={"kind": kind})
    return account


@writes
def keep_party(
    *,
    profile: dict[str, Any],
    by: Actor,
    kind: str = PartyKind.PERSON,
    party: Party | None = None,
    is_protected: bool = False,
    language: str = "ja",
    account: Account | None = None,
    party_id: uuid.UUID | None = None,
) -> Party:
    """Make a party, or seal what is now known of one. `account` may act for it from now on."""
    if party is None:
        party_id = party_id or new_id()
        key = vault.new_key(Ref("identity", "party", str(party_id)))
        party = Party(pk=party_id, kind=kind, key=key, created_at=clock.now())
    party.sealed_profile = vault.seal(party.key, profile, context=f"identity.party:{party.pk}")
    party.is_protected = is_protected
    party.language = language
    party.save()
    if account is not None:
        AccountParty.objects.get_or_create(
            account=account, party=party, until=None, defaults={"since": clock.now()}
        )
    audit.record("party.kept", Ref.to(party), by=by)
    return party


@writes
def keep_division(
    *,
    key: str,
    name: str,
    department: str = "",
    order: int = 0,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Division:
    """The division as the pack says it is."""
    division, _made = Division.objects.update_or_create(
        key=key,
        defaults={
            "name": name,
            "department": department,
            "order": order,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    return division


@writes
def keep_post(*, key: str, division: str, title: str, roles: list[str], team: str = "") -> Post:
    """A chair and its roles."""
    post, _made = Post.objects.update_or_create(
        key=key, defaults={"division_id": division, "title": title, "team": team, "roles": roles}
    )
    return post


@writes
def appoint(*, account: Account, post: Post, since: dt.date, by: Actor) -> Appointment:
    """Seat a member of staff in a chair; roles come with it."""
    if account.kind != Kind.STAFF:
        raise ValueError("only staff hold posts")
    appointment, made = Appointment.objects.get_or_create(
        account=account, post=post, valid_until=None, defaults={"valid_from": since}
    )
    if made:
        audit.record("post.filled", Ref.to(post), by=by, facts={"account": str(account.pk)})
    return appointment

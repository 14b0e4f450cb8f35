"""Opening accounts, signing in, keeping parties, divisions and posts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from .. import audit, clock, vault
from ..db import writes
from ..errors import NotAllowed, SomebodyWasFaster
from ..refs import Actor, ActorKind, Ref, new_id
from .errors import SayWhy
from .mandates.services import suspend_all
from .models import (
    SEES_PROTECTED,
    Account,
    AccountParty,
    Appointment,
    Division,
    Kind,
    Party,
    PartyKind,
    Post,
)
from .standing import end_stand_in, stand_in
from .ways_in.sign_ins import enter_demo, let_in, sign_out

__all__ = [
    "SEES_PROTECTED",
    "appoint",
    "end_appointment",
    "end_stand_in",
    "enter_demo",
    "keep_division",
    "keep_language",
    "keep_party",
    "keep_post",
    "let_in",
    "open_account",
    "protect",
    "sign_out",
    "stand_in",
    "unprotect",
]


@writes
def open_account(
    *,
    kind: str,
    login: str,
    password: str | None,
    name: str = "",
    is_demo: bool = False,
    account_id: uuid.UUID | None = None,
    by: Actor,
) -> Account:
    """A new way to sign in. Without a password nobody can sign in by password.

    `is_demo`: somebody fictional whose password may be public; the account opens nothing outside a demo.
    """
    account = Account(
        pk=account_id or new_id(),
        kind=kind,
        login=login,
        name=name,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save(force_insert=True)
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
    language: str | None = None,
    account: Account | None = None,
    party_id: uuid.UUID | None = None,
) -> Party:
    """Make a party, or seal what is now known of one. `account` may act for it from now on.

    Raises SomebodyWasFaster when `party` was read before somebody else sealed something. 秘匿 can be put on
    here, never taken off, whatever an old copy of the row says: see `unprotect`.
    """
    party = _reseal(party, profile) if party else _new_party(party_id or new_id(), kind, profile)
    if language and language != party.language:
        Party.objects.filter(pk=party.pk).update(language=language)
        party.language = language
    if account is not None:
        AccountParty.objects.get_or_create(
            account=account, party=party, until=None, defaults={"since": clock.now()}
        )
    audit.record("party.kept", Ref.to(party), by=by, subject=party.pk)
    return _protect(party, by, "") if is_protected else party


@writes
def keep_language(*, party: uuid.UUID, language: str, by: Actor) -> None:
    """The language somebody chose to read in. Nothing is written when it is the one they have."""
    if Party.objects.filter(pk=party).exclude(language=language).update(language=language):
        audit.record("party.language_kept", Ref("identity", "party", str(party)), by=by, subject=party)


def _new_party(party_id: uuid.UUID, kind: str, profile: dict[str, Any]) -> Party:
    key = vault.new_key(Ref("identity", "party", str(party_id)))
    party = Party(pk=party_id, kind=kind, key=key, created_at=clock.now())
    party.sealed_profile = _sealed(party, profile)
    party.save(force_insert=True)
    return party


def _reseal(party: Party, profile: dict[str, Any]) -> Party:
    """The profile replaces the one that was read: the row count says whether it is still that one."""
    sealed = _sealed(party, profile)
    as_read = Party.objects.filter(pk=party.pk, version=party.version)
    if not as_read.update(sealed_profile=sealed, version=F("version") + 1):
        raise SomebodyWasFaster
    party.sealed_profile, party.version = sealed, party.version + 1
    return party


def _sealed(party: Party, profile: dict[str, Any]) -> bytes:
    return vault.seal(party.key, profile, context=f"identity.party:{party.pk}")


@writes
def protect(*, party: Party, by: Actor, reason: str) -> Party:
    """Put a party under 秘匿: address and household are hidden from everyone without the named right."""
    return _protect(party, by, _why(reason))


@writes
def unprotect(*, party: Party, by: Actor, reason: str) -> Party:
    """Take 秘匿 off a party. Only who may see the protected may do this."""
    reason = _why(reason)
    if by.kind != ActorKind.SYSTEM and not (by.is_staff and by.has_role(SEES_PROTECTED)):
        raise NotAllowed
    if Party.objects.filter(pk=party.pk, is_protected=True).update(is_protected=False):
        audit.record("party.unprotected", Ref.to(party), by=by, facts={"reason": reason}, subject=party.pk)
    party.is_protected = False
    return party


def _protect(party: Party, by: Actor, reason: str) -> Party:
    if Party.objects.filter(pk=party.pk, is_protected=False).update(is_protected=True):
        audit.record("party.protected", Ref.to(party), by=by, facts={"reason": reason}, subject=party.pk)
        suspend_all(party=party, by=by)
    party.is_protected = True
    return party


def _why(reason: str) -> str:
    if not reason.strip():
        raise SayWhy
    return reason.strip()[:200]


@writes
def keep_division(
    *,
    key: str,
    name: str,
    department: str = "",
    order: int = 0,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    passes_to: str | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Division:
    """The division as the pack says it is; `words` are its name by language, None where they stay as they are."""
    division, _made = Division.objects.update_or_create(
        key=key,
        defaults={
            "name": name,
            "department": department,
            "order": order,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "passes_to_id": passes_to or None,
            **({} if words is None else {"words": words}),
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
def appoint(
    *, account: Account, post: Post, since: dt.date, by: Actor, until: dt.date | None = None
) -> Appointment:
    """Seat a member of staff in a chair, from a day (until a day, where it is known); roles come with it."""
    if account.kind != Kind.STAFF:
        raise ValueError("only staff hold posts")
    known = Appointment.objects.filter(account=account, post=post)
    found = known.filter(valid_until=None).first() or known.filter(valid_from=since).first()
    if found is not None:
        return end_appointment(appointment=found, on=until, by=by)
    appointment = Appointment.objects.create(account=account, post=post, valid_from=since, valid_until=until)
    audit.record("post.filled", Ref.to(post), by=by, facts={"account": str(account.pk)})
    return appointment


@writes
def end_appointment(*, appointment: Appointment, on: dt.date | None, by: Actor) -> Appointment:
    """The last day in the chair; None: it is not known yet. Rights go with it the day after."""
    if appointment.valid_until != on:
        Appointment.objects.filter(pk=appointment.pk).update(valid_until=on)
        appointment.valid_until = on
        facts = {"account": str(appointment.account_id), "until": str(on or "")}
        audit.record("post.left", Ref("identity", "post", str(appointment.post_id)), by=by, facts=facts)
    return appointment

"""Somebody asked to be forgotten: how they signed in, what was known of them, and every key they had."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q

from .. import clock, vault
from ..practice import take_away
from ..refs import SYSTEM, Ref
from ..vault.retention import eraser
from .mandates import telling
from .mandates.models import CounterCode, Mandate
from .models import Account, AccountParty, Kind, Party

# What stays of an account: that it acted for a party is the one thing others still stand on.
_STAYS = {"accountparty", "mandate"}
_BATCH = 500


@eraser("account", of="party", order=80)
def erase_account(ref: Ref) -> int:
    """Login, password, factors, connected apps and open sessions of the resident's accounts; nobody enters there again."""
    accounts = Account.objects.filter(
        kind=Kind.RESIDENT, parties__party=uuid.UUID(ref.id), parties__relation="self"
    )
    gone = list(accounts.distinct())
    for account in gone:
        _empty(account)
    mandates = Mandate.objects.filter(Q(principal=ref.id) | Q(agent=ref.id), revoked_at=None)
    ended = list(mandates)
    mandates.update(revoked_at=clock.now(), code_hash="")
    for mandate in ended:
        telling.ended(mandate, by_party=uuid.UUID(ref.id))
    CounterCode.objects.filter(party=uuid.UUID(ref.id)).delete()
    _end_sessions({str(account.pk) for account in gone})
    AccountParty.objects.filter(party=uuid.UUID(ref.id), until=None).update(until=clock.now())
    return len(gone)


def _empty(account: Account) -> None:
    relations: list[Any] = Account._meta.get_fields(include_hidden=True)
    for relation in relations:
        child: Any = relation.related_model
        points = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if not points or child._meta.app_label not in {"identity", "access"}:
            continue
        if child._meta.model_name not in _STAYS:
            rows = list(child._base_manager.filter(**{relation.field.name: account}))
            keys = [row.key for row in rows if isinstance(getattr(row, "key", None), vault.DataKey)]
            take_away(child, [row.pk for row in rows])
            for key in keys:
                vault.destroy_key(key, by=SYSTEM)
    account.login, account.name, account.is_active = f"erased-{account.pk}", "", False
    account.assurance, account.last_login = "", None
    account.set_unusable_password()
    account.save()


def _end_sessions(accounts: set[str]) -> None:
    """Sessions know their account only inside what they store: each is looked at, a batch at a time."""
    for session in Session.objects.iterator(chunk_size=_BATCH):
        if accounts & {str(value) for value in session.get_decoded().values()}:
            session.delete()


@eraser("profile", of="party", order=85)
def erase_profile(ref: Ref) -> int:
    """What was known of them, and where they can be found by it. 秘匿 stays: their cases are still kept."""
    party = Party.objects.select_related("key").filter(pk=ref.id).first()
    if party is None:
        return 0  # a copy from before they came
    vault.destroy_key(party.key, by=SYSTEM)
    vault.forget(ref)
    return Party.objects.filter(pk=party.pk).update(sealed_profile=b"", language="ja")

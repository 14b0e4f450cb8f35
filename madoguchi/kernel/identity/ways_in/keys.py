"""The vault's key for what belongs to an account, such as the secret of its authenticator app."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction

from ... import vault
from ...refs import Ref
from ...vault.models import DataKey
from ..models import Account

# A fixed id lets the database decide who makes it first.
_MAILS = uuid.UUID("00000000-0000-7000-8000-0000000ea115")


def of(account: Account) -> DataKey:
    """The account's key, made when it is first needed. Dropping it erases what is sealed under it."""
    about = str(Ref.to(account))
    found = DataKey.objects.filter(about=about, destroyed_at=None).order_by("created_at", "pk").first()
    return found or vault.new_key(about)


def of_mails() -> DataKey:
    """One key for mails on their way: they are wiped when they have left."""
    found = DataKey.objects.filter(pk=_MAILS).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return vault.new_key("identity:mails:1", pk=_MAILS)
    except IntegrityError:
        return DataKey.objects.get(pk=_MAILS)

"""Who has just come back from a provider: once, and with what it told sealed until the person has decided."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from ... import clock, vault
from ...db import writes
from ...refs import is_id
from ...vault.models import DataKey
from .errors import ReturnNotOurs
from .models import Arrival

LASTS = dt.timedelta(hours=1)  # in which the person decides what becomes of it
_FORGOTTEN = dt.timedelta(days=2)
# A fixed id lets the database decide who makes it first.
_KEY = uuid.UUID("00000000-0000-7000-8000-0000000a441a")


@writes
def claim(*, state: str, realm: str, issuer: str) -> Arrival:
    """This return counts; a second one with the same state does not. Raises ReturnNotOurs.

    A session may be read by two requests at once, so that taking the state out of it is not enough.
    """
    digest = hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
    try:
        with writes():
            return Arrival.objects.create(state=digest, realm=realm, issuer=issuer, made_at=clock.machine())
    except IntegrityError:
        raise ReturnNotOurs from None


@writes
def keep(arrival: Arrival, *, subject: str, assurance: str, facts: dict[str, str]) -> Arrival:
    """Who it is, and what was told of them, until they have decided."""
    arrival.subject, arrival.assurance = subject, assurance
    if facts:
        arrival.key = _key()
        arrival.sealed = vault.seal(arrival.key, dict(facts), context=arrival.context)
    arrival.save(update_fields=["subject", "assurance", "key", "sealed"])
    return arrival


def waiting(arrival_id: str | None, *, realm: str) -> Arrival:
    """The arrival its owner has still to decide about. Raises ReturnNotOurs."""
    found = None
    if arrival_id and is_id(arrival_id):
        rows = Arrival.objects.select_related("key").exclude(subject="")
        found = rows.filter(
            pk=arrival_id, realm=realm, settled_at=None, made_at__gt=clock.machine() - LASTS
        ).first()
    if found is None:
        raise ReturnNotOurs
    return found


def facts_of(arrival: Arrival) -> dict[str, str]:
    """What the provider told of the person, opened."""
    if arrival.key is None or not arrival.sealed:
        return {}
    return {
        name: str(value)
        for name, value in vault.unseal(arrival.key, bytes(arrival.sealed), context=arrival.context).items()
    }


@writes
def settle(arrival: Arrival) -> None:
    """It was decided: nothing of what was told stays here. Raises ReturnNotOurs the second time."""
    if not Arrival.objects.filter(pk=arrival.pk, settled_at=None).update(
        settled_at=clock.machine(), sealed=b"", subject=""
    ):
        raise ReturnNotOurs


@writes
def forget_old() -> None:
    """What nobody decided about in an hour is wiped; the states go when no session could name them any more."""
    now = clock.machine()
    late = Arrival.objects.filter(settled_at=None, made_at__lt=now - LASTS)
    late.update(settled_at=now, sealed=b"", subject="")
    Arrival.objects.filter(made_at__lt=now - _FORGOTTEN).delete()


def _key() -> DataKey:
    """One key for what waits an hour at most."""
    found = DataKey.objects.filter(pk=_KEY).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return vault.new_key("identity:arrivals:1", pk=_KEY)
    except IntegrityError:
        return DataKey.objects.get(pk=_KEY)


def told(claims: dict[str, Any]) -> dict[str, str]:
    """The four facts among what was said, as lines of text."""
    found = {}
    for name in ("name", "address", "birthdate", "gender"):
        value = claims.get(name)
        if isinstance(value, dict):  # the standard's shape of an address
            value = value.get("formatted")
        if isinstance(value, str) and value.strip():
            # As the chip has it, full-width spaces and all; only what is no character of a line goes.
            found[name] = "".join(one for one in value if one.isprintable() or one == "\u3000").strip()[:300]
    return found

"""The blind index: find a sealed value without keeping it."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from ..db import writes
from ..refs import Ref
from ..text import fold
from .models import DataKey, Lookup
from .sealing import new_key, opened

# The digests must outlive a rotation of the master key, so the index has a data key of its own, re-wrapped
# like all others. Its fixed id lets the database decide who makes it first.
_KEY_ID = uuid.UUID("00000000-0000-7000-8000-00000000b11d")


@writes
def remember(field: str, value: str, about: Ref | str) -> None:
    """From now on `lookup(field, value)` finds `about`. An empty value is not remembered."""
    digest = _digest(field, value)
    if digest:
        Lookup.objects.get_or_create(field=field, digest=digest, about=str(about))


@writes
def remember_all(entries: Iterable[tuple[str, str]], about: Ref | str, *, instead: bool = False) -> None:
    """Remember many (field, value) at once; with `instead`, nothing else is remembered about `about` any more."""
    if instead:
        forget(about)
    key = opened(_index_key())
    digests = dict.fromkeys((field, _digest(field, value, key)) for field, value in entries)
    rows = [Lookup(field=field, digest=digest, about=str(about)) for field, digest in digests if digest]
    Lookup.objects.bulk_create(rows, ignore_conflicts=True)


def lookup(field: str, value: str) -> list[str]:
    """The references remembered under exactly this value (widths, kana and spaces do not matter)."""
    digest = _digest(field, value)
    if not digest:
        return []
    found = Lookup.objects.filter(field=field, digest=digest).order_by("pk")
    return list(found.values_list("about", flat=True))


def digest(field: str, value: str) -> str:
    """The keyed digest of a value, for a row that keeps it itself, such as one that must be unique; "" of nothing."""
    return _digest(field, value)


@writes
def forget(about: Ref | str) -> int:
    """Drop everything remembered about `about`; returns how many entries there were."""
    return Lookup.objects.filter(about=str(about)).delete()[0]


def _digest(field: str, value: str, key: bytes | None = None) -> str:
    folded = fold(value)
    if not folded:
        return ""
    said = f"{field}\0{folded}".encode("utf-8", "surrogatepass")
    return hmac.new(key or opened(_index_key()), said, hashlib.sha256).hexdigest()


def _index_key() -> DataKey:
    found = DataKey.objects.filter(pk=_KEY_ID).first()
    return found or _make_index_key()


@writes
def _make_index_key() -> DataKey:
    try:
        with transaction.atomic():
            return new_key("vault:index:1", pk=_KEY_ID)
    except IntegrityError:
        return DataKey.objects.get(pk=_KEY_ID)

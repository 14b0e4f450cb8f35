"""How an event and a block are spelled before they are hashed (docs/audit.md): the same on every database."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

# Every column of an event. A column added later is added at the end, with the block format that first holds it.
COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "actor_account",
    "actor_name",
    "actor_division",
    "verb",
    "about",
    "subject",
    "purpose",
    "what",
    "facts",
    "practice",
)
NOTHING = "0" * 64  # the digest before the first block
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def row_digest(row: Sequence[Any]) -> str:
    """The digest of one event, given as its values in the order of COLUMNS."""
    return _sha256(dict(zip(COLUMNS, row, strict=True)))


def block_digest(
    *,
    number: int,
    count: int,
    first: uuid.UUID,
    last: uuid.UUID,
    previous: str,
    sealed_at: dt.datetime,
    rows: Iterable[str],
) -> str:
    """The digest of a block: its own facts, then the digests of its events in the order of their ids."""
    facts = {
        "number": number,
        "count": count,
        "first": first,
        "last": last,
        "previous": previous,
        "sealed_at": sealed_at,
    }
    whole = hashlib.sha256(spelled(facts))
    for one in rows:
        whole.update(b"\n" + one.encode())
    return whole.hexdigest()


def spelled(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8, times as whole microseconds since 1970 in UTC."""
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _sha256(value: Any) -> str:
    return hashlib.sha256(spelled(value)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.datetime):
        return (value - _EPOCH) // dt.timedelta(microseconds=1)
    if isinstance(value, uuid.UUID):
        return str(value)
    # PostgreSQL gives 1e22 back as a whole number, SQLite as it was written.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value

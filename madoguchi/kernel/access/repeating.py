"""Idempotency-Key: a request that is sent again gets the answer of the first time, and nothing happens twice.

Effect and answer are one transaction, so that after a crash there are both or neither. Two at once: the
unique row lets one in; the other waits for its commit (on PostgreSQL at the row, on SQLite at the write gate)
and then reads its answer. A refusal undoes the row too: nothing was made, and the same key may try again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from .. import clock, vault
from ..db import writes
from ..errors import NotFound
from ..vault.models import DataKey
from .errors import IdempotencyKeyReused
from .models import KeptAnswer

LASTS = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as far as repetition goes: who sends which key where, and what."""

    who: str
    request: str

    @classmethod
    def of(cls, *, caller: str, route: str, key: str, content: bytes) -> Call:
        return cls(_digest("who", f"{caller}\0{route}\0{key}".encode()), _digest("request", content))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `key` is the data key of what it is about; without a body none is needed."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    key: DataKey | None = None
    is_repeated: bool = False


def _digest(of: str, content: bytes) -> str:
    return salted_hmac(f"madoguchi.access.{of}", content, algorithm="sha256").hexdigest()


def kept(call: Call) -> Answer | None:
    """The answer given before, if any. Raises IdempotencyKeyReused; NotFound when what it was about is erased."""
    row = KeptAnswer.objects.filter(who=call.who, expires_at__gt=clock.now()).select_related("key").first()
    if row is None:
        return None
    if row.request != call.request:
        raise IdempotencyKeyReused
    body = b""
    if row.key is not None:
        if row.key.destroyed_at is not None:
            raise NotFound
        body = vault.unseal(row.key, bytes(row.sealed), context=_context(row))["body"].encode()
    return Answer(row.status, body, dict(row.headers), row.key, is_repeated=True)


@writes
def once(call: Call, verb: Callable[[], Answer]) -> Answer:
    """Do `verb` and keep its answer, or give the answer that is kept already."""
    known = kept(call)
    if known is not None:
        return known
    row = _claimed(call)
    if row is None:
        known = kept(call)
        if known is None:  # it ran out in between: rather nothing than twice
            raise IdempotencyKeyReused
        return known
    answer = verb()
    row.status, row.headers, row.key = answer.status, answer.headers, answer.key
    if answer.key is not None:
        row.sealed = vault.seal(answer.key, {"body": answer.body.decode()}, context=_context(row))
    row.save()
    return answer


def _claimed(call: Call) -> KeptAnswer | None:
    now = clock.now()
    KeptAnswer.objects.filter(who=call.who, expires_at__lte=now).delete()
    try:
        with writes():
            return KeptAnswer.objects.create(who=call.who, request=call.request, expires_at=now + LASTS)
    except IntegrityError:
        return None


def _context(row: KeptAnswer) -> str:
    return f"access.kept:{row.pk}"

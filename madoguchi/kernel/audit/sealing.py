"""Sealing: events that have committed are put into a block, which is chained to the one before and signed.

Which events: those that wait (models.Waiting), whatever their time. An event whose transaction commits late waits
from then on and lies in a later block; no event is passed over, and its key lets it lie in one block only.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.db import connection

from .. import clock
from ..db import writes
from . import keys
from .canonical import COLUMNS, NOTHING, block_digest, row_digest
from .models import Block, Event, Sealed, Waiting

log = logging.getLogger(__name__)

# Events in one block: sealing and verifying hold no more than this at a time. Never make it larger: a block of this
# many or more may have left others waiting (`left_some`), and the full blocks of before would no longer say so.
LARGEST = 5_000
UNREADABLE = "unreadable"  # stands for the digest of an event that is there and cannot be read
_LOCK = 0x6D61646F  # "mado"; one number for one thing, among all advisory locks of the database


def seal(*, most: int | None = None) -> list[Block]:
    """Seal everything that waits, at most `most` blocks of it; returns the new blocks. Does nothing when none does.

    Raises AuditKeyMissing.
    """
    made: list[Block] = []
    while Waiting.objects.exists() and (most is None or len(made) < most):
        block = _seal_one()
        if block is None:
            break
        made.append(block)
    return made


@writes
def _seal_one() -> Block | None:
    """The next block. Of two sealers the second waits for the first, and then sees what is left."""
    _alone()
    events = _waiting()
    if not events:
        return None
    now, last = clock.now(), Block.objects.order_by("-number").first()
    rows = _digests(events)
    block = Block(
        number=last.number + 1 if last else 1,
        count=len(rows),
        first=rows[0][0],
        last=rows[-1][0],
        previous=last.digest if last else NOTHING,
        sealed_at=now,
    )
    block.digest = digest_of(block, [digest for _event, digest in rows])
    block.key, block.signature = keys.sign(block.digest, may_make=last is None)
    Sealed.objects.bulk_create(
        [Sealed(event=event, block=block.number, digest=digest) for event, digest in rows], batch_size=1000
    )
    block.save(force_insert=True)
    Waiting.objects.filter(pk__in=events).delete()
    return block


def digest_of(block: Block, rows: list[str]) -> str:
    """What the digest of `block` is over events with these digests."""
    return block_digest(
        number=block.number,
        count=block.count,
        first=block.first,
        last=block.last,
        previous=block.previous,
        sealed_at=block.sealed_at,
        rows=rows,
    )


def left_some(block: Block) -> bool:
    """Whether events of before `block` may lie in a later one: it was full, and it took those with the lowest ids."""
    return block.count >= LARGEST


def as_they_are(events: list[uuid.UUID]) -> dict[uuid.UUID, tuple[str, dt.datetime | None]]:
    """Digest and time of those of these events that are there; UNREADABLE, None where no column can hold them."""
    try:
        rows = Event.objects.filter(pk__in=events).order_by().values_list(*COLUMNS)
        # No event is without a time: on SQLite this is what words in its place come to.
        return {row[0]: (row_digest(row) if row[1] else UNREADABLE, row[1]) for row in rows}
    except Exception:
        # Whoever wrote past the tables may have left what no column can hold. It costs that row only.
        if len(events) > 1:
            half = len(events) // 2
            return as_they_are(events[:half]) | as_they_are(events[half:])
        # Where the database does not answer at all this raises, and nothing is said about the event.
        if not Event.objects.filter(pk__in=events).exists():
            return {}
        log.warning("audit: event %s cannot be read", events[0], exc_info=True)
        return {events[0]: (UNREADABLE, None)}


def _waiting() -> list[uuid.UUID]:
    """The events of the next block, by id. What lies in a block already and was made to wait again is let go."""
    events = list(Waiting.objects.order_by("event").values_list("event", flat=True)[:LARGEST])
    twice = set(Sealed.objects.filter(pk__in=events).values_list("event", flat=True))
    if twice:
        log.error("audit: %s sealed events were waiting again", len(twice))
        Waiting.objects.filter(pk__in=twice).delete()
        return _waiting()  # others take their places: a block that is not full has left nobody behind
    return events


def _digests(events: list[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Each event with its digest as it stands now; NOTHING for one that was taken away while it waited."""
    now = as_they_are(events)
    return [(event, now[event][0] if event in now else NOTHING) for event in events]


def _alone() -> None:
    # On SQLite the write gate has let only us in.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

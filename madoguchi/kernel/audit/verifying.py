"""Verifying: is every event as it was when it was sealed, is every block in its place, do the heads outside agree?

Rows are read in the order of their blocks and forgotten again, so a million of them need no more memory than the
largest block. Each finding names what is wrong and where; `findings.py` has the words.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db.models import Exists, Max, OuterRef

from .. import clock
from . import heads as outside
from . import keys
from .canonical import NOTHING
from .errors import HeadsUnreadable
from .findings import Finding
from .heads import Head
from .models import Block, Event, Sealed, Waiting
from .sealing import UNREADABLE, as_they_are, digest_of, left_some

AT_ONCE = 2_000  # events read by one query
LATE = dt.timedelta(hours=1)  # an event may commit, and be sealed, this long after it says it happened
OVERDUE = dt.timedelta(minutes=30)  # waiting longer than this means that nobody seals
NAMED = 20  # of one kind of finding outside of blocks, so many are named; the rest is counted
_SEARCHED = 2_000  # in a block no larger than this, one row too many is found by leaving each out in turn


@dataclass(slots=True)
class Row:
    """One event of a block: as it was sealed, and as it is now (None: it is gone)."""

    block: int
    event: uuid.UUID
    sealed: str
    now: str | None
    at: dt.datetime | None


class Verification:
    """One run. Iterate `findings()`; afterwards the counters say what was read."""

    def __init__(
        self,
        *,
        heads: Path | None = None,
        since: dt.date | None = None,
        public: Mapping[str, Ed25519PublicKey] | None = None,
    ) -> None:
        self.public = keys.trusted() if public is None else public
        self.path = heads
        self.since = since
        self.heads: dict[int, tuple[str, int]] = {}  # number -> digest, count
        self.blocks = self.rows = self.waiting = self.top = 0
        self._passed: list[Block] = []  # what an event of the next block is held against, see _backdated

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, in the order of the blocks, then what lies outside of them."""
        # The heads first: what is sealed meanwhile must not look like a tail that was cut.
        if self.path is not None:
            yield from self._read_heads(self.path)
        # What is sealed while we read belongs to the next run.
        self.top = Block.objects.aggregate(top=Max("number"))["top"] or 0
        if self.path is None and self.top:
            yield Finding("heads_none")
        yield from self._blocks()
        yield from self._beyond()
        yield from self._outside()

    def _read_heads(self, path: Path) -> Iterator[Finding]:
        """A head counts when one of our keys signed it. Of two that contradict each other the first counts."""
        try:
            for head in outside.read(path):
                if not self._is_ours(head):
                    yield Finding("head_forged", block=head.number)
        except HeadsUnreadable as refusal:
            yield Finding("head_unreadable", n=refusal.facts["line"])
        if outside.is_torn(path):
            yield Finding("heads_torn")

    def _is_ours(self, head: Head) -> bool:
        if not keys.is_signed(head.digest, head.signature, self.public.get(head.key)):
            return False
        return self.heads.setdefault(head.number, (head.digest, head.count))[0] == head.digest

    # ------------------------------------------------------------------ in blocks

    def _blocks(self) -> Iterator[Finding]:
        before = self._before()
        expected = before.number + 1 if before else 1
        rows = _Rows(expected, self.top)
        stored = Block.objects.filter(number__gte=expected, number__lte=self.top)
        for block in stored.iterator(chunk_size=500):
            if block.number > expected:
                yield Finding("block_missing", block=expected, until=block.number - 1)
                before = None
            yield from self._block(block, before, rows.of(block.number))
            self._pass(block)
            before, expected = block, block.number + 1
            self.blocks += 1

    def _before(self) -> Block | None:
        """With `since` the block that stands before it is believed; what it says is checked by a whole run."""
        if self.since is None:
            return None
        start = dt.datetime.combine(self.since, dt.time(), tzinfo=clock.JST)
        stored = Block.objects.filter(sealed_at__lt=start, number__lte=self.top).order_by("-number")
        passed = []
        for block in stored.iterator(chunk_size=500):
            passed.append(block)
            if not left_some(block):
                break
        for block in reversed(passed):
            self._pass(block)
        return passed[0] if passed else None

    def _block(self, block: Block, before: Block | None, rows: list[Row]) -> Iterator[Finding]:
        self.rows += len(rows)
        if not keys.is_signed(block.digest, block.signature, self.public.get(block.key)):
            yield Finding("block_forged", block=block.number)
        if block.previous != (before.digest if before else NOTHING) and (before or block.number == 1):
            yield Finding("block_unlinked", block=block.number)
        head = self.heads.get(block.number)
        if head is not None and head[0] != block.digest:
            yield Finding("head_differs", block=block.number)
        if digest_of(block, [row.sealed for row in rows]) == block.digest:
            yield from _changed(rows)
        else:
            yield from _broken(block, rows)
        yield from _backdated(self._passed, rows)

    def _pass(self, block: Block) -> None:
        """Of those passed, keep the ones that say more than `block`: it is the youngest, but may have been full."""
        self._passed = [one for one in self._passed if left_some(block) and _reaches(one, block.last)]
        self._passed.append(block)

    # ------------------------------------------------------------------ beyond the last block, outside of any

    def _beyond(self) -> Iterator[Finding]:
        """Heads that know more than the database: its tail was cut off, or it is an older backup."""
        cut = {number: count for number, (_digest, count) in self.heads.items() if number > self.top}
        if cut:
            yield Finding("tail_cut", block=self.top, until=max(cut), n=sum(cut.values()))
        if self.heads and self.top > max(self.heads):
            yield Finding("heads_short", block=max(self.heads), until=self.top)

    def _outside(self) -> Iterator[Finding]:
        sealed = Sealed.objects.filter(event=OuterRef("pk"))
        waiting = Waiting.objects.filter(event=OuterRef("pk"))
        # One statement sees one moment: sealing moves an event from waiting to sealed between any two.
        strays = Event.objects.filter(~Exists(sealed), ~Exists(waiting)).order_by()
        yield from _some("row_unregistered", strays.values_list("pk", flat=True))
        orphans = Sealed.objects.filter(~Exists(Block.objects.filter(number=OuterRef("block")))).order_by()
        yield from _some("seal_without_block", orphans.values_list("event", flat=True))
        gone = Waiting.objects.filter(~Exists(Event.objects.filter(pk=OuterRef("event")))).order_by()
        yield from _some("row_gone_unsealed", gone.values_list("event", flat=True))
        self.waiting = Waiting.objects.count()
        if n := overdue():
            yield Finding("overdue", n=n)


def overdue() -> int:
    """How many events have waited to be sealed for longer than they should."""
    old = Event.objects.filter(at__lt=clock.now() - OVERDUE)
    return old.filter(pk__in=Waiting.objects.values("event")).count()


def _some(code: str, ids: Any) -> Iterator[Finding]:
    """Each of the first few by name, the others as a number."""
    n = 0
    for n, event in enumerate(ids.iterator(chunk_size=AT_ONCE), start=1):
        if n <= NAMED:
            yield Finding(code, event=str(event))
    if n > NAMED:
        yield Finding(code, n=n - NAMED)


def _changed(rows: list[Row]) -> Iterator[Finding]:
    """The block is whole: each event by itself against what was sealed of it."""
    for row in rows:
        if row.sealed == NOTHING:
            yield Finding("row_gone_unsealed", block=row.block, event=str(row.event))
        elif row.now is None:
            yield Finding("row_deleted", block=row.block, event=str(row.event))
        elif row.sealed == UNREADABLE:
            yield Finding("row_unreadable", block=row.block, event=str(row.event))
        elif row.now != row.sealed:
            yield Finding("row_changed", block=row.block, event=str(row.event))


def _broken(block: Block, rows: list[Row]) -> Iterator[Finding]:
    """The digests do not make the block: were they touched, is one too many or one too few, or is it the block?"""
    if digest_of(block, [row.now or row.sealed for row in rows]) == block.digest:
        touched = [row for row in rows if (row.now or row.sealed) != row.sealed]
        for row in touched:
            yield Finding("seal_changed", block=row.block, event=str(row.event))
        yield from _changed([row for row in rows if row not in touched])
        return
    surplus = len(rows) - block.count
    if surplus == 1 and (intruder := _intruder(block, rows)):
        yield Finding("row_inserted", block=block.number, event=str(intruder.event))
        yield from _changed([row for row in rows if row is not intruder])
        return
    yield from _changed(rows)
    if surplus:
        yield Finding("rows_inserted" if surplus > 0 else "rows_missing", block=block.number, n=abs(surplus))
    else:
        yield Finding("block_changed", block=block.number)


def _intruder(block: Block, rows: list[Row]) -> Row | None:
    """The row without which the block is as it was sealed."""
    if len(rows) > _SEARCHED:
        return None
    digests = [row.sealed for row in rows]
    for place, row in enumerate(rows):
        if digest_of(block, digests[:place] + digests[place + 1 :]) == block.digest:
            return row
    return None


def _backdated(passed: list[Block], rows: list[Row]) -> Iterator[Finding]:
    """An event that says it happened long before a block that would have taken it was put in afterwards."""
    # The demo lays a whole week of the past in one minute.
    code = "row_laid_late" if settings.DEMO else "row_backdated"
    for row in rows:
        at = row.at
        if at is not None and any(
            at < block.sealed_at - LATE and _reaches(block, row.event) for block in passed
        ):
            yield Finding(code, block=row.block, event=str(row.event))


def _reaches(block: Block, event: uuid.UUID) -> bool:
    """Whether `block` would have taken `event`, had it waited: a full one took only what comes before its last."""
    return not left_some(block) or event <= block.last


class _Rows:
    """The sealed events, block by block, each beside what it is now."""

    def __init__(self, first: int, top: int) -> None:
        stored = Sealed.objects.filter(block__gte=first, block__lte=top)
        self._stream = itertools.chain.from_iterable(_beside(part) for part in _parts(stored))
        self._next = next(self._stream, None)

    def of(self, number: int) -> list[Row]:
        """Those of one block. Asked for in rising order; those of a missing block are passed over."""
        found: list[Row] = []
        while self._next is not None and self._next.block <= number:
            if self._next.block == number:
                found.append(self._next)
            self._next = next(self._stream, None)
        return found


def _parts(stored: Any) -> Iterator[list[tuple[uuid.UUID, int, str]]]:
    rows = stored.values_list("event", "block", "digest").iterator(chunk_size=AT_ONCE)
    while part := list(itertools.islice(rows, AT_ONCE)):
        yield part


def _beside(part: list[tuple[uuid.UUID, int, str]]) -> Iterator[Row]:
    now = as_they_are([event for event, _block, _digest in part])
    for event, block, digest in part:
        seen, at = now.get(event, (None, None))
        yield Row(block, event, digest, seen, at)

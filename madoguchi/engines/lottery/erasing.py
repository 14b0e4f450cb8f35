"""What goes when a person is erased: what they told us for a draw. Their number in a published file names nobody."""

from __future__ import annotations

import uuid

from django.db.models import F, Q

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.retention import eraser

from .models import Entry, EntryState, RoundState

PARTY = "party"


@eraser("entries", of=PARTY, order=30)
def erase_entries(ref: Ref) -> int:
    """Out of rounds that still take entries; of those that were frozen the receipt, wishes and result stay."""
    whose = Q(party=uuid.UUID(ref.id)) | Q(person=uuid.UUID(ref.id))
    rows = list(Entry.objects.filter(whose).select_related("round", "key"))
    for row in rows:
        _empty(row)
    return len(rows)


@writes
def _empty(row: Entry) -> None:
    jobs.forget(abouts=[row.ref])
    messaging.erase_about(row.ref, by=SYSTEM)
    vault.forget(row.ref)
    if row.state == EntryState.IN and row.round.state in {RoundState.PLANNED, RoundState.OPEN}:
        Entry.objects.filter(pk=row.pk).update(state=EntryState.WITHDRAWN, version=F("version") + 1)
    if row.key is not None and row.key.destroyed_at is None:
        vault.destroy_key(row.key, by=SYSTEM)
    Entry.objects.filter(pk=row.pk).update(sealed=b"")

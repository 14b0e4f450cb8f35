"""What goes when a person is erased: what was answered and noted, for what they waited; what is to come is given back."""

from __future__ import annotations

import uuid

from django.db.models import Q

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.retention import eraser

from .models import OPEN, Booking, Waiting, WaitState
from .services.giving_back import cancel

PARTY = "party"


@eraser("bookings", of=PARTY, order=20)
def erase_bookings(ref: Ref) -> int:
    """Bookings to come are cancelled, so that others have the place; of all of them only time and place stay."""
    whose = Q(party=uuid.UUID(ref.id)) | Q(person=uuid.UUID(ref.id))
    rows = Booking.objects.filter(whose).select_related(
        "area", "resource__site", "slot", "party", "person", "key"
    )
    done = 0
    for row in rows:
        if row.state in OPEN and row.starts_at > clock.now():
            cancel(booking=row, by=SYSTEM)
        done += _empty(row)
    return done


@eraser("waiting", of=PARTY, order=20)
def erase_waiting(ref: Ref) -> int:
    """Nobody waits for them any more."""
    whose = Q(party=uuid.UUID(ref.id)) | Q(person=uuid.UUID(ref.id))
    done = 0
    for row in Waiting.objects.filter(whose).select_related("key"):
        Waiting.objects.filter(pk=row.pk, state=WaitState.WAITING).update(
            state=WaitState.LEFT, ended_at=clock.now()
        )
        done += _empty(row)
    return done


@writes
def _empty(row: Booking | Waiting) -> int:
    """The key of what was told, then the sealed bytes; and what was said about it."""
    jobs.forget(abouts=[row.ref])
    messaging.erase_about(row.ref, by=SYSTEM)
    if row.key is not None and row.key.destroyed_at is None:
        vault.destroy_key(row.key, by=SYSTEM)
    type(row).objects.filter(pk=row.pk).update(sealed=b"")
    return 1

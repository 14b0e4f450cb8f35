"""What goes when a registration, a loan or a person is erased: what was told, where it is found, who had what.

What is not there counts as erased: a copy put back may be older than the thing it is told to erase.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.identity.models import PartyKind
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.retention import eraser

from .models import Child, Loan, Registration, RegistrationState

REGISTRATION, LOAN, PARTY = "registration", "loan", "party"
FORGET_KEPT = "records.forget_kept"


@eraser("messages", of=REGISTRATION, order=10)
@eraser("messages", of=LOAN, order=10)
def erase_messages(ref: Ref) -> int:
    """What was said about it, and the addresses it went to."""
    jobs.forget(abouts=[ref])
    return messaging.erase_about(ref, by=SYSTEM)


@eraser("told", of=REGISTRATION, order=20)
def erase_told(ref: Ref) -> int:
    """The data key, and with it what was told and what it is found by; then the sealed bytes."""
    return _empty(Registration.objects.select_related("key").filter(pk=uuid.UUID(ref.id)))


@eraser("loan", of=LOAN, order=20)
def erase_loan(ref: Ref) -> int:
    """Who had it, and in which state it came back."""
    return Loan.objects.filter(pk=uuid.UUID(ref.id), back_at__isnull=False).delete()[0]


@eraser("registrations", of=PARTY, order=30)
def erase_registrations(ref: Ref) -> int:
    """What they told us of themselves, of a child and of a group; and of the child that is erased itself."""
    whose = Q(keeper=uuid.UUID(ref.id)) | Q(party=uuid.UUID(ref.id))
    rows = list(Registration.objects.select_related("key").filter(whose, erased_at=None))
    for row in rows:
        jobs.forget(abouts=[row.ref])
        messaging.erase_about(row.ref, by=SYSTEM)
    return _empty(rows)


@eraser("loans", of=PARTY, order=30)
def erase_loans(ref: Ref) -> int:
    """What they had and brought back."""
    rows = list(Loan.objects.filter(party=uuid.UUID(ref.id), back_at__isnull=False))
    for row in rows:
        jobs.forget(abouts=[row.ref])
        messaging.erase_about(row.ref, by=SYSTEM)
    return Loan.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


@eraser("children", of=PARTY, order=40)
def erase_children(ref: Ref) -> int:
    """That somebody told us of this child. The children and groups we know by this person alone go by a job of their own."""
    keeper = uuid.UUID(ref.id)
    groups = Registration.objects.filter(keeper=keeper, party__kind=PartyKind.ORGANISATION)
    if Child.objects.filter(keeper=keeper).exists() or groups.exists():
        jobs.enqueue(FORGET_KEPT, about=ref)
    return Child.objects.filter(party=keeper).delete()[0]


def _empty(rows: Iterable[Registration]) -> int:
    """Over, if it was not, and nothing left of what was told."""
    done = 0
    for row in rows:
        vault.destroy_key(row.key, by=SYSTEM)
        vault.forget(row.ref)
        done += Registration.objects.filter(pk=row.pk).update(
            sealed=b"",
            has_care_notes=False,
            why="",
            state=RegistrationState.ENDED,
            ended_at=row.ended_at or clock.now(),
            erased_at=clock.now(),
            renewal_asked_at=None,
        )
    return done

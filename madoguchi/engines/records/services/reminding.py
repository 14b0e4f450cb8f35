"""Saying once for each term that a registration ends soon."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.db import writes

from ..definition import kind_of
from ..models import Registration, RegistrationState

EXPIRING = "records.tell_expiring"
FURTHEST = dt.timedelta(days=366)  # `renew_from_days` is no longer than that


def remind_expiring() -> int:
    """Say once for each term that it ends soon: as long before as another term can be had."""
    today, told = clock.today(), 0
    rows = Registration.objects.filter(
        state=RegistrationState.VALID,
        reminded_at=None,
        renewal_asked_at=None,
        valid_until__gte=today,
        erased_at=None,
    )
    for row in rows.filter(valid_until__lte=today + FURTHEST).select_related("definition"):
        if row.valid_until and today >= kind_of(row.definition, "ja").renewable_from(row.valid_until):
            told += _remind(row)
    return told


@writes
def _remind(registration: Registration) -> int:
    """Claimed by the row: two workers say it once."""
    mine = Registration.objects.filter(pk=registration.pk, state=RegistrationState.VALID, reminded_at=None)
    if not mine.update(reminded_at=clock.now()):
        return 0
    key = f"{EXPIRING}:{registration.pk}:{registration.valid_until}"
    jobs.enqueue(EXPIRING, about=registration.ref, key=key)
    return 1

"""What the worker looks after in the vault."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import Q

from .. import clock
from ..db import writes
from ..errors import Refusal
from ..jobs import periodic
from . import files, scanning, storage
from .intake import PDF
from .models import WAITING, FileKind, FileState, StoredFile

log = logging.getLogger(__name__)

UNFINISHED = dt.timedelta(minutes=15)
UNCLAIMED = dt.timedelta(days=1)


@periodic("vault.finish", every=dt.timedelta(minutes=5))
def finish_quarantine() -> None:
    """Files whose taking was cut short, and those the scanner did not answer for.

    Whole on the disk, they go on once the scanner says so; otherwise they are refused. A scanner that is still
    silent is not asked for every file in turn; one file it cannot swallow keeps no other waiting.
    """
    cut_short = Q(uploaded_at__lt=clock.now() - UNFINISHED)
    late = (
        StoredFile.objects.filter(Q(scanned_by=WAITING) | cut_short, state=FileState.QUARANTINED)
        .select_related("key")
        .order_by("uploaded_at")
    )
    for stored in late[:100]:
        try:
            scanned = scanning.scan(files.checked(stored))
            if scanned.is_waiting:
                if scanning.scanner_state() != "answers":
                    log.warning("vault: %s files wait for the scanner", late.count())
                    return
                log.warning(
                    "vault: the scanner does not answer for file %s (%s bytes)", stored.pk, stored.size
                )
                continue
            files.pass_quarantine(stored, scanned)
            continue
        except Refusal as refusal:
            log.info("file %s stays out: %s", stored.pk, refusal.code)
        with writes():
            StoredFile.objects.filter(pk=stored.pk, state=FileState.QUARANTINED).update(
                state=FileState.REFUSED
            )


@periodic("vault.views", every=dt.timedelta(minutes=10))
def draw_views() -> None:
    """Safe views of PDFs that came before there were any, so that nobody has to wait for one to be drawn."""
    without = StoredFile.objects.filter(
        kind=FileKind.UPLOAD, content_type=PDF, state=FileState.SAFE, derived=None, note=""
    )
    for stored in without.select_related("key").order_by("uploaded_at")[:20]:
        try:
            files.safe_view(stored)
        except Refusal as refusal:
            log.info("file %s has no safe view: %s", stored.pk, refusal.code)


@periodic("vault.sweep", every=dt.timedelta(hours=6))
def sweep() -> None:
    """Bytes nobody claims: their transaction was undone, or their row gave them up and the removal was cut short."""
    # The machine's clock wrote the files' dates, so it is asked here, whatever the city's clock says.
    lying = set(storage.lying(older_than=dt.datetime.now(clock.JST) - UNCLAIMED))
    kept = StoredFile.objects.filter(state__in=[FileState.SAFE, FileState.QUARANTINED])
    unclaimed = lying - set(kept.values_list("storage_path", flat=True))
    storage.remove(unclaimed)
    if unclaimed:
        log.warning("vault: removed %s unclaimed files", len(unclaimed))

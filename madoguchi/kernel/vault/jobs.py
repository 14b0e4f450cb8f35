"""What the worker looks after in the vault."""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.db.models import Q

from .. import clock
from ..db import writes
from ..errors import Refusal
from ..jobs import periodic
from . import files, scanning, storage
from .errors import FileHarmful
from .intake import PDF
from .models import WAITING, FileKind, FileState, StoredFile

log = logging.getLogger(__name__)

UNFINISHED = dt.timedelta(minutes=15)
UNCLAIMED = dt.timedelta(days=1)
# How long bytes are looked for before they are called lost: a copy may just be on its way back. While the whole vault
# seems to be away (or never held another file) longer, but not for ever: somebody believes their paper was sent.
LOST_AFTER = dt.timedelta(days=3)
LOST_ANYWAY = dt.timedelta(days=30)
MOST_SECONDS = 60  # of one round: other work waits for it


@periodic("vault.finish", every=dt.timedelta(minutes=5))
def finish_quarantine() -> None:
    """Files whose taking was cut short, and those the scanner did not answer for.

    Whole on the disk, they go on once the scanner says so. What was found harmful, spoilt or never written is
    refused, and so is what was looked for in vain for days; while the disk or a key is not at hand a file only
    waits. A scanner that is still silent is not asked for every file in turn. They come in no order: those it cannot
    swallow would stand before all others.
    """
    cut_short = Q(uploaded_at__lt=clock.now() - UNFINISHED)
    late = StoredFile.objects.filter(Q(scanned_by=WAITING) | cut_short, state=FileState.QUARANTINED)
    until = time.monotonic() + MOST_SECONDS
    for file_id in list(late.order_by("?").values_list("pk", flat=True)):
        stored = late.select_related("key").filter(pk=file_id).first()
        if time.monotonic() > until or not (stored is None or _may_go_on(stored)):
            log.warning("vault: %s files wait for the scanner", late.count())
            return


def _may_go_on(stored: StoredFile) -> bool:
    """Finish this one if that is possible now; False when the scanner answers for none."""
    try:
        content = files.checked(stored)
        _missing(stored, since=None)
        scanned = scanning.scan(content)
        if scanned.is_waiting:
            log.warning("vault: the scanner does not answer for file %s (%s bytes)", stored.pk, stored.size)
            return scanning.scanner_state() == "answers"
        files.pass_quarantine(stored, scanned)
    except FileHarmful:
        log.info("file %s stays out: harmful", stored.pk)
    except (Refusal, OSError) as error:
        if files.is_spoilt(stored) or _is_lost(stored):
            log.warning("file %s stays out: %r", stored.pk, error)
            files.refuse_as_lost(stored)
        else:
            log.warning("vault: file %s waits, it cannot be read now: %r", stored.pk, error)
    return True


def _is_lost(stored: StoredFile) -> bool:
    """Whether its bytes were looked for in vain for so long that nobody should wait for them any more."""
    if storage.holds(stored.storage_path):
        return False
    if stored.missing_since is None:
        _missing(stored, since=clock.now())
        return False
    patience = LOST_AFTER if files.others_lie_there(stored) else LOST_ANYWAY
    return clock.now() - stored.missing_since > patience


@writes
def _missing(stored: StoredFile, *, since: dt.datetime | None) -> None:
    if stored.missing_since != since:
        StoredFile.objects.filter(pk=stored.pk).update(missing_since=since)


@periodic("vault.views", every=dt.timedelta(minutes=10))
def draw_views() -> None:
    """Safe views of PDFs that came before there were any, so that nobody has to wait for one to be drawn."""
    without = StoredFile.objects.filter(
        kind=FileKind.UPLOAD, content_type=PDF, state=FileState.SAFE, derived=None, note=""
    )
    # In no order, so that those whose drawing never comes to an end keep no other waiting.
    for stored in without.select_related("key").order_by("?")[:20]:
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

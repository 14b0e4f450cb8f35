"""What the worker looks after in the vault."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

from .. import clock
from ..db import writes
from ..errors import Refusal
from ..jobs import periodic
from . import files, storage
from .models import FileState, StoredFile

log = logging.getLogger(__name__)

UNFINISHED = dt.timedelta(minutes=15)
UNCLAIMED = dt.timedelta(days=1)


@periodic("vault.finish", every=dt.timedelta(minutes=5))
def finish_quarantine() -> None:
    """Files whose taking was cut short: whole on the disk, they go on; otherwise they are refused."""
    late = StoredFile.objects.filter(
        state=FileState.QUARANTINED, uploaded_at__lt=clock.now() - UNFINISHED
    ).select_related("key")
    for stored in late[:100]:
        try:
            content = files._read(stored)
            if hashlib.sha256(content).hexdigest() == stored.sha256:
                files.pass_quarantine(stored, content)
                continue
        except Refusal as refusal:
            log.info("file %s stays out: %s", stored.pk, refusal.code)
        with writes():
            StoredFile.objects.filter(pk=stored.pk, state=FileState.QUARANTINED).update(
                state=FileState.REFUSED
            )


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

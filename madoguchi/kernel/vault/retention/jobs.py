"""What the worker looks after: erasures a crash cut short, the list outside, files that were refused."""

from __future__ import annotations

import datetime as dt
import logging

from ... import clock
from ...db import writes
from ...jobs import periodic
from .. import storage
from ..models import FileState, StoredFile
from . import erasing, outside
from .plan import plan_in_force

log = logging.getLogger(__name__)

CUT_SHORT = dt.timedelta(minutes=2)


@periodic("vault.erase_on", every=dt.timedelta(minutes=5))
def erase_on() -> None:
    """Erasures that were begun and not finished go on; one that fails does not keep the others."""
    for erasure in erasing.unfinished().filter(begun_at__lt=clock.now() - CUT_SHORT)[:100]:
        try:
            erasing.finish(erasure)
        except Exception:
            log.exception("erasure %s is not done", erasure.pk)


@periodic("vault.list_outside", every=dt.timedelta(hours=1))
def list_outside() -> None:
    """The list outside tells of everything that was erased, also where a crash came in between."""
    outside.catch_up()


@periodic("vault.refused_files", every=dt.timedelta(hours=6))
def throw_away_refused() -> None:
    """Files the scanner refused keep no name once the days of the plan are over; their bytes went at once."""
    kept = plan_in_force()
    if kept is None:
        return
    old = StoredFile.objects.filter(
        state=FileState.REFUSED,
        uploaded_at__lt=clock.now() - dt.timedelta(days=kept.refused_files_days),
    )
    with writes():
        paths = list(old.values_list("storage_path", flat=True))
        old.update(state=FileState.ERASED, name="", sha256="", size=0)
        storage.remove_after_commit(paths)

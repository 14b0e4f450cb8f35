"""Practice that nobody cleared away goes by itself."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import services
from .models import PracticeRun

KEPT_FOR = dt.timedelta(days=14)


@jobs.periodic("authoring.wipe_practice", every=dt.timedelta(hours=6))
def wipe_old_practice() -> None:
    """Take away practice that is two weeks old, a few runs at a time."""
    old = PracticeRun.objects.filter(wiped_at=None, started_at__lt=clock.now() - KEPT_FOR)
    for run in old.order_by("started_at")[:20]:
        services.wipe(run=run, by=SYSTEM)

"""What was left lying about goes by itself."""

from __future__ import annotations

import datetime as dt
import logging

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import services
from .models import Visit

log = logging.getLogger(__name__)


@jobs.periodic("lessons.clear", every=dt.timedelta(minutes=15))
def clear_old_visits() -> None:
    """Visits whose time is over: what was written in them is gone the same day. One that cannot go keeps no other."""
    old = Visit.objects.filter(ended_at=None, started_at__lte=clock.now() - services.LASTS)
    for visit in old.order_by("started_at")[:500]:
        try:
            services.end(visit=visit, by=SYSTEM)
        except Exception:
            log.exception("lessons: visit %s could not be cleared away", visit.pk)

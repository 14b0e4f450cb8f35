"""What the worker looks after in the directory."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.jobs import periodic
from madoguchi.kernel.refs import SYSTEM

from . import services

RECENT = dt.timedelta(days=14)


@periodic("directory.chart", every=dt.timedelta(minutes=30))
def show_todays_chart() -> None:
    """On the day a division begins it is found, and on the day after its last it no longer is."""
    since, today = clock.today() - RECENT, clock.today()
    changed = Division.objects.filter(valid_from__range=(since, today)) | Division.objects.filter(
        valid_until__range=(since, today)
    )
    for division in changed.filter(contact__isnull=False):
        services.show_in_search(division=division, by=SYSTEM)

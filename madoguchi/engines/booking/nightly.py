"""What happens to timetables by itself: each night another day can be booked."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import jobs
from madoguchi.kernel.refs import SYSTEM

from .services import timetables


# Several times a night: one that was missed is made up for, and the second time nothing is left to do.
@jobs.periodic("booking.timetables", every=dt.timedelta(hours=6))
def extend() -> None:
    timetables.lay_all(by=SYSTEM)

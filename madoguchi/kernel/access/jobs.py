"""What the worker looks after in access."""

from __future__ import annotations

import datetime as dt

from ..jobs import periodic
from ..refs import SYSTEM
from . import services


@periodic("access.forget", every=dt.timedelta(hours=1))
def forget() -> None:
    """Kept answers, tokens and counts are gone once their time is over."""
    services.forget_old(by=SYSTEM)

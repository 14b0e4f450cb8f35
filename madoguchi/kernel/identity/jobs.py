"""What the worker looks after in identity."""

from __future__ import annotations

import datetime as dt

from ..jobs import periodic
from . import throttle


@periodic("identity.tries", every=dt.timedelta(hours=6))
def forget_tries() -> None:
    """Failed sign-ins slow nobody down after a quarter of an hour, and are forgotten after a day."""
    throttle.forget_old()

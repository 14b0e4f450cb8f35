"""What the worker looks after for browsers."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings

from madoguchi.kernel import jobs
from madoguchi.kernel.db import writes


@jobs.periodic("sessions.clear", every=dt.timedelta(hours=24))
def clear_sessions() -> None:
    """Sessions that ran out are forgotten."""
    with writes():
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()

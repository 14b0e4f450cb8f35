"""The worker: does what is due, then waits a moment. `python -m madoguchi.kernel.jobs.worker`.

Jobs come first; between two rounds of them at most one piece of periodic work is done. So a slow periodic delays
this worker's jobs by its own length and no more: it does a limited batch and leaves the rest to its next turn.
"""

from __future__ import annotations

import logging
import os
import signal
import time

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5


def main() -> None:
    """Run until SIGTERM or SIGINT; a job under way is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    import django  # the apps must be loaded before models are imported

    django.setup()
    from django.db import close_old_connections

    from .outbox import run_due, run_periodic

    going = True

    def stop(*_: object) -> None:
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while going:
        try:
            done = run_due(limit=20)
            done += run_periodic(limit=1)
        except Exception:
            # The database may be away for a moment: the rows wait, so do we.
            log.exception("the worker could not read its jobs")
            done = 0
            time.sleep(5)
        close_old_connections()
        if not done:
            time.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    main()

"""Several at once: real threads, each with its own connection, started together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

PATIENCE = 60  # seconds; a thread that is not done by then waits for another one crosswise


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run the verbs in threads that start together; returns what each gave back or raised."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place: int, verb: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = verb()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return results

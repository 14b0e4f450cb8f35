"""The outbox and its worker. What must happen outside a transaction is a row written inside it.

At least once, never exactly once: handlers are idempotent (docs/adr/0002).
"""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .outbox import enqueue, forget, handler, periodic, retry, run_due, stuck

__all__ = ["enqueue", "forget", "handler", "periodic", "retry", "run_due", "stuck"]
__getattr__ = door(__name__, outbox="enqueue forget handler periodic retry run_due run_periodic stuck")

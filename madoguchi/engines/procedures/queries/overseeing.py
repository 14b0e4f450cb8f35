"""Numbers over all divisions, for the report on the whole installation. No case is named."""

from __future__ import annotations

from .. import keeping_time


def overdue_for_disposal() -> int:
    """How many cases are kept longer than their class says, and wait for a decision of their division."""
    return keeping_time.due().count()

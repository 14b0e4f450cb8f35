"""Who did what, and who looked. Rows are only ever added; what was seen is recorded before it is shown.

What has committed is sealed in signed blocks, whose heads leave the database: changing the past shows (docs/audit.md).
"""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .queries import events_about, latest_read, reads_about, seal_state, seen_lately, shown_to
    from .services import record, record_read, record_reads, record_refusal

__all__ = [
    "events_about",
    "latest_read",
    "reads_about",
    "record",
    "record_read",
    "record_reads",
    "record_refusal",
    "seal_state",
    "seen_lately",
    "shown_to",
]
__getattr__ = door(
    __name__,
    services="record record_read record_reads record_refusal",
    queries="events_about latest_read reads_about seal_state seen_lately shown_to",
)

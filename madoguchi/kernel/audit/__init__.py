"""Who did what, and who looked. Rows are only ever added; what was seen is recorded before it is shown."""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .queries import events_about, latest_read, reads_about
    from .services import record, record_read, record_refusal

__all__ = ["events_about", "latest_read", "reads_about", "record", "record_read", "record_refusal"]
__getattr__ = door(
    __name__,
    services="record record_read record_refusal",
    queries="events_about latest_read reads_about",
)

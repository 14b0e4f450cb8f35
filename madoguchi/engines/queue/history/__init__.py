"""What was: days closed into sums by the hour, and the history other systems kept."""

from .closing import close_day, close_days
from .importing import Imported, import_tickets

__all__ = ["Imported", "close_day", "close_days", "import_tickets"]

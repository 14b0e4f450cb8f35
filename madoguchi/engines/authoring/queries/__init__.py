"""What the pages of the writers show."""

from . import page_parts
from .exporting import archive, unpacked, written_on_screen
from .listing import Row, Startable, listing, startable, waiting
from .practice import Played, played, runs
from .reading import Difference, Opened, Reading, differences, opened, reading

__all__ = [
    "Difference",
    "Opened",
    "Played",
    "Reading",
    "Row",
    "Startable",
    "archive",
    "differences",
    "listing",
    "opened",
    "page_parts",
    "played",
    "reading",
    "runs",
    "startable",
    "unpacked",
    "waiting",
    "written_on_screen",
]

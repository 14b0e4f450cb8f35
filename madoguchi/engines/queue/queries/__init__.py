"""What can be asked about counters and their queues, by who asks: everybody, the holder of a ticket, a desk."""

from ..congestion import Sum, Trend, trend
from ..guiding import Guide, Stop, at_counter, guide, guides
from ..languages import spoken
from ..models import Need
from ..waiting import Call, LineNow, Standing
from .desk import (
    AtWork,
    Card,
    Console,
    at_desk,
    console,
    desk_for,
    gives_numbers,
    languages_for_staff,
    line_to_send_to,
    lines_served,
    other_lines,
    sits_at,
    ticket_given,
    ticket_of,
    wanting,
)
from .opinions import FEWEST, Asked, opinions_by_line, opinions_by_week
from .public import board, board_version, here_now, is_anybody_there, line_at, line_version, lines
from .tickets import Holding, held, held_open, holding

__all__ = [
    "FEWEST",
    "Asked",
    "AtWork",
    "Call",
    "Card",
    "Console",
    "Guide",
    "Holding",
    "LineNow",
    "Need",
    "Standing",
    "Stop",
    "Sum",
    "Trend",
    "at_counter",
    "at_desk",
    "board",
    "board_version",
    "console",
    "desk_for",
    "gives_numbers",
    "guide",
    "guides",
    "held",
    "held_open",
    "here_now",
    "holding",
    "is_anybody_there",
    "languages_for_staff",
    "line_at",
    "line_to_send_to",
    "line_version",
    "lines",
    "lines_served",
    "opinions_by_line",
    "opinions_by_week",
    "other_lines",
    "sits_at",
    "spoken",
    "ticket_given",
    "ticket_of",
    "trend",
    "wanting",
]

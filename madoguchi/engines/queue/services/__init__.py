"""What can be done at the counters: giving numbers, calling, and what becomes of who was called.

Every verb begins with the line's row (acting.claim), so that acts on one line come one after the other.
"""

from ..history import Imported, close_day, close_days, import_tickets
from ..models import Source
from .booked import check_in, minutes_late
from .calling import (
    TELL_NEAR,
    back,
    call,
    call_next,
    done,
    hold,
    leave,
    no_show,
    recall,
    start,
    transfer,
)
from .catching_up import KINDS, Act, CaughtUp, Unfit, catch_up
from .closing import days_left_open, end_day, forget_address, forget_person
from .desks import close_desk, open_desk
from .issuing import Issued, ask_to_be_told, digest, issue, key_of, new_secret
from .setting_up import LineSaid, keep_line, withdraw_line
from .sharing import SILENT, Seen, note_seen
from .surveying import QUESTIONS, give_opinion, is_asked
from .telling import tell_near

__all__ = [
    "KINDS",
    "QUESTIONS",
    "SILENT",
    "TELL_NEAR",
    "Act",
    "CaughtUp",
    "Imported",
    "Issued",
    "LineSaid",
    "Seen",
    "Source",
    "Unfit",
    "ask_to_be_told",
    "back",
    "call",
    "call_next",
    "catch_up",
    "check_in",
    "close_day",
    "close_days",
    "close_desk",
    "days_left_open",
    "digest",
    "done",
    "end_day",
    "forget_address",
    "forget_person",
    "give_opinion",
    "hold",
    "import_tickets",
    "is_asked",
    "issue",
    "keep_line",
    "key_of",
    "leave",
    "minutes_late",
    "new_secret",
    "no_show",
    "note_seen",
    "open_desk",
    "recall",
    "start",
    "tell_near",
    "transfer",
    "withdraw_line",
]

"""What can be done with bookings. Every change to a booking happens here."""

from ..errors import WhomMissing
from ..wanting import Wanted, of_slot
from .drawing import area_drawn, enter_draw, open_event, open_month
from .events import EventIn, ask_to_open, change_event, link_of, plan_event
from .giving_back import (
    cancel,
    lapse_stale,
    let_go,
    mark_arrived,
    mark_attended,
    mark_no_show,
    mark_paid,
    mark_refunded,
)
from .programs import record_program_reads
from .switching import amend, move, moved, switch_mode, wanted_of
from .taking import book, confirm, hold
from .waiting import leave, wait

__all__ = [
    "EventIn",
    "Wanted",
    "WhomMissing",
    "amend",
    "area_drawn",
    "ask_to_open",
    "book",
    "cancel",
    "change_event",
    "confirm",
    "enter_draw",
    "hold",
    "lapse_stale",
    "leave",
    "let_go",
    "link_of",
    "mark_arrived",
    "mark_attended",
    "mark_no_show",
    "mark_paid",
    "mark_refunded",
    "move",
    "moved",
    "of_slot",
    "open_event",
    "open_month",
    "plan_event",
    "record_program_reads",
    "switch_mode",
    "wait",
    "wanted_of",
]

"""What can be done with applications. Every change to a case happens here."""

from .applying import attach, bring_later, detach, save_answer, start_draft, submit, use_link
from .casework import add_note, advance, record_look, take
from .correcting import answer_correction, ask_correction, confirm_item
from .deciding import check_and_send, decide, withdraw

__all__ = [
    "add_note",
    "advance",
    "answer_correction",
    "ask_correction",
    "attach",
    "bring_later",
    "check_and_send",
    "confirm_item",
    "decide",
    "detach",
    "record_look",
    "save_answer",
    "start_draft",
    "submit",
    "take",
    "use_link",
    "withdraw",
]

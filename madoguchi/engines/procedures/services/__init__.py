"""What can be done with applications. Every change to a case happens here."""

from .applying import (
    attach,
    bring_later,
    detach,
    discard_draft,
    keep_up,
    save_answer,
    start_draft,
    submit,
    use_link,
)
from .casework import add_note, advance, paper_arrived, record_look, take, waive_paper
from .correcting import answer_correction, ask_correction, confirm_item
from .deciding import check_and_send, decide, hand_back, record_letter_opened, send_back, withdraw
from .transferring import transfer

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
    "discard_draft",
    "hand_back",
    "keep_up",
    "paper_arrived",
    "record_letter_opened",
    "record_look",
    "save_answer",
    "send_back",
    "start_draft",
    "submit",
    "take",
    "transfer",
    "use_link",
    "waive_paper",
    "withdraw",
]

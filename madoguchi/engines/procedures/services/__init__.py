"""What can be done with applications. Every change to a case happens here."""

from .applying import (
    attach,
    bring_later,
    detach,
    discard_draft,
    keep_up,
    save_answer,
    see_changes,
    start_draft,
    submit,
    use_link,
)
from .assigning import give, put_back
from .bulk import Outcome, begin_all, give_all, papers_arrived, take_all
from .casework import add_note, advance, paper_arrived, record_look, take, waive_paper
from .correcting import (
    PaperIn,
    Wanted,
    answer_correction,
    ask_correction,
    confirm_item,
    hand_in_correction,
    save_correction,
)
from .cosigning import decline, invite, record_paper_signature, sign
from .deciding import check_and_send, decide, hand_back, record_letter_opened, send_back, withdraw
from .finding import record_search, remember_missing
from .handing import hand_over
from .practising import wipe_practice
from .programs import (
    begin_for_somebody,
    check_seen,
    drop_paper,
    hand_in_places,
    put_paper,
    save_document,
    save_places,
    submit_stated,
    take_paper,
)
from .recalling import (
    close_misissue,
    follow_up,
    post_letter,
    record_story_read,
    report_misissue,
    write_lesson,
)
from .reorganising import pass_on_cases
from .reusing import forget_kept, keep_for_next_time, use_kept
from .transferring import transfer
from .versions import move_to_version

__all__ = [
    "Outcome",
    "PaperIn",
    "Wanted",
    "add_note",
    "advance",
    "answer_correction",
    "ask_correction",
    "attach",
    "begin_all",
    "begin_for_somebody",
    "bring_later",
    "check_and_send",
    "check_seen",
    "close_misissue",
    "confirm_item",
    "decide",
    "decline",
    "detach",
    "discard_draft",
    "drop_paper",
    "follow_up",
    "forget_kept",
    "give",
    "give_all",
    "hand_back",
    "hand_in_correction",
    "hand_in_places",
    "hand_over",
    "invite",
    "keep_for_next_time",
    "keep_up",
    "move_to_version",
    "paper_arrived",
    "papers_arrived",
    "pass_on_cases",
    "post_letter",
    "put_back",
    "put_paper",
    "record_letter_opened",
    "record_look",
    "record_paper_signature",
    "record_search",
    "record_story_read",
    "remember_missing",
    "report_misissue",
    "save_answer",
    "save_correction",
    "save_document",
    "save_places",
    "see_changes",
    "send_back",
    "sign",
    "start_draft",
    "submit",
    "submit_stated",
    "take",
    "take_all",
    "take_paper",
    "transfer",
    "use_kept",
    "use_link",
    "waive_paper",
    "wipe_practice",
    "withdraw",
    "write_lesson",
]

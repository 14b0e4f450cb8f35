"""What can be done with public comment. Every change happens here."""

from .afterwards import add_outcome, plan_follow_up
from .alike import count_together, drop_opinion, tell_parts_apart
from .answering import (
    EvidenceIn,
    categorise,
    gather,
    give_answer,
    merge,
    number_all,
    part_from,
    send_for_approval,
    write_answer,
    write_opinion,
)
from .briefing import brief_council
from .calls import answer_question, ask_question, close_early, open_call, refuse_question
from .importing import (
    Facts,
    Loaded,
    decide,
    drop_document,
    leave_all_unknown,
    leave_unknown,
    load_seeds,
    remove_overlay,
    take_document,
    take_over,
    undo,
    undo_last,
)
from .preparing import CallIn, change_call, copy_categories, lay_draft, prepare_call
from .publishing import begin_correction, publish
from .receiving import MOST_CHARACTERS, PartIn, check_sendable, discard_unsent, keep_unsent, receive
from .splitting import let_go, split, withhold
from .taking_in import record_looks, take_in, take_scan

__all__ = [
    "MOST_CHARACTERS",
    "CallIn",
    "EvidenceIn",
    "Facts",
    "Loaded",
    "PartIn",
    "add_outcome",
    "answer_question",
    "ask_question",
    "begin_correction",
    "brief_council",
    "categorise",
    "change_call",
    "check_sendable",
    "close_early",
    "copy_categories",
    "count_together",
    "decide",
    "discard_unsent",
    "drop_document",
    "drop_opinion",
    "gather",
    "give_answer",
    "keep_unsent",
    "lay_draft",
    "leave_all_unknown",
    "leave_unknown",
    "let_go",
    "load_seeds",
    "merge",
    "number_all",
    "open_call",
    "part_from",
    "plan_follow_up",
    "prepare_call",
    "publish",
    "receive",
    "record_looks",
    "refuse_question",
    "remove_overlay",
    "send_for_approval",
    "split",
    "take_document",
    "take_in",
    "take_over",
    "take_scan",
    "tell_parts_apart",
    "undo",
    "undo_last",
    "withhold",
    "write_answer",
    "write_opinion",
]

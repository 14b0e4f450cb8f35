"""What the desk shows: numbers and days to everybody who handles them, names only after a reason."""

from .case import (
    case_for_staff,
    decision_preview,
    file_for_staff,
    is_own_press,
    neighbours,
    places_to_answer,
    read_for_staff,
    receiving_divisions,
)
from .deciding import letter_preview, who_was_faster
from .posting import LetterToPost, PostRow, letter_file, letter_to_post, read_letter, to_post
from .receiving import (
    BegunRow,
    Receivable,
    begun,
    begun_draft,
    desk_channels,
    read_begun,
    receivable,
    same_person,
)
from .rows import FILTERS, DeskRow, Tally, cases, find_by_receipt, receipts_about, tally
from .seeing import BEGUN, POSTED, look_in_force, who_sees_protected
from .shapes import DeskCase
from .stuck import Stuck, StuckThing, stuck

__all__ = [
    "BEGUN",
    "FILTERS",
    "POSTED",
    "BegunRow",
    "DeskCase",
    "DeskRow",
    "LetterToPost",
    "PostRow",
    "Receivable",
    "Stuck",
    "StuckThing",
    "Tally",
    "begun",
    "begun_draft",
    "case_for_staff",
    "cases",
    "decision_preview",
    "desk_channels",
    "file_for_staff",
    "find_by_receipt",
    "is_own_press",
    "letter_file",
    "letter_preview",
    "letter_to_post",
    "look_in_force",
    "neighbours",
    "places_to_answer",
    "read_begun",
    "read_for_staff",
    "read_letter",
    "receipts_about",
    "receivable",
    "receiving_divisions",
    "same_person",
    "stuck",
    "tally",
    "to_post",
    "who_sees_protected",
    "who_was_faster",
]

"""What the desk shows: numbers and days to everybody who handles them, names only after a reason."""

from .case import (
    case_for_staff,
    decision_preview,
    file_for_staff,
    is_own_press,
    neighbours,
    read_for_staff,
    receiving_divisions,
)
from .correcting import places_to_answer
from .deciding import (
    decided_facts,
    decision_proposals,
    decision_questions,
    drawn_preview,
    letter_preview,
    refusal_texts,
    who_was_faster,
)
from .finding import FoundCases, find_cases
from .narrowing import Choices, Colleague, choices, colleagues
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
from .rows import FILTERS, WHOSE, DeskRow, Narrowed, Tally, cases, find_by_receipt, receipts_about, tally
from .seeing import BEGUN, POSTED, look_in_force, who_sees_protected
from .shapes import DeskCase
from .stuck import Stuck, StuckThing, stuck
from .versions import OlderCase, OlderVersion, VersionNote, older_cases, older_versions

__all__ = [
    "BEGUN",
    "FILTERS",
    "POSTED",
    "WHOSE",
    "BegunRow",
    "Choices",
    "Colleague",
    "DeskCase",
    "DeskRow",
    "FoundCases",
    "LetterToPost",
    "Narrowed",
    "OlderCase",
    "OlderVersion",
    "PostRow",
    "Receivable",
    "Stuck",
    "StuckThing",
    "Tally",
    "VersionNote",
    "begun",
    "begun_draft",
    "case_for_staff",
    "cases",
    "choices",
    "colleagues",
    "decided_facts",
    "decision_preview",
    "decision_proposals",
    "decision_questions",
    "desk_channels",
    "drawn_preview",
    "file_for_staff",
    "find_by_receipt",
    "find_cases",
    "is_own_press",
    "letter_file",
    "letter_preview",
    "letter_to_post",
    "look_in_force",
    "neighbours",
    "older_cases",
    "older_versions",
    "places_to_answer",
    "read_begun",
    "read_for_staff",
    "read_letter",
    "receipts_about",
    "receivable",
    "receiving_divisions",
    "refusal_texts",
    "same_person",
    "stuck",
    "tally",
    "to_post",
    "who_sees_protected",
    "who_was_faster",
]

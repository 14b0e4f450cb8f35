"""What the desk shows: numbers and days to everybody who handles them, names only after a reason."""

from .case import (
    case_for_staff,
    decision_preview,
    file_for_staff,
    is_own_press,
    look_in_force,
    neighbours,
    places_to_answer,
    read_for_staff,
)
from .receiving import Receivable, desk_channels, profile_stated, receivable
from .rows import FILTERS, DeskRow, Tally, cases, find_by_receipt, receipts_about, tally
from .shapes import DeskCase

__all__ = [
    "FILTERS",
    "DeskCase",
    "DeskRow",
    "Receivable",
    "Tally",
    "case_for_staff",
    "cases",
    "decision_preview",
    "desk_channels",
    "file_for_staff",
    "find_by_receipt",
    "is_own_press",
    "look_in_force",
    "neighbours",
    "places_to_answer",
    "profile_stated",
    "read_for_staff",
    "receipts_about",
    "receivable",
    "tally",
]

"""What residents may know of their own drafts and cases."""

from .acting import DoneForMe, done_under, message_for, messages_for
from .cards import cases_of, visible_state, work_on
from .case import case_for, file_for
from .correcting import round_for, unsent_words, why_told
from .cosigning import paper_to_sign, request_behind, signers_for
from .drafts import draft_for, drafts_of
from .looking import Looks, looks_of
from .papers import papers
from .shapes import CaseCard, DraftCard, OpenDraft, OpenRound, Paper, Papers, ResidentCase, SignerCard
from .sharing import sharings_asked, sharings_for

__all__ = [
    "CaseCard",
    "DoneForMe",
    "DraftCard",
    "Looks",
    "OpenDraft",
    "OpenRound",
    "Paper",
    "Papers",
    "ResidentCase",
    "SignerCard",
    "case_for",
    "cases_of",
    "done_under",
    "draft_for",
    "drafts_of",
    "file_for",
    "looks_of",
    "message_for",
    "messages_for",
    "paper_to_sign",
    "papers",
    "request_behind",
    "round_for",
    "sharings_asked",
    "sharings_for",
    "signers_for",
    "unsent_words",
    "visible_state",
    "why_told",
    "work_on",
]

"""Tables of public comment: calls and drafts, what was received, what was answered, what became of it."""

from .afterwards import FollowUp, Outcome
from .answering import Answer, Evidence, NotAlike, Opinion, OpinionItem
from .arriving import Arrival, Round
from .calls import Call, Category, DraftVersion, Event, Question, Unit, UnitText
from .desk import PartsApart, Rules
from .documents import Doubt, ReadDocument
from .publishing import Publication
from .receiving import Comment, Original, Part, Unsent

__all__ = [
    "Answer",
    "Arrival",
    "Call",
    "Category",
    "Comment",
    "Doubt",
    "DraftVersion",
    "Event",
    "Evidence",
    "FollowUp",
    "NotAlike",
    "Opinion",
    "OpinionItem",
    "Original",
    "Outcome",
    "Part",
    "PartsApart",
    "Publication",
    "Question",
    "ReadDocument",
    "Round",
    "Rules",
    "Unit",
    "UnitText",
    "Unsent",
]

"""Cases and what happened to them; the register of all procedures the city has."""

from .cases import Case, CaseQuerySet, Note, Step, Transfer, VersionMove
from .correcting import Correction, CorrectionItem
from .deciding import Decision, HandOver, Misissue, ReturnedDecision
from .papers import Attachment, CoSignature
from .register import RegisterEntry

__all__ = [
    "Attachment",
    "Case",
    "CaseQuerySet",
    "CoSignature",
    "Correction",
    "CorrectionItem",
    "Decision",
    "HandOver",
    "Misissue",
    "Note",
    "RegisterEntry",
    "ReturnedDecision",
    "Step",
    "Transfer",
    "VersionMove",
]

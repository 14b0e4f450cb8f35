"""Cases and what happened to them; the register of all procedures the city has."""

from .cases import Case, CaseQuerySet, Note, Step, Transfer, VersionMove
from .correcting import Correction, CorrectionItem
from .deciding import Decision, HandOver, Misissue, ReturnedDecision
from .disposing import Disposal, DisposalItem, DisposalRecord, Term
from .opening import EmergencyLook, Export, ExportSubject, Sharing
from .papers import Attachment, CoSignature
from .register import RegisterEntry
from .terminals import TerminalEntry

__all__ = [
    "Attachment",
    "Case",
    "CaseQuerySet",
    "CoSignature",
    "Correction",
    "CorrectionItem",
    "Decision",
    "Disposal",
    "DisposalItem",
    "DisposalRecord",
    "EmergencyLook",
    "Export",
    "ExportSubject",
    "HandOver",
    "Misissue",
    "Note",
    "RegisterEntry",
    "ReturnedDecision",
    "Sharing",
    "Step",
    "Term",
    "TerminalEntry",
    "Transfer",
    "VersionMove",
]

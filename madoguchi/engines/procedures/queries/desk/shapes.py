"""The shapes in which a case reaches the desk's pages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from madoguchi.engines.forms.questions import Question
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.vault.models import StoredFile

from ...models import Attachment, Case, CorrectionItem, Decision, Note
from ...procedure import NeededDocument
from .course import LogLine, Move, Stamp
from .rows import DeskRow


@dataclass(slots=True)
class Said:
    """One stated fact as this reader may see it; `was` is the answer before the latest correction, where it changed.

    `veil` is "protected" (秘匿: taken out, not only covered), "part" (a secret shown in part) or "".
    """

    question: Question
    shown: str = ""
    beside: str = ""
    veil: str = ""
    was: str = ""
    changed_at: dt.datetime | None = None
    changed_by: str = ""
    item: CorrectionItem | None = None
    pin: int = 0


@dataclass(slots=True)
class SaidGroup:
    """Facts that stand together; `title` is 「1人めのお子さん」 for an item of a list, else ""."""

    title: str
    said: list[Said] = field(default_factory=list)


@dataclass(slots=True)
class SaidPage:
    title: str
    number: int
    groups: list[SaidGroup] = field(default_factory=list)

    @property
    def said(self) -> list[Said]:
        return [one for group in self.groups for one in group.said]


@dataclass(slots=True)
class VeiledPage:
    """What one may know of a page before giving a reason: its title and what it asks of everybody."""

    title: str
    number: int
    asks: list[tuple[str, bool]]  # label, and whether it will stay hidden (秘匿)


@dataclass(slots=True)
class PlaceToCheck:
    """A place of the latest correction: what was asked for, and what stands there now."""

    item: CorrectionItem
    number: int
    label: str
    shown: str


@dataclass(slots=True)
class DeskPaper:
    """A paper of the case: how it came, or that it is still awaited; `at` and `why` where staff settled it."""

    id: str
    title: str
    way: str
    document: NeededDocument | None = None  # None: the answers no longer call for it
    files: list[Attachment] = field(default_factory=list)
    at: dt.datetime | None = None
    why: str = ""


@dataclass(slots=True)
class DeskCase:
    """A case as its desk shows it. `pages`, `papers` and `notes` are None or empty until a look was recorded."""

    row: DeskRow
    case: Case
    stamps: list[Stamp]
    moves: list[Move]
    waits_for: str
    next_title: str
    log: list[LogLine]
    decision: Decision | None
    outcome: str
    look: Event | None
    reads: list[Event]
    veiled: list[VeiledPage]
    open_places: int
    may_answer: bool  # a correction waits, and its answer may come by telephone or on paper
    is_sealed: bool  # 秘匿, and this reader lacks the right: no paper opens
    pages: list[SaidPage] | None = None
    papers: list[DeskPaper] | None = None
    files: list[StoredFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    places: list[PlaceToCheck] = field(default_factory=list)
    applicant: str = ""
    reason: str = ""  # of the decision
    letter_opened: bool = False  # this reader opened the letter that waits to be checked
    returned_letters: frozenset[uuid.UUID] = frozenset()

    @property
    def said(self) -> list[Said]:
        """All stated facts, in the order of the form."""
        return [one for page in self.pages or [] for one in page.said]


@dataclass(slots=True)
class DecisionPreview:
    """What a decision would say and send, shown before it is made."""

    outcome: str
    label: str
    applicant: str
    letter_title: str
    needs_reason: bool
    has_account: bool


@dataclass(slots=True)
class PlaceToAnswer:
    """A place the office asked to be put right, as a question a clerk can answer for the resident."""

    path: str
    remark: str
    question: Question

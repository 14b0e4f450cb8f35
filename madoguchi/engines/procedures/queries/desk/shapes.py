"""The shapes in which a case reaches the desk's pages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from madoguchi.engines.forms.questions import Question
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.vault.models import StoredFile

from ...decided import Fact
from ...models import Attachment, Case, CorrectionItem, Decision, HandOver, Note
from ...procedure import NeededDocument
from .course import LogLine, Move, Stamp
from .rows import DeskRow
from .versions import VersionNote


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
    is_gap: bool = False  # required, and nobody wrote it


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
    was: str = ""
    reply: str = ""  # 「このままで正しい」 and why
    files: list[StoredFile] = field(default_factory=list)
    files_before: list[StoredFile] = field(default_factory=list)


@dataclass(slots=True)
class DeskSigner:
    """Somebody who has to agree (連署). `state` is none, asked, refused or signed."""

    id: str
    title: str
    state: str
    name: str = ""
    signed_name: str = ""
    signed_at: dt.datetime | None = None
    on_paper: bool = False


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
    previous: list[StoredFile] = field(default_factory=list)  # 前のもの: replaced in a round of correction


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
    signers: list[DeskSigner] = field(default_factory=list)
    applicant: str = ""
    reason: str = ""  # of the decision
    decided: list[Fact] = field(default_factory=list)  # what it says beside the outcome
    handover: HandOver | None = None
    version: VersionNote | None = None  # where it does not stand on the newest
    letter_opened: bool = False  # this reader opened the letter that waits to be checked
    returned_letters: frozenset[uuid.UUID] = frozenset()

    @property
    def outstanding(self) -> list[str]:
        """Titles of the papers that were promised and have not come; [] before a look."""
        return [paper.title for paper in self.papers or [] if paper.way == Attachment.Way.LATER]

    @property
    def is_lacking(self) -> bool:
        """Answers or papers are missing: nothing is granted before they are asked for."""
        return bool(self.case.gaps or self.outstanding)

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
    hands_over: bool = False  # at the counter, without a letter
    cannot_yet: bool = False  # it would grant, and something is still missing


@dataclass(slots=True)
class PlaceToAnswer:
    """A place the office asked to be put right, as a question a clerk can answer for the resident."""

    path: str
    remark: str
    question: Question | None  # None for a paper
    document: NeededDocument | None = None
    is_named: bool = True  # by the office; else another answer calls for it

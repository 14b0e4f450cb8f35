"""The shapes in which drafts and cases reach a resident's pages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.forms.questions import Question, Sheet
from madoguchi.kernel.vault.models import StoredFile

from ...decided import Fact
from ...fetching import FetchPlace
from ...models import Attachment, Case, Correction, Decision
from ...procedure import Eligible, NeededDocument, Procedure
from ...rounds import Place, Round
from .looking import LookRow


@dataclass(slots=True)
class DraftCard:
    id: uuid.UUID
    key: str
    title: str
    left: int
    next_path: str
    updated_at: dt.datetime


@dataclass(slots=True)
class CaseCard:
    id: uuid.UUID
    key: str
    receipt: str
    title: str
    state: str
    state_label: str
    received_at: dt.datetime
    wants_answer: int  # places to put right
    is_over: bool
    is_begun: bool = False  # something was put right and not sent yet


@dataclass(slots=True)
class Paper:
    """A document the answers call for, and how it was or will be handed in."""

    document: NeededDocument
    files: list[Attachment]
    way: str  # "", upload, later, omitted


@dataclass(slots=True)
class Papers:
    needed: list[Paper]

    @property
    def first_open(self) -> Paper | None:
        return next((paper for paper in self.needed if not paper.way), None)


@dataclass(slots=True)
class OpenDraft:
    """A draft with everything its pages show."""

    draft: Draft
    procedure: Procedure
    title: str
    sheet: Sheet
    papers: Papers
    eligible: Eligible
    bring: list[str] = field(default_factory=list)  # what to come with in the end


@dataclass(slots=True)
class Stop:
    """A stop of the line a case walks: done, now or todo; `is_void` where the city took it back afterwards."""

    key: str
    label: str
    state: str
    at: dt.datetime | None = None
    note: str = ""
    is_void: bool = False
    void_since: dt.datetime | None = None


@dataclass(slots=True)
class CorrectionPlace:
    """A place the office named. `question` is None for a paper."""

    id: uuid.UUID
    path: str
    remark: str
    why: str
    label: str
    question: Question | None
    reply: str = ""  # why it was right as it stood, in the resident's words


@dataclass(slots=True)
class PlaceLooked:
    """前とあと: one place of a round that was answered."""

    label: str
    remark: str
    was: str
    shown: str
    reply: str = ""


@dataclass(slots=True)
class OpenRound:
    """The round one answers: what the office asks, what it has, and what was put right so far."""

    case: Case
    title: str
    round: Round
    version: int  # of the buffer
    asked_at: dt.datetime
    saved: int  # places with something kept
    missing: dict[str, Any]  # `path:input` -> what is still to be said there

    @property
    def places(self) -> list[Place]:
        return self.round.places


@dataclass(slots=True)
class SignerCard:
    """Somebody who was asked to agree. `state` is none, asked, over, refused or signed."""

    id: str
    title: str
    name: str
    email: str
    state: str
    until: dt.datetime | None = None
    signed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadyToFetch:
    """用意ができました: since when it waits, at which counter, what it costs and until when."""

    since: dt.datetime
    place: FetchPlace
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A paper that went out wrong and is void: said, never shown again."""

    outcome: str
    sent_at: dt.datetime
    recalled_at: dt.datetime
    had_letter: bool


@dataclass(slots=True)
class ResidentCase:
    case: Case
    title: str
    stops: list[Stop]
    days_left: int | None
    days: int
    is_paused: bool
    correction: Correction | None
    places: list[CorrectionPlace]
    put_right: list[PlaceLooked]  # of the rounds before, the latest last
    sheet: Sheet
    papers: list[Paper]
    decision: Decision | None  # only once its letter was sent
    outcome_label: str
    news: str  # what its letter is called, where the procedure gives it a name of its own
    receipt_copy: StoredFile | None
    messages: list[Any]
    looks: list[LookRow]
    can_withdraw: bool
    unsent: list[PlaceLooked] = field(default_factory=list)  # begun in a round that ended without it
    signers: list[SignerCard] = field(default_factory=list)
    language: str = field(default="ja")
    decided: list[Fact] = field(default_factory=list)  # what the decision says beside its outcome
    reasons: list[str] = field(default_factory=list)  # of a refusal, as its letter says them
    appeal: list[str] = field(default_factory=list)  # 教示, as the letter says it
    was_handed: bool = False  # at the counter, without a letter
    ready: ReadyToFetch | None = None
    bring: list[str] = field(default_factory=list)  # what to come with in the end, while it is open
    recalled: list[Recalled] = field(default_factory=list)
    is_begun: bool = False  # something was put right and not sent yet

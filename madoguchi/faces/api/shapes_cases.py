"""What the verbs of applying and following take and give. Within v1 fields may be added, never renamed or removed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

ANSWERS_EXAMPLE: dict[str, Any] = {
    "applicant": {
        "name": {"family": "見本", "given": "あおい", "family_kana": "ミホン", "given_kana": "アオイ"},
        "birth": "1990-04-12",
    },
    "event": "birth",
    "event_on": "2026-11-01",
    "children": [{"birth": "2026-11-01", "lives_together": True}],
}


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


# ------------------------------------------------------------------ how a procedure is filled in


class Option(Schema):
    key: str
    label: str


class FormField(Schema):
    """One field. `shown_when` is CEL over the answers so far; `fields` are those of one item of a list."""

    key: str
    kind: str
    label: str
    question: str
    hint: str
    why: str
    ground: str
    statement: str
    is_required: bool
    sensitivity: str
    shown_when: str
    options: list[Option]
    least: int | None
    most: int | None
    unit: str
    parts: list[str]
    fields: list[FormField]


class FormPage(Schema):
    id: str
    title: str
    fields: list[FormField]


class FormDocument(Schema):
    id: str
    title: str
    hint: str
    required_when: str
    brought: str
    omitted_by: str


class ProcedureForm(Schema):
    """A procedure told whole. `answers_schema` is a JSON Schema (2020-12) of a document of answers."""

    key: str
    title: str
    division: str
    version: int
    logic_hash: str
    channels: list[str]
    eligibility: str
    pages: list[FormPage]
    documents: list[FormDocument]
    answers_schema: dict[str, Any]


# ------------------------------------------------------------------ drafts


class DraftBegin(Strict):
    """`channel`: how it reached the city hall. An app says nothing or `web`; a machine says how."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"procedure": "jido_teate.nintei"}]}
    )

    procedure: str = Field(max_length=80)
    channel: Literal["web", "counter", "post", "phone", "postcard"] = "web"


class AnswersIn(Strict):
    """Field -> answer. What is not named stays as it is; `null` leaves an optional question blank."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answers": ANSWERS_EXAMPLE}]})

    answers: dict[str, Any] = Field(max_length=300)


class PaperWay(Strict):
    """`later`: by post or at the counter. `link`: the office looks it up, with the person's consent."""

    way: Literal["later", "link"]


class OpenQuestion(Schema):
    path: str
    kind: str
    label: str
    is_required: bool


class PaperFile(Schema):
    id: uuid.UUID
    name: str
    size: int
    content_type: str
    # Quarantined: it waits for the scanner. Refused: it has to be sent anew; `lost` says that this is our fault,
    # otherwise it was found harmful since.
    state: Literal["quarantined", "safe", "refused", "erased"]
    masked: bool  # figures like a マイナンバー were covered, and the file that was sent is not kept
    lost: bool


class Paper(Schema):
    """A document the answers call for, and how it comes: "" while that is not said.

    `brought` is `original` where only the thing itself will do: files are refused, the way is `later`.
    """

    id: str
    title: str
    hint: str
    way: str
    brought: str
    omitted_by: str
    files: list[PaperFile]


class Eligibility(Schema):
    """Whether the answers so far fit: null while that is not known."""

    answer: bool | None
    reason: str


class DraftRow(Schema):
    id: uuid.UUID
    procedure: str
    title: str
    left: int
    updated_at: dt.datetime


class Draft(Schema):
    """`revision` counts saves and is the ETag. `changes`: what a newer version of the questions changed."""

    id: uuid.UUID
    procedure: str
    title: str
    version: int
    channel: str
    revision: int
    is_closed: bool
    left: int
    answers: dict[str, Any]
    open_questions: list[OpenQuestion]
    documents: list[Paper]
    eligible: Eligibility
    changes: list[dict[str, Any]]
    created_at: dt.datetime
    updated_at: dt.datetime


class Submission(Schema):
    """It is received: `receipt` is the number to follow it by."""

    receipt: str
    procedure: str
    received_at: dt.datetime
    due_on: dt.date | None


# ------------------------------------------------------------------ cases


class CaseRow(Schema):
    receipt: str
    procedure: str
    title: str
    state: str
    state_label: str
    received_at: dt.datetime
    wants_answer: int
    is_over: bool


class CaseStep(Schema):
    key: str
    label: str
    state: Literal["done", "now", "todo"]
    at: dt.datetime | None


class CaseFile(Schema):
    id: uuid.UUID
    name: str
    content_type: str


class CaseMessage(Schema):
    id: uuid.UUID
    at: dt.datetime
    subject: str
    body: str
    files: list[CaseFile]


class CaseDecision(Schema):
    """Told from the moment its letter went out."""

    outcome: str
    outcome_label: str
    sent_at: dt.datetime | None
    letter: CaseFile | None


class Case(CaseRow):
    """A machine is told where it stands and no more: no messages, no decision in words."""

    version: int
    due_on: dt.date | None
    days_left: int | None
    is_paused: bool
    can_withdraw: bool
    steps: list[CaseStep]
    messages: list[CaseMessage]
    decision: CaseDecision | None
    documents: list[Paper]


# ------------------------------------------------------------------ corrections


class CorrectionPlace(Schema):
    """One place to put right: a question (`path` of the answers) or a paper (`documents.<id>`)."""

    path: str
    why: str
    remark: str
    kind: str
    label: str
    before: Any
    value: Any
    is_ready: bool


class Correction(Schema):
    """An open round of correction. `version` is its ETag: it counts what was saved and not handed in."""

    receipt: str
    asked_at: dt.datetime
    version: int
    places: list[CorrectionPlace]


class CorrectionIn(Strict):
    """Path -> the right answer (null leaves an optional one blank); `right`: path -> why it is right as it stands."""

    answers: dict[str, Any] = Field(default={}, max_length=100)
    right: dict[str, str] = Field(default={}, max_length=100)

"""The shape of a pack's consultation folder: rules, past calls, and their opinions as rows of facts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from madoguchi.kernel.packs import Shape

Text = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Item = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9-]+$")]
ServiceRef = Annotated[str, StringConstraints(pattern=r"^[a-z_]+:[a-z0-9_.]+$")]
# As a source says it: 2026-11-22, H29-07, R2.
When = Annotated[str, StringConstraints(pattern=r"^([SHR]\d{1,2}(-\d{2}){0,2}|\d{4}(-\d{2}){0,2})$")]


class RuleCategory(Shape):
    """One class of answer (対応区分) of new calls."""

    sign: Text
    label: Text
    meaning: Literal["reflected", "in_draft", "already", "consider", "cannot", "other"]


class RulesFile(Shape):
    """rules.yaml: what holds for every new call."""

    minimum_days: int = Field(20, ge=1, le=365)
    counting: Literal["calendar", "opening"] = Field("calendar", description="how those days are counted")
    route: Slug = Field("iken", description="the way of approval (approvals/routes.yaml)")
    follow_up_months: int = Field(
        12, ge=1, le=60, description="when △ is looked at again, unless said otherwise"
    )
    categories: list[RuleCategory] = Field([], description="the classes of answer a new call starts with")


class NoticeEntry(Shape):
    kind: Literal["newsletter", "website", "place", "group", "sns", "video", "lending"]
    text: Text
    except_: str = Field("", alias="except", description="which of them not: 練馬を除く")
    on: str = ""
    url: str = ""


class WayEntry(Shape):
    channel: Literal["web", "mail", "fax", "post", "counter", "phone"]
    to: str = ""
    note: str = ""


class CategoryEntry(Shape):
    sign: Text
    label: Text
    meaning: Literal["reflected", "in_draft", "already", "consider", "cannot", "other"]
    printed: int | None = Field(None, ge=0, description="the total the document prints for it")


class SectionEntry(Shape):
    title: Text
    printed: int = Field(ge=0)


class EventEntry(Shape):
    kind: Literal["briefing", "open_house", "council"]
    title: Text
    on: dt.date | None = None
    place: str = ""


class CallFile(Shape):
    """calls/<call>.yaml: one call of the past, as its result document tells it."""

    call: Slug
    title: Text
    document: Text
    division: str = Field(
        "", description="name of the division that ran it, if it is one of directory/divisions.csv"
    )
    opens_on: dt.date
    closes_on: dt.date
    minimum_days: int | None = None
    counting: Literal["calendar", "opening"] | None = None
    plan: str = ""
    source: Text
    persons: int = Field(ge=0)
    organisations: int = Field(0, ge=0)
    opinions: int = Field(ge=0, description="how many its document says there are")
    notices: list[NoticeEntry] = []
    ways: list[WayEntry] = []
    categories: list[CategoryEntry] = Field(min_length=1)
    sections: list[SectionEntry] = []
    events: list[EventEntry] = []
    words: dict[str, dict[str, str]] = Field({}, description="title and summary by language")
    notes: list[Text] = []


class OpinionRow(Shape):
    """One line of opinions/<call>.csv: facts, and our own one-line summaries."""

    no: int = Field(ge=1)
    section: str = Field("", description="headings it stands under, joined by |")
    item_title: str = ""
    item_number: str = ""
    item_draft_number: str = ""
    items: str = Field("", description="codes of plan items, joined by a space")
    category: str = Field("", description="the sign as printed; empty where the document prints none")
    answer_with: int | None = Field(None, ge=1, description="the No. whose answer it shares")
    same: int | None = Field(None, ge=1)
    opinion: Text
    answer: str = Field("", description="empty where it shares another's answer")
    outcome: Literal["not_yet", "studying", "done", "declined", "no_source", ""] = ""
    outcome_on: str = ""
    outcome_item: str = ""
    outcome_words: str = ""
    outcome_source: str = ""
    outcome_service: str = ""
    refers_to: str = Field("", description="numbers of opinions its answer points at, joined by a space")

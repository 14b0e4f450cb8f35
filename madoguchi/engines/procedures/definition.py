"""The shape of a procedure's pack file (docs/packs.md explains each key)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from madoguchi.engines.forms.definition import Key, PageDef

DottedKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Parent(Shape):
    """The national template (元制度番号) and how far this goes from it (変更区分): 0 reworded, 1 added to, 2 refined."""

    id: str
    version: int | None = None  # of the template; an overlay (`patch`) must say it
    change: Literal[0, 1, 2]


class Catalog(Shape):
    life_events: list[str] = []
    kind: str = ""


class Web(Shape):
    pass


class Counter(Shape):
    at: list[str] = Field(min_length=1)
    proxy: bool = False


class Post(Shape):
    form: Literal["printable"] = "printable"


class Phone(Shape):
    accepts: Literal["request_for_form", "whole"] = "request_for_form"


class Channels(Shape):
    web: Web | None = None
    counter: Counter | None = None
    post: Post | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _one_is_not_the_internet(self) -> Channels:
        if not (self.counter or self.post or self.phone):
            raise ValueError(_("インターネットでない方法（counter, post, phone）が1つは要ります（N-01）。"))
        return self

    def names(self) -> list[str]:
        return [name for name in ("web", "counter", "post", "phone") if getattr(self, name) is not None]


class Identity(Shape):
    minimum: Literal["none", "email", "oidc"] = "email"
    card: Literal["never_required", "offered"] = "never_required"


class Within(Shape):
    days: int = Field(ge=1, le=730)
    count: Literal["calendar", "business"] = "calendar"
    pause_on: list[Key] = []


class HintDeadline(Shape):
    days: int
    from_: str = Field(alias="from")
    text: str


class Eligibility(Shape):
    when: str
    reasons: dict[Key, str] = {}


class Omission(Shape):
    link: Key
    consent: bool = True
    purpose: str
    basis: str


class DocumentDef(Shape):
    """A paper the answers call for: as a photograph, by post or at the counter, or looked up by the office."""

    id: Key
    title: str
    hint: str = ""
    required_when: str = ""
    form: str = ""
    # original: only the thing itself will do (a certificate that is written on): no photograph is taken
    brought: Literal["", "original"] = ""
    omit_when: Omission | None = None


class ChangeDef(Shape):
    """What made this version differ from the one before: shown to whoever has an open draft or case."""

    act: str  # the law, ordinance or decision, by name
    required_by_law: bool = False  # open drafts are checked whole again, signatures and consents asked anew
    moves_open_cases: bool = False  # open cases may be moved onto it, naming this act
    effective_on: dt.date | None = None


class DecidedField(Shape):
    """One thing that is decided and told (an amount, a first month): written by staff, printed in the letter."""

    type: Literal["money", "number", "date", "choice", "text", "yes_no"]
    label: str
    hint: str = ""
    unit: str = ""
    options: dict[Key, str] = {}
    required: bool = True
    on: list[Key] = []  # the outcomes it belongs to; [] = every `done` that is not a refusal
    proposed: str = ""  # an expression over the answers: what stands in the box before somebody decides
    no_earlier_than: Literal["", "today"] = ""
    least: int | None = None
    most: int | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> DecidedField:
        if (self.type == "choice") != bool(self.options):
            raise ValueError(_("options は choice だけに書き、choice には必ず書きます。"))
        return self


class CosignerDef(Shape):
    """Somebody else who has to agree (連署・同意): asked after receipt, one by one, each with an address of their own."""

    id: Key
    title: str
    statement: str  # what they confirm with their name
    each: Key | Literal[""] = ""  # one for every item of this list; else a single person
    when: str = ""  # an expression; without it always
    days: int = Field(default=14, ge=1, le=180)  # how long the address stays open
    ground: str = ""


class FetchedDef(Shape):
    """What the person asked to fetch, and where: read where it is told, listed and handed over."""

    at: Key | Literal[""] = ""  # the choice question whose option is the place
    divisions: dict[Key, str] = {}  # option -> the division there: the directory knows its floor and hours
    copies: Key | Literal[""] = ""  # the number question: how many are handed over
    shows: list[Key] = []  # the questions whoever hands over compares with what lies there


class StateDef(Shape):
    label: str
    by: Literal["", "division", "head"] = ""
    next: list[Key] = []
    tell: Literal["", "returned", "decided", "received", "ready"] = ""
    second_person: bool = False
    end: Literal["", "done", "cancelled"] = ""
    letter: str = ""
    news: str = ""  # what its letter is called to the person where nothing is decided: 再交付のお知らせ
    hands_over: Literal["", "counter"] = ""  # what is given stands ready at the counter: no letter is drawn
    fetched: FetchedDef | None = None  # only with hands_over; without it at the division of the case, once
    checked_before_sending: Literal["", "another_person"] = ""
    requires: list[Literal["reason", "appeal_notice"]] = []


class Retention(Shape):
    class_: str = Field(alias="class")
    from_: str = Field(alias="from")


class Example(Shape):
    given: dict[str, Any]
    then: dict[str, Any]


class ProcedureDef(Shape):
    """One procedure, whole. Its words (title, labels, …) stand in the same file and are revised apart."""

    procedure: DottedKey
    version: int = Field(ge=1)
    checked_on: dt.date
    parent: Parent | None = None
    title: str
    summary: str
    also_called: str = ""  # what people type when they look for it, set apart by 、 or commas; not shown
    basis: str = ""
    before_you_start: list[str] = []  # what somebody should know before the first question
    bring: list[str] = []  # what to bring, to pay and where to come in the end: said before sending and after
    catalog: Catalog = Catalog()
    division: str
    subject: Literal["person", "household", "organisation"] = "person"
    lesson: bool = False  # a sample form of the practice page: in no list and no register, received by nobody
    yearly_applications: int | None = None
    channels: Channels
    identity: Identity = Identity()
    within: Within
    hint_deadline: HintDeadline | None = None
    pages: list[PageDef] = Field(min_length=1)
    eligibility: Eligibility | None = None
    documents: list[DocumentDef] = []
    flow: dict[Key, StateDef]
    decided: dict[Key, DecidedField] = {}
    refusal_texts: dict[
        Key, str
    ] = {}  # reasons that recur, to begin from; whoever refuses makes them fit the case
    cosigners: list[CosignerDef] = []
    change: ChangeDef | None = None
    retention: Retention
    examples: list[Example] = []

    @model_validator(mode="after")
    def _flow_leads_somewhere(self) -> ProcedureDef:
        states = set(self.flow)
        for name, state in self.flow.items():
            for target in state.next:
                if target not in states:
                    raise ValueError(
                        _("flow.%(name)s.next の %(target)s という段階はありません。")
                        % {"name": name, "target": target}
                    )
            if not state.next and not state.end:
                raise ValueError(_("flow.%s の先がありません。next か end を書きます。") % name)
            if state.end == "done" and not (state.letter or state.hands_over):
                raise ValueError(
                    _("flow.%s は決定なので、知らせる letter か、窓口で渡す hands_over を書きます。") % name
                )
        if not any(state.end for state in self.flow.values()):
            raise ValueError(_("終わりの段階（end）が1つは要ります。"))
        keys = [key for page in self.pages for key in page.fields]
        if len(keys) != len(set(keys)):
            raise ValueError(_("同じ項目のキーが2つのページにあります。"))
        return self

    @model_validator(mode="after")
    def _signers_can_be_found(self) -> ProcedureDef:
        lists = {key for page in self.pages for key, field in page.fields.items() if field.type == "list"}
        for signer in self.cosigners:
            if signer.each and signer.each not in lists:
                raise ValueError(_("cosigners の each の %s は、list の項目ではありません。") % signer.each)
        names = [signer.id for signer in self.cosigners]
        if len(names) != len(set(names)):
            raise ValueError(_("cosigners に同じ id が2つあります。"))
        return self

    @property
    def first_state(self) -> str:
        return next(iter(self.flow))

"""What the model knows: who sits where and stands in for whom, and what was seen to happen to each case and draft.

Nothing here asks the engine anything but the rows it is to be compared with.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Account, StandIn
from madoguchi.kernel.refs import Actor

from .. import make
from .editions import ENDS, NEW_PAPER, Edition

OTHER = "介護保険課"
START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.JST)
CLERK, HEAD = "clerk", "head"
RIGHT = "as it stands"  # 「このままで正しい」 in a half-written answer
RESIDENTS = ("aoi", "ben")
CHAIRS = {
    "sato": {(make.DIVISION, CLERK)},
    "tamura": {(make.DIVISION, CLERK)},
    "ogawa": {(make.DIVISION, CLERK), (make.DIVISION, HEAD)},
    "mori": {(make.DIVISION, CLERK), (make.DIVISION, HEAD)},
    "takagi": {(OTHER, CLERK), (OTHER, HEAD)},
}
WHO = (*RESIDENTS, *CHAIRS)
DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Lending:
    """代理 as it was said: `beside` also sits in the chairs of `absent`, both days included."""

    row: StandIn
    absent: str
    beside: str
    divisions: set[str]
    since: dt.date
    until: dt.date
    is_over: bool = False

    def holds_on(self, day: dt.date) -> bool:
        return not self.is_over and self.since <= day <= self.until


@dataclass(slots=True)
class Signature:
    """One of those who have to agree: where that stands, and by which address they were asked."""

    state: str = "none"  # none, asked, signed, declined
    words: tuple[object, ...] = ()  # what they signed
    token: str = ""
    read: str = ""  # what the address showed when it was made …
    read_words: tuple[object, ...] = ()  # … as the model spells it
    until: dt.datetime = START


@dataclass(slots=True)
class Asked:
    """A round of correction."""

    places: list[str]
    kept: dict[str, str] = field(default_factory=dict)  # what the resident has written and not handed in
    is_open: bool = True
    unseen: int = 0  # places that were answered and not looked at


@dataclass(slots=True)
class Decided:
    outcome: str
    who: str
    has_letter: bool = False
    read_by: set[str] = field(default_factory=set)
    sent_by: str = ""


@dataclass(slots=True)
class Move:
    """A step as it was seen: names as they were that day, and the parts these states play."""

    from_name: str
    to_name: str
    from_part: str
    to_part: str
    who: str
    names: set[str] = field(default_factory=set)  # how they may be written down
    answers: bool = False  # with it came a new revision of the answers


@dataclass(slots=True)
class Life:
    """A case as it should stand."""

    case: Case
    owner: str
    began: Edition  # the version it was received on
    edition: Edition
    part: str = "received"
    division: str = make.DIVISION
    assigned: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)  # papers put in for a round that somebody else answered
    rounds: list[Asked] = field(default_factory=list)
    signatures: dict[str, Signature] = field(default_factory=dict)
    invited: list[dt.datetime] = field(default_factory=list)
    old_tokens: list[str] = field(default_factory=list)
    passed_on: str = ""  # the human who brought it to who decides
    decided: Decided | None = None
    returned: int = 0
    misissues: int = 0
    transfers: list[str] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)  # those it was moved onto
    moves: list[Move] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # verbs of the record, and who
    clock: list[tuple[dt.date, str, Edition]] = field(default_factory=list)
    reckoned: dt.date = dt.date.min  # when it was moved onto another version last
    revisions: list[tuple[object, ...]] = field(default_factory=list)  # rows as first seen

    @property
    def is_over(self) -> bool:
        return self.part in ENDS

    @property
    def waiting(self) -> Asked | None:
        return next((one for one in self.rounds if one.is_open), None)

    @property
    def unseen(self) -> int:
        return sum(one.unseen for one in self.rounds)

    @property
    def missing(self) -> list[str]:
        return [path for path in self.edition.asks if path not in self.answers]

    @property
    def unsigned(self) -> int:
        return sum(self.signatures[one].state != "signed" for one in self.edition.wanted)

    @property
    def awaited(self) -> list[str]:
        return [document for document, way in self.papers.items() if way == "later"]

    @property
    def known_papers(self) -> list[str]:
        """Those that the version it stands on has a place for."""
        return [document for document in self.papers if self.edition.wants_paper or document != NEW_PAPER]

    def words_for(self, signer: str) -> tuple[object, ...]:
        """What they would sign: the spouse reads the day, the guardian only the child's name."""
        if signer != "spouse":
            return ("child",)
        return (self.answers.get("event_on", ""), self.edition.statement)

    def ask_signers(self) -> int:
        """Whoever was not asked is; whoever signed other words is asked anew. Returns how many those are."""
        void = 0
        for signer in self.edition.wanted:
            row = self.signatures.setdefault(signer, Signature())
            if row.state == "signed" and row.words != self.words_for(signer):
                self.void(signer)
                void += 1
        return void

    def void(self, signer: str) -> None:
        self.old_tokens.append(self.signatures[signer].token)
        self.signatures[signer] = Signature()

    def begin(self, who: str, on: dt.date) -> Life:
        """Received: the first step, and the day from which its days count."""
        name = self.edition.name("received")
        self.moves.append(Move("", name, "", "received", who, {who if who in CHAIRS else ""}))
        self.told.append(("case.received", who))
        self.clock.append((on, "received", self.edition))
        self.ask_signers()
        return self

    def step(self, to: str, who: str, on: dt.date, verb: str = "case.moved") -> None:
        here, there = self.edition.name(self.part), self.edition.name(to)
        self.moves.append(Move(here, there, self.part, to, who))
        self.told.append((verb, who))
        if self.part == "returned":
            for one in self.rounds:
                one.is_open = False
        self.part = to
        self.clock.append((on, to, self.edition))

    def due_on(self) -> dt.date:
        """Walked day by day: the day it began to stand still is ours, the day it goes on is not."""
        waits: list[tuple[dt.date, dt.date]] = []
        since = None
        for on, part, edition in self.clock:
            stands = part in edition.pauses
            if since is None and stands:
                since = on
            elif since is not None and not stands:
                waits.append((since, on))
                since = None
        if (
            since is not None
        ):  # nobody knows for how long: it stays as it was last reckoned, at a move of version
            waits.append((since, max(since, self.reckoned)))
        day, ours = self.clock[0][0], 0
        while ours < self.edition.days:
            day += DAY
            ours += not any(sent < day <= came for sent, came in waits)
        return day


@dataclass(slots=True)
class Writing:
    """A draft as it should stand."""

    draft: Draft
    edition: Edition
    answers: dict[str, object]
    changes: dict[str, str] = field(default_factory=dict)  # path -> what is said to have changed
    aside: set[str] = field(default_factory=set)
    is_whole: bool = False  # nobody else is to be written into the list
    has_paper: bool = False


@dataclass(slots=True)
class City:
    accounts: dict[str, Account]
    versions: list[Edition]  # all that were published; the last is in force
    owner: str = "aoi"
    life: Life | None = None
    beside: Life | None = None  # another case, for what is done with several at once
    writing: Writing | None = None
    lendings: list[Lending] = field(default_factory=list)
    refused: int = 0
    now: dt.datetime = START

    @property
    def edition(self) -> Edition:
        return self.versions[-1]

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def actor(self, who: str) -> Actor:
        """As they come in with their next request."""
        return identity.actor_for(self.accounts[who])

    def who(self, account: object) -> str:
        return next((who for who, row in self.accounts.items() if row.pk == account), "")

    def lent(self, who: str) -> list[Lending]:
        return [one for one in self.lendings if one.beside == who and one.holds_on(self.today)]

    def sits(self, who: str, role: str, division: str) -> bool:
        """From a chair of their own, or one that is lent to them today."""
        if (division, role) in CHAIRS.get(who, ()):
            return True
        return any(
            division in one.divisions and (division, role) in CHAIRS[one.absent] for one in self.lent(who)
        )

    def handles(self, who: str, life: Life) -> bool:
        return self.sits(who, CLERK, life.division) or self.sits(who, HEAD, life.division)

    def heads(self, who: str, life: Life) -> bool:
        return self.handles(who, life) and self.sits(who, HEAD, life.division)

    def written_as(self, who: str, division: str, role: str) -> set[str]:
        """How they are written down: by their own name, or 「B（Aの代理）」 where only A's chair lets them."""
        if role == CLERK or (division, role) in CHAIRS.get(who, ()):
            return {who}
        return {
            f"{who}（{one.absent}の代理）" for one in self.lent(who) if (division, role) in CHAIRS[one.absent]
        }


def papers_of(edition: Edition) -> tuple[str, ...]:
    return (NEW_PAPER,) if edition.wants_paper else ()

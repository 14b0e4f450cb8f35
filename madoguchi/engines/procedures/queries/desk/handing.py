"""窓口で渡すもの: what stands ready at the counter, and for how long nobody has come for it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock, packs
from madoguchi.kernel.practice import is_practice
from madoguchi.kernel.refs import Actor

from ... import fetching
from ... import procedure as procedures
from ...decided import Fact
from ...models import Case, Decision, HandOver
from .seeing import handled_divisions
from .shapes import DeskCase

MOST = 200
# Days after which somebody asks whether the resident still wants it.
UNCOLLECTED_AFTER = 14

HANDED_TO = (
    (HandOver.To.SELF, _("ご本人")),
    (HandOver.To.FAMILY, _("同じ世帯の人")),
    (HandOver.To.PROXY, _("代理人（委任状を確かめた）")),
)
SHOWN = (
    (HandOver.Shown.CARD, _("マイナンバーカード（番号は写さない）")),
    (HandOver.Shown.LICENCE, _("運転免許証")),
    (HandOver.Shown.PASSPORT, _("パスポート")),
    (HandOver.Shown.RESIDENCE, _("在留カード・特別永住者証明書")),
    (HandOver.Shown.TWO_PAPERS, _("顔写真のないもの2点")),
    (HandOver.Shown.QUESTIONS, _("聞き取り")),
)


@dataclass(slots=True)
class ReadyRow:
    """One thing that waits at the counter, without a name."""

    id: uuid.UUID
    receipt: str
    title: str
    place: str
    since: dt.datetime
    days: int
    decided_by: str
    is_mine: bool  # who decided it does not hand it over
    is_protected: bool

    @property
    def is_uncollected(self) -> bool:
        return self.days >= UNCOLLECTED_AFTER


def to_hand_over(actor: Actor) -> tuple[list[ReadyRow], int]:
    """What stands ready in the actor's divisions, the longest first, and how much of it there is."""
    waiting = _waiting(actor)
    found = list(
        waiting.select_related("case__definition", "case__applicant", "case__division").order_by(
            "decided_at", "pk"
        )[:MOST]
    )
    total = waiting.count() if len(found) == MOST else len(found)
    words = packs.texts_of({row.case.definition for row in found})
    today = clock.today()
    return [_row(row, actor, words[row.case.definition_id], today) for row in found], total


def to_hand_over_count(actor: Actor) -> int:
    """How much of it there is."""
    return _waiting(actor).count()


def _waiting(actor: Actor) -> QuerySet[Decision]:
    # Without a letter to be sent, it is handed over: the flow says so, and the decision keeps no form.
    return Decision.objects.filter(
        sent_at=None,
        letter_form=None,
        case__division__in=handled_divisions(actor),
        case__practice=is_practice(),
    )


def _row(row: Decision, actor: Actor, texts: dict[str, str], today: dt.date) -> ReadyRow:
    case = row.case
    return ReadyRow(
        id=case.pk,
        receipt=case.receipt,
        title=texts.get("title", ""),
        place=_place(row, texts),
        since=row.decided_at,
        days=(today - clock.in_city(row.decided_at).date()).days,
        decided_by=row.decided_by_name,
        is_mine=row.decided_by == actor.account,
        is_protected=bool(case.applicant and case.applicant.is_protected),
    )


def _place(row: Decision, texts: dict[str, str]) -> str:
    procedure = procedures.of(row.case.definition)
    said = fetching.option_words(procedure, row.outcome, row.fetched_at, texts) if row.fetched_at else ""
    return said or row.case.division.name


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever hands over compares with what lies there: the place, the number, and the answers that say what."""

    place: fetching.FetchPlace
    copies: int
    facts: list[Fact]


def asked_to_fetch(shown: DeskCase) -> Asked | None:
    """What was asked for, from the case as this reader sees it; None before a decision."""
    decision = shown.decision
    if decision is None:
        return None
    case, texts = shown.case, packs.texts(shown.case.definition, "ja")
    fetched = procedures.of(case.definition).state(decision.outcome).fetched
    keys = fetched.shows if fetched is not None else []
    facts = [
        Fact(
            one.question.path,
            " ".join(filter(None, (one.question.position, one.question.short_label))),
            one.shown,
        )
        for one in shown.said
        if one.question.path.partition(".")[0] in keys and one.question.kind != "list_more"
    ]
    place = fetching.place(case, decision.outcome, texts, decision)
    return Asked(place, fetching.copies_asked(case, decision.outcome), facts)


def handed_words(row: HandOver) -> tuple[str, str]:
    """To whom and by what proof, as people say it."""
    return str(dict(HANDED_TO).get(HandOver.To(row.to), "")), str(dict(SHOWN)[HandOver.Shown(row.shown)])


def fee_proposed(case: Case) -> int | None:
    """What the counter may expect to be paid: a decided money field of the case, where there is one."""
    decision = Decision.objects.filter(case=case).first()
    if decision is None:
        return None
    fields = procedures.of(case.definition).shape.decided
    values = decision.values
    return next((int(values[key]) for key in fields if fields[key].type == "money" and key in values), None)

"""保存期間と廃棄: what is due, what was proposed, what was thrown away, what is held. Never a name, never an answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock, packs
from madoguchi.kernel.calendar import fiscal_label
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import normalise_receipt
from madoguchi.kernel.vault import retention

from ... import keeping_time
from ...keeping_time import held_by
from ...models import Case, Disposal, DisposalItem, DisposalRecord, Term

RECORDS, HEAD = retention.RECORDS, "head"
MOST = 200
KINDS = (
    (retention.Hold.Kind.LAWSUIT, _("訴訟")),
    (retention.Hold.Kind.APPEAL, _("審査請求")),
    (retention.Hold.Kind.INQUIRY, _("調査・監査")),
)
AFTER: dict[str, Promise] = {
    "dispose": _("廃棄"),
    "transfer": _("歴史的公文書として移管してから廃棄"),
    "anonymise": _("統計だけ残して廃棄"),
}
STATES: dict[str, Promise] = {
    Disposal.State.PROPOSED: _("決裁を待っています"),
    Disposal.State.APPROVED: _("廃棄しています"),
    Disposal.State.REFUSED: _("差し戻し"),
    Disposal.State.DONE: _("終わりました"),
}
LEFT: dict[str, Promise] = {
    DisposalItem.Left.HELD: _("保全されているため残しました"),
    DisposalItem.Left.OPEN: _("手続きが再び動いたため残しました"),
    DisposalItem.Left.NOT_DUE: _("保存期間が延びたため残しました"),
    DisposalItem.Left.MISISSUE: _("誤交付の記録が終わっていないため残しました"),
    DisposalItem.Left.NO_ARCHIVES: _("移管先が決まっていないため残しました"),
    DisposalItem.Left.PROTECTED: _("秘匿の人の案件なので移管せずに残しました"),
}
UNREADABLE = _("壊れていて読めないものがあるため、移管せずに残しました")
ITEM_STATES: dict[str, Promise] = {
    DisposalItem.State.WAITING: _("廃棄の予定"),
    DisposalItem.State.DONE: _("廃棄しました"),
    DisposalItem.State.LEFT: _("残しました"),
    DisposalItem.State.DROPPED: _("起案を差し戻しました"),
}


@dataclass(frozen=True, slots=True)
class DueGroup:
    """All cases of one class, year and division whose time is over."""

    division: str
    retention: str
    fiscal_year: int
    year: str
    since: dt.date
    count: int


@dataclass(frozen=True, slots=True)
class DueRow:
    """One line of the 件名簿."""

    case_id: uuid.UUID
    receipt: str
    title: str
    received_on: dt.date
    closed_on: dt.date
    disposes_on: dt.date
    is_held: bool
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class DisposalShown:
    """A proposal with its lines."""

    disposal: Disposal
    year: str
    after: Promise
    state: Promise
    rows: list[tuple[str, str, Promise, Any]]  # receipt, title, state, why it was left
    done: int
    total: int
    may_settle: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as the list shows it; why only to who holds the role."""

    hold: retention.Hold
    kind: Any
    about: str
    why: str
    may_lift: bool
    is_over: bool


def may_dispose(actor: Actor) -> bool:
    return actor.has_role(HEAD) or actor.has_role(RECORDS)


def due_groups(actor: Actor) -> list[DueGroup]:
    """What is due, by class and fiscal year: a head's own divisions, or all for who looks after the records."""
    terms = _seen(actor, keeping_time.due())
    groups = (
        terms.order_by()
        .values("division", "retention", "fiscal_year")
        .annotate(count=Count("pk"), since=Min("disposes_on"))
        .order_by("fiscal_year", "retention", "division")
    )
    return [DueGroup(**row, year=fiscal_label(row["fiscal_year"])) for row in groups[:MOST]]


def coming(actor: Actor, days: int = 365) -> int:
    """How many more come due within a year, so that nobody is surprised by them."""
    today = clock.today()
    terms = Term.objects.filter(
        disposes_on__gt=today, disposes_on__lte=today + dt.timedelta(days=days), case__erased_at=None
    )
    return int(_seen(actor, terms, path="case__division").count())


def due_list(actor: Actor, *, division: str, class_: str, fiscal_year: int) -> tuple[list[DueRow], int]:
    """件名簿 of one group, the first of them and how many there are. Raises NotFound."""
    terms = _seen(actor, keeping_time.due()).filter(
        division=division, retention=class_, fiscal_year=fiscal_year
    )
    total = terms.count()
    found = list(terms.select_related("case__definition").order_by("closed_on", "pk")[:MOST])
    if not found:
        raise NotFound
    held = retention.holds_on(ref for term in found for ref in held_by(term.case))
    waiting = DisposalItem.objects.filter(
        case__in=[term.case for term in found], state=DisposalItem.State.WAITING
    )
    proposed = set(waiting.values_list("case_id", flat=True))
    titles = _titles(term.case for term in found)
    return [
        DueRow(
            case_id=term.case_id,
            receipt=term.case.receipt,
            title=titles[term.case.definition_id],
            received_on=clock.in_city(term.case.received_at).date(),
            closed_on=term.closed_on,
            disposes_on=term.disposes_on,
            is_held=not held.isdisjoint(str(ref) for ref in held_by(term.case)),
            is_proposed=term.case_id in proposed,
        )
        for term in found
    ], total


def _titles(cases: Any) -> dict[Any, str]:
    definitions = {case.definition_id: case.definition for case in cases}
    found = packs.texts_of(list(definitions.values()), "ja")
    return {pk: found[pk].get("title", "") for pk in definitions}


def _seen(actor: Actor, terms: Any, path: str = "division") -> Any:
    if actor.has_role(RECORDS):
        return terms
    return terms.filter(**{f"{path}__in": actor.divisions_as(HEAD)})


def disposals(actor: Actor) -> list[tuple[Disposal, str, Promise, int]]:
    """Proposals, the latest first, with how many cases each holds."""
    rows = Disposal.objects.annotate(count=Count("items"))
    if not actor.has_role(RECORDS):
        rows = rows.filter(division__in=actor.divisions_as(HEAD))
    return [(row, fiscal_label(row.fiscal_year), STATES[row.state], row.count) for row in rows[:MOST]]


def to_settle(actor: Actor) -> int:
    """How many proposals wait for this person's 決裁."""
    if not actor.has_role(RECORDS):
        return 0
    return Disposal.objects.filter(state=Disposal.State.PROPOSED).exclude(made_by__in=[actor.account]).count()


def disposed(actor: Actor, receipt: str) -> DisposalRecord | None:
    """What the 廃棄簿 says of a number, to the divisions that had it: whoever asks for it is told that it is gone."""
    rows = DisposalRecord.objects.filter(receipt=receipt)
    if not actor.has_role(RECORDS):
        rows = rows.filter(division__in=actor.divisions_as("clerk", "head"))
    return rows.first()


def disposal_for(actor: Actor, disposal_id: Any) -> DisposalShown:
    """One proposal whole. Raises NotFound."""
    row = Disposal.objects.filter(pk=disposal_id).first() if is_id(disposal_id) else None
    if row is None or not (actor.has_role(RECORDS) or actor.has_role(HEAD, in_=row.division_id)):
        raise NotFound
    items = list(row.items.select_related("case__definition")[:MOST])
    titles = _titles(item.case for item in items)
    return DisposalShown(
        disposal=row,
        year=fiscal_label(row.fiscal_year),
        after=AFTER[row.after],
        state=STATES[row.state],
        rows=[
            (
                item.case.receipt,
                titles[item.case.definition_id],
                ITEM_STATES[item.state],
                LEFT.get(item.left, UNREADABLE) if item.state == DisposalItem.State.LEFT else "",
            )
            for item in items
        ],
        done=row.items.filter(state=DisposalItem.State.DONE).count(),
        total=row.items.count(),
        may_settle=row.state == Disposal.State.PROPOSED and actor.has_role(RECORDS),
        is_own=row.made_by == actor.account,
    )


def disposal_register(actor: Actor) -> Any:
    """廃棄簿: everything that was thrown away, the latest first."""
    rows = DisposalRecord.objects.order_by("-disposed_at", "-receipt")
    return rows if actor.has_role(RECORDS) else rows.filter(division__in=actor.divisions_as(HEAD))


def hold_rows(actor: Actor) -> list[HoldRow]:
    """Every hold, those in force first. Only for who looks after the records. Raises NotFound."""
    if not actor.has_role(RECORDS):
        raise NotFound
    kinds, standing = (
        {str(kind): label for kind, label in KINDS},
        set(retention.standing().values_list("pk", flat=True)),
    )
    rows = list(retention.Hold.objects.select_related("key")[:MOST])
    receipts = _receipts(row.about for row in rows)
    shown = [
        HoldRow(
            hold=row,
            kind=kinds[row.kind],
            about=receipts.get(row.about, row.about),
            why=retention.why(row),
            may_lift=row.pk in standing and row.made_by != actor.account,
            is_over=row.pk not in standing,
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: one.is_over)


def _receipts(abouts: Any) -> dict[str, str]:
    """What a hold lies on, in the words people use: a receipt number, a procedure's name, 「ある人の全部」."""
    refs = [Ref.parse(about) for about in abouts]
    cases = {ref.id for ref in refs if ref.kind == "case"}
    found = {
        f"procedures:case:{pk}": receipt
        for pk, receipt in Case.everything.filter(pk__in=cases).values_list("pk", "receipt")
    }
    keys = {ref.id for ref in refs if ref.kind == "procedure"}
    named = [one for one in packs.definitions("procedure") if one.key in keys] if keys else []
    titles = packs.texts_of(named, "ja")
    found |= {f"procedures:procedure:{one.key}": titles[one.pk].get("title", one.key) for one in named}
    return found | {str(ref): str(_("ある人の手続きの全部")) for ref in refs if ref.kind == "party"}


def what_to_hold(typed: str, *, all_of_person: bool) -> Ref | None:
    """What somebody means by a receipt number (the case, or everything of its person) or the name of a procedure."""
    case = (
        Case.everything.filter(receipt=normalise_receipt(typed), erased_at=None).first()
        if typed.strip()
        else None
    )
    if case is not None:
        if all_of_person:
            return Ref("identity", "party", str(case.applicant_id)) if case.applicant_id else None
        return case.ref
    return _procedure_named(typed.strip())


def _procedure_named(typed: str) -> Ref | None:
    """By its key, or by its name where only one has it."""
    known = list(packs.definitions("procedure"))
    texts = packs.texts_of(known, "ja")
    keys = {one.key for one in known if typed in {one.key, texts[one.pk].get("title", "")}}
    return Ref("procedures", "procedure", keys.pop()) if typed and len(keys) == 1 else None


def case_to_extend(actor: Actor, receipt: str) -> Case:
    """A closed case of one's division. Raises NotFound."""
    case = (
        Case.objects.select_related("definition", "draft__key")
        .filter(receipt=normalise_receipt(receipt))
        .first()
    )
    if case is None or case.closed_at is None or not actor.has_role(HEAD, in_=case.division_id):
        raise NotFound
    return case

"""誤交付の記録: what went out wrong, how far it is mended, and what colleagues learnt from it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.practice import is_practice
from madoguchi.kernel.refs import Actor, is_id
from madoguchi.kernel.vault.models import StoredFile

from ... import rules
from ...errors import LookReasonNeeded, ProtectedHere
from ...models import Misissue
from .seeing import handled_divisions, look_in_force

MOST = 200
MOST_LESSONS = 5
# Days from the finding: to have the paper back or know what became of it, and to be done with it.
BACK_WITHIN, CLOSE_WITHIN = 14, 30

KINDS = (
    (Misissue.Kind.WRONG_PERSON, _("別の人に渡した・送った")),
    (Misissue.Kind.WRONG_PAPER, _("別の書類を渡した・送った")),
    (Misissue.Kind.WRONG_CONTENT, _("書類の内容がまちがっていた")),
    (Misissue.Kind.TWICE, _("二重に渡した・送った")),
    (Misissue.Kind.LOST, _("届かない・なくした")),
)
STEPS = (
    (Misissue.Step.INTAKE, _("受付・入力")),
    (Misissue.Step.CHECK, _("確認")),
    (Misissue.Step.DECISION, _("決裁")),
    (Misissue.Step.SECOND_CHECK, _("交付前の確認")),
    (Misissue.Step.HANDING_OVER, _("手渡し・郵送")),
)
BACKS = (
    (Misissue.Back.ASKED, _("返してもらうようお願いしている")),
    (Misissue.Back.RETURNED, _("返ってきた")),
    (Misissue.Back.DESTROYED, _("相手が処分したと確かめた")),
    (Misissue.Back.NOT_NEEDED, _("返してもらう必要がない")),
)


@dataclass(slots=True)
class MisissueRow:
    """One line of the register, without a name or a word of what happened."""

    id: uuid.UUID
    case_id: uuid.UUID
    receipt: str
    title: str
    kind: str
    step: str
    back: str
    found_at: dt.datetime
    found_by: str
    back_by: dt.date  # by when the paper should be back
    close_by: dt.date
    is_out: bool
    is_late: bool
    lesson: str
    closed_at: dt.datetime | None
    closed_by: str


@dataclass(slots=True)
class MisissueShown:
    """One entry whole; `what` and the letter only after a look at the case was recorded."""

    row: MisissueRow
    misissue: Misissue
    may_close: bool
    is_recalled: bool
    is_undone: bool  # recalled, and the right paper has not gone out yet
    has_look: bool
    what: str = ""
    letter: StoredFile | None = None


def misissues(actor: Actor) -> tuple[list[MisissueRow], int]:
    """The register of the actor's divisions: what is open first, by its date; then what is over, the latest first."""
    found = _of(actor)
    order = (F("closed_at").desc(nulls_first=True), "found_at", "pk")
    rows = list(found.select_related("case__definition").order_by(*order)[:MOST])
    total = found.count() if len(rows) == MOST else len(rows)
    words = packs.texts_of({row.case.definition for row in rows})
    return [_row(row, words[row.case.definition_id]) for row in rows], total


def open_misissues(actor: Actor) -> int:
    """How many are not mended yet."""
    return _of(actor).filter(closed_at=None).count()


def _of(actor: Actor) -> QuerySet[Misissue]:
    return Misissue.objects.filter(division__in=handled_divisions(actor), case__practice=is_practice())


def _row(row: Misissue, texts: dict[str, str]) -> MisissueRow:
    found_on, today = clock.in_city(row.found_at).date(), clock.today()
    back_by = found_on + dt.timedelta(days=BACK_WITHIN)
    close_by = found_on + dt.timedelta(days=CLOSE_WITHIN)
    is_out = row.back == Misissue.Back.ASKED
    late = row.closed_at is None and (close_by < today or (is_out and back_by < today))
    return MisissueRow(
        id=row.pk,
        case_id=row.case_id,
        receipt=row.case.receipt,
        title=texts.get("title", ""),
        kind=str(dict(KINDS)[Misissue.Kind(row.kind)]),
        step=str(dict(STEPS)[Misissue.Step(row.step)]),
        back=str(dict(BACKS)[Misissue.Back(row.back)]),
        found_at=row.found_at,
        found_by=row.found_by_name,
        back_by=back_by,
        close_by=close_by,
        is_out=is_out,
        is_late=late,
        lesson=row.lesson,
        closed_at=row.closed_at,
        closed_by=row.closed_by_name,
    )


def misissue_for(actor: Actor, misissue_id: str | uuid.UUID) -> MisissueShown:
    """One entry. What happened is read only after it is on record that one looks at it. Raises NotFound."""
    found = _of(actor).select_related(
        "case__definition", "case__draft__key", "case__applicant", "returned__letter"
    )
    row = found.filter(pk=misissue_id).first() if is_id(str(misissue_id)) else None
    if row is None:
        raise NotFound
    whole = look_in_force(actor, row.case) if rules.may_handle(actor, row.case) else None
    looks = (whole, look_in_force(actor, row.case, rules.STORY))
    # A look from before this was found says nothing of what happened, but to who wrote it down: closing asks for one
    # since, and so do we.
    is_mine = row.found_by == actor.account
    look = next((one for one in looks if one is not None and (is_mine or one.at >= row.found_at)), None)
    is_undone = rules.is_still_recalled(row)
    shown = MisissueShown(
        row=_row(row, packs.texts(row.case.definition, "ja")),
        misissue=row,
        may_close=row.found_by != actor.account and look is not None and not is_undone,
        is_recalled=row.returned_id is not None,
        is_undone=is_undone,
        has_look=look is not None,
    )
    if look is not None:
        shown.what = row.what
    if whole is not None:
        shown.letter = row.returned.letter if row.returned is not None else None
    return shown


def recalled_letter(actor: Actor, misissue_id: str | uuid.UUID) -> StoredFile:
    """The paper as it went out. Raises NotFound, LookReasonNeeded, ProtectedHere."""
    shown = misissue_for(actor, misissue_id)
    if not rules.may_handle(actor, shown.misissue.case) or look_in_force(actor, shown.misissue.case) is None:
        raise LookReasonNeeded
    if not rules.may_open_papers(actor, shown.misissue.case):
        raise ProtectedHere
    if shown.letter is None:
        raise NotFound
    return shown.letter


@dataclass(frozen=True, slots=True)
class Lesson:
    words: str
    on: dt.date
    kind: str


def lessons(actor: Actor, procedure: str, step: str) -> list[Lesson]:
    """前にあったこと: what went wrong at this step of this procedure, and what is done differently since."""
    if not actor.is_staff or step not in Misissue.Step.values:
        return []
    found = Misissue.objects.filter(procedure=procedure, step=step, case__practice=is_practice())
    rows = found.exclude(lesson="").order_by("-found_at")[:MOST_LESSONS]
    return [
        Lesson(row.lesson, clock.in_city(row.found_at).date(), str(dict(KINDS)[Misissue.Kind(row.kind)]))
        for row in rows
    ]

"""What the office does: name the places, and look at each of them when it was put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ... import rules, sealing
from ...errors import NothingToCorrect, ReplyDayPast, StepNotPossible
from ...models import Attachment, Case, Correction, CorrectionItem
from ...models.correcting import DOCUMENTS
from ...procedure import Procedure
from ..steps import handled, move, unconfirmed
from ..telling import RETURNED, RETURNED_UNTIL, tell


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put right at one place, in words for the resident, and what was the matter."""

    remark: str
    why: str = CorrectionItem.Why.INCORRECT


@writes
def ask_correction(
    *,
    case: Case,
    items: Mapping[str, str | Wanted],
    by: Actor,
    seen: int,
    reply_by: dt.date | None = None,
) -> Correction:
    """Ask the resident to put the places in `items` right; the clock stops.

    A place is the path of a question or `documents.<id>`; a remark alone means that something is wrong there.
    `reply_by` is the day by which an answer is asked for (行政手続法 第7条: 相当の期間).
    Raises NothingToCorrect, ReplyDayPast, StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
    if reply_by is not None and reply_by <= clock.today():
        raise ReplyDayPast
    procedure = procedures.of(case.definition)
    sheet = form_queries.sheet(case.draft, procedure.form)
    wanted = {path: _wanted(said) for path, said in items.items()}
    wanted = {path: said for path, said in wanted.items() if said.remark}
    if not wanted or not all(_is_place(path, case, procedure, sheet) for path in wanted):
        raise NothingToCorrect
    to = next(
        (name for name in procedure.state(case.state).next if procedure.state(name).tell == "returned"), None
    )
    if to is None:
        raise StepNotPossible
    by = rules.check_may_leave(by, procedure.state(case.state), case)
    case = move(case, to, by=by, seen=seen, places=len(wanted), replied_at=None)
    correction = Correction.objects.create(
        case=case, asked_at=clock.now(), asked_by=by.account, asked_by_name=by.name, reply_by=reply_by
    )
    places = [
        CorrectionItem(correction=correction, path=path, why=wanted[path].why) for path in sorted(wanted)
    ]
    for item in places:
        item.sealed_remark = sealing.sealed(item, case.draft, wanted[item.path].remark)
    CorrectionItem.objects.bulk_create(places)
    # What they had put in when somebody else answered for them lies in the new round, still unsent.
    asked = [item.path.removeprefix(DOCUMENTS) for item in places if item.is_paper]
    Attachment.objects.filter(draft=case.draft_id, document__in=asked, set_aside_at__isnull=False).update(
        correction=correction, set_aside_at=None
    )
    audit.record("case.correction_asked", case.ref, by=by, facts={"places": len(wanted)})
    news = RETURNED if reply_by is None else RETURNED_UNTIL
    told = {"places": len(wanted), "until": reply_by or ""}
    tell(case, news, key=str(correction.pk), places=told, by=by)
    return correction


def _wanted(said: str | Wanted) -> Wanted:
    said = Wanted(said) if isinstance(said, str) else said
    why = said.why if said.why in CorrectionItem.Why.values else CorrectionItem.Why.INCORRECT
    return Wanted(said.remark.strip()[:500], why)


def _is_place(path: str, case: Case, procedure: Procedure, sheet: Sheet) -> bool:
    """A question that is asked now, or a paper that is called for or was put in."""
    if not path.startswith(DOCUMENTS):
        return sheet.question(path) is not None
    name = path.removeprefix(DOCUMENTS)
    needed = procedure.documents(sheet.answers, packs.texts(case.definition, "ja"), settled=True)
    put_in = Attachment.objects.current().filter(draft=case.draft_id, document=name)
    known = {document.id for document in procedure.shape.documents}
    return name in {one.id for one in needed} or (name in known and put_in.exists())


@writes
def confirm_item(*, case: Case, item_id: str, by: Actor) -> None:
    """A clerk has seen that this place was put right. Raises StepNotPossible before it was answered."""
    by = handled(case, by)
    answered = CorrectionItem.objects.filter(
        pk=item_id, correction__case=case, correction__answered_at__isnull=False
    )
    if not answered.exists():
        raise StepNotPossible
    answered.filter(confirmed_at=None).update(confirmed_at=clock.now())
    if not unconfirmed(case):
        Case.objects.filter(pk=case.pk).update(replied_at=None)
    audit.record("case.correction_confirmed", case.ref, by=by, facts={"item": item_id})

"""What the office does: name the places, and look at each of them when it was put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ... import rules, sealing
from ...errors import NothingToCorrect, StepNotPossible
from ...models import Attachment, Case, Correction, CorrectionItem
from ...models.correcting import DOCUMENTS
from ...procedure import Procedure
from ..steps import handled, move, unconfirmed
from ..telling import RETURNED, tell


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put right at one place, in words for the resident, and what was the matter."""

    remark: str
    why: str = CorrectionItem.Why.INCORRECT


@writes
def ask_correction(*, case: Case, items: Mapping[str, str | Wanted], by: Actor, seen: int) -> Correction:
    """Ask the resident to put the places in `items` right; the clock stops.

    A place is the path of a question or `documents.<id>`; a remark alone means that something is wrong there.
    Raises NothingToCorrect, StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
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
    rules.check_may_leave(by, procedure.state(case.state), case)
    case = move(case, to, by=by, seen=seen, places=len(wanted), replied_at=None)
    correction = Correction.objects.create(
        case=case, asked_at=clock.now(), asked_by=by.account, asked_by_name=by.name
    )
    places = [
        CorrectionItem(correction=correction, path=path, why=wanted[path].why) for path in sorted(wanted)
    ]
    for item in places:
        item.sealed_remark = sealing.sealed(item, case.draft, wanted[item.path].remark)
    CorrectionItem.objects.bulk_create(places)
    audit.record("case.correction_asked", case.ref, by=by, facts={"places": len(wanted)})
    tell(case, RETURNED, key=str(correction.pk), places={"places": len(wanted)}, by=by)
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
    """A clerk has seen that this place was put right."""
    by = handled(case, by)
    CorrectionItem.objects.filter(pk=item_id, correction__case=case, confirmed_at=None).update(
        confirmed_at=clock.now()
    )
    if not unconfirmed(case):
        Case.objects.filter(pk=case.pk).update(replied_at=None)
    audit.record("case.correction_confirmed", case.ref, by=by, facts={"item": item_id})

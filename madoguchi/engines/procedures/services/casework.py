"""What clerks do day by day: take a case, look with a reason, pass it on, write a note."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import refuse_my_number

from .. import procedure as procedures
from .. import rules, sealing
from ..errors import AlreadyTaken, NeedsReason, NotAllConfirmed, StepNotPossible
from ..models import Attachment, Case, Note
from .steps import handled, move, unconfirmed
from .telling import tell_ready


@writes
def take(*, case: Case, by: Actor) -> Case:
    """Make the case mine. Two clerks can press at once: the conditional UPDATE lets one through."""
    by = handled(case, by)
    mine = Case.objects.filter(pk=case.pk, assigned=None).update(
        assigned=by.account, version=F("version") + 1
    )
    case.refresh_from_db()
    if not mine:
        if case.assigned_id == by.account:
            return case
        raise AlreadyTaken(name=case.assigned.name if case.assigned else "")
    audit.record("case.taken", case.ref, by=by)
    return case


def record_look(*, case: Case, by: Actor, reason: str, what: str = rules.WHOLE) -> None:
    """Write down why somebody looks, before anything is shown. The resident sees it too."""
    by = handled(case, by)
    reason = reason.strip()
    if not reason:
        raise NeedsReason(_("見る理由を選ぶか、書いてください。"))
    refuse_my_number(reason)
    audit.record_read(case.ref, by=by, purpose=reason[:200], what=what, subject=case.applicant_id)


@writes
def advance(*, case: Case, to: str, by: Actor, seen: int) -> Case:
    """Pass the case on to a state that is neither a decision nor a question to the resident.

    Raises NotFound, NeedsHead, NotAllConfirmed, StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
    flow = procedures.of(case.definition).shape.flow
    target = flow.get(to)
    if target is None or target.end or target.tell == "returned":
        raise StepNotPossible
    by = rules.check_may_leave(by, flow[case.state], case)
    if unconfirmed(case):
        raise NotAllConfirmed
    case = move(case, to, by=by, seen=seen, assigned_id=case.assigned_id or by.account)
    if target.tell == "ready":
        tell_ready(case, key=f"{case.pk}:{case.version}", by=by)
    return case


@writes
def add_note(*, case: Case, text: str, by: Actor) -> Note:
    """Leave a remark for colleagues."""
    by = handled(case, by)
    if not text.strip():
        raise NeedsReason(_("メモを書いてください。"))
    if by.account is None:
        raise NotAllowed
    note = Note(case=case, by=by.account, by_name=by.name, at=clock.now())
    note.sealed_text = sealing.sealed(note, case.draft, text.strip()[:1000])
    note.save(force_insert=True)
    audit.record("case.noted", case.ref, by=by)
    return note


@writes
def paper_arrived(*, case: Case, document: str, by: Actor) -> None:
    """A promised paper has come by post or over the counter. Raises StepNotPossible when none was promised."""
    _settle_paper(case, document, Attachment.Way.PAPER, by)


@writes
def waive_paper(*, case: Case, document: str, why: str, by: Actor) -> None:
    """The office does without a promised paper, for a reason that stays on record. Raises NeedsReason."""
    if not why.strip():
        raise NeedsReason
    _settle_paper(case, document, Attachment.Way.WAIVED, by, why)


def _settle_paper(case: Case, document: str, way: str, by: Actor, why: str = "") -> None:
    by = handled(case, by)
    promised = Attachment.objects.current().filter(
        draft=case.draft_id, document=document, way=Attachment.Way.LATER
    )
    paper = promised.first()
    if paper is None:
        raise StepNotPossible
    Attachment.objects.filter(pk__in=[one.pk for one in promised]).update(
        way=way, at=clock.now(), sealed_why=sealing.sealed(paper, case.draft, why.strip()[:500])
    )
    audit.record("case.paper_settled", case.ref, by=by, facts={"document": document, "way": way})

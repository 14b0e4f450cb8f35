"""補正: asking the resident to put single places right, and taking the answer in whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.kinds import KINDS
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from .. import procedure as procedures
from .. import rules, sealing
from ..errors import NothingToCorrect, StepNotPossible
from ..models import Case, Correction, CorrectionItem
from .steps import handled, move, unconfirmed
from .telling import RETURNED, tell


@writes
def ask_correction(*, case: Case, items: Mapping[str, str], by: Actor, seen: int) -> Correction:
    """Ask the resident to put the places in `items` (question path -> remark) right; the clock stops.

    Raises NothingToCorrect, StepNotPossible, SomebodyWasFaster.
    """
    handled(case, by)
    procedure = procedures.of(case.definition)
    sheet = form_queries.sheet(case.draft, procedure.form)
    wanted = {path: remark.strip() for path, remark in items.items() if remark.strip()}
    if not wanted or any(sheet.question(path) is None for path in wanted):
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
    places = [CorrectionItem(correction=correction, path=path) for path in sorted(wanted)]
    for item in places:
        item.sealed_remark = sealing.sealed(item, case.draft, wanted[item.path][:500])
    CorrectionItem.objects.bulk_create(places)
    audit.record("case.correction_asked", case.ref, by=by, facts={"places": len(wanted)})
    tell(case, RETURNED, key=str(correction.pk), places={"places": len(wanted)}, by=by)
    return correction


@writes
def answer_correction(*, case: Case, posted: Mapping[str, Mapping[str, str]], by: Actor, seen: int) -> Case:
    """Take the corrected answers (question path -> inputs) as one new revision and start the clock again.

    All or nothing: with one answer at fault none is kept, and AnswerRefused names the inputs as
    `path:input`. Staff never see half an answer.
    """
    if not (rules.is_own(by, case) or rules.may_handle(by, case)):
        raise NotFound
    correction = case.corrections.filter(closed_at=None).first()
    if correction is None:
        raise StepNotPossible
    procedure = procedures.of(case.definition)
    if procedure.state(case.state).tell != "returned":
        raise StepNotPossible  # withdrawn meanwhile
    sheet = form_queries.sheet(case.draft, procedure.form)
    changes: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for item in correction.items.all():
        question = sheet.question(item.path)
        if question is None:
            continue
        try:
            value = forms.read_answer(procedure.form, question, posted.get(item.path, {}))
            if by.is_resident:
                forms.check_beside(procedure.form, sheet.answers, item.path, value)
            if value == question.value:
                first = KINDS[question.kind].inputs[0]
                raise AnswerRefused({first: _("前の答えと同じです。係からの注意を読んで、直してください。")})
            changes[item.path] = value
        except AnswerRefused as refused:
            errors |= {f"{item.path}:{name}": words for name, words in refused.errors.items()}
    if errors:
        raise AnswerRefused(errors)
    back = next(name for name in procedure.state(case.state).next if not procedure.state(name).end)
    case = move(case, back, by=by, seen=seen, replied_at=clock.now())
    forms.revise(draft=case.draft, form=procedure.form, changes=changes, by=by)
    now = clock.now()
    Correction.objects.filter(pk=correction.pk).update(answered_at=now, closed_at=now)
    audit.record("case.correction_answered", case.ref, by=by, facts={"places": len(changes)})
    return case


@writes
def confirm_item(*, case: Case, item_id: str, by: Actor) -> None:
    """A clerk has seen that this place was put right."""
    handled(case, by)
    CorrectionItem.objects.filter(pk=item_id, correction__case=case, confirmed_at=None).update(
        confirmed_at=clock.now()
    )
    if not unconfirmed(case):
        Case.objects.filter(pk=case.pk).update(replied_at=None)
    audit.record("case.correction_confirmed", case.ref, by=by, facts={"item": item_id})

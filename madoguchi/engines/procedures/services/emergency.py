"""緊急閲覧: a case is opened to somebody who does not handle it, because somebody is in danger; judged afterwards."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.refs.receipts import normalise_receipt

from .. import rules, sealing
from ..errors import NeedsAnotherPerson
from ..models import Case, EmergencyLook
from ..opening_errors import EmergencyOften, EmergencyUnknown, EmergencyWhy, JudgeUnclear

LASTS = dt.timedelta(minutes=30)
MOST_AN_HOUR, MOST_A_DAY = 3, 10
JUDGE_WITHIN = dt.timedelta(days=7)
LEAST_WORDS, MOST_WORDS = 10, 500
LOOKED_AT = gettext_noop("請求の全部（住所や連絡先が秘匿のときは、それを除く）")
# What the person reads among the looks. Written out, so that each stands in the list of what is translated.
PURPOSES = {
    "life": gettext_noop("緊急閲覧：生命・身体の危険があるため"),
    "abuse": gettext_noop("緊急閲覧：虐待・暴力のおそれがあるため"),
    "missing": gettext_noop("緊急閲覧：行方がわからない方をさがすため"),
    "disaster": gettext_noop("緊急閲覧：災害のため"),
}


def open_in_emergency(*, receipt: str, danger: str, why: str, by: Actor) -> EmergencyLook:
    """Open one case to `by` for half an hour. The reason is on record before anything is shown, the person reads it.

    For cases of other divisions: what one handles is opened the usual way. 秘匿 stays: where somebody is stays
    hidden from who does not hold the named right in the division of the case. Raises EmergencyWhy,
    EmergencyUnknown (no such case, or one's own), EmergencyOften, NotFound (who handles no cases at all).
    """
    if not by.is_staff or not by.divisions_as(*rules.HANDLING):
        raise NotFound
    if danger not in EmergencyLook.Danger.values or len(why.strip()) < LEAST_WORDS:
        raise EmergencyWhy
    spelled = normalise_receipt(receipt)
    case = Case.objects.select_related("draft__key", "division").filter(receipt=spelled).first()
    if spelled is None or case is None or rules.may_handle(by, case):
        raise EmergencyUnknown
    row = _opened(case=case, danger=danger, why=why.strip()[:MOST_WORDS], by=by)
    audit.record_read(case.ref, by=by, purpose=PURPOSES[danger], what=LOOKED_AT, subject=case.applicant_id)
    return row


@writes
def _opened(*, case: Case, danger: str, why: str, by: Actor) -> EmergencyLook:
    now = clock.now()
    # The row of who asks is taken, so that two windows at once are still counted one after the other.
    if by.account is None:
        raise NotFound
    Account.objects.select_for_update().get(pk=by.account)
    mine = EmergencyLook.objects.filter(by=by.account)
    if (
        mine.filter(at__gt=now - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR
        or mine.filter(at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY
    ):
        raise EmergencyOften(hour=MOST_AN_HOUR, day=MOST_A_DAY)
    row = EmergencyLook(
        case=case,
        division=case.division,
        danger=danger,
        at=now,
        until=now + LASTS,
        by=by.account,
        by_name=by.name,
        by_divisions="、".join(sorted(by.divisions))[:200],
        judge_by=clock.today() + JUDGE_WITHIN,
    )
    row.sealed_why = sealing.sealed(row, case.draft, why)
    row.save(force_insert=True)
    facts = {"danger": danger, "division": case.division_id}
    audit.record("case.opened_in_emergency", case.ref, by=by, facts=facts, subject=case.applicant_id)
    return row


@writes
def judge_emergency(*, look: EmergencyLook, verdict: str, remark: str, by: Actor) -> EmergencyLook:
    """正当・不当, with a reason, by another person: a head of that division, or a reviewer.

    Raises NotFound, NeedsAnotherPerson, JudgeUnclear, SomebodyWasFaster.
    """
    if not rules.may_judge(by, look.division_id):
        raise NotFound
    if look.by == by.account:
        raise NeedsAnotherPerson
    if verdict not in EmergencyLook.Verdict.values or not remark.strip():
        raise JudgeUnclear
    open_ = EmergencyLook.objects.filter(pk=look.pk, judged_at=None)
    words = sealing.sealed(look, look.case.draft, remark.strip()[:MOST_WORDS])
    if not open_.update(
        verdict=verdict,
        sealed_remark=words,
        judged_at=clock.now(),
        judged_by=by.account,
        judged_by_name=by.name,
    ):
        raise SomebodyWasFaster
    look.refresh_from_db()
    case = look.case
    about = Ref.to(look)
    audit.record("emergency.judged", about, by=by, facts={"verdict": verdict}, subject=case.applicant_id)
    return look

"""窓口で渡す: what was decided without a letter is handed over by somebody other than who decided it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import procedure as procedures
from .. import rules, sealing
from ..errors import HandOverUnclear, NeedsAnotherPerson, ProtectedHere, StepNotPossible
from ..events import case_decided
from ..models import Case, Decision, HandOver
from .steps import handled
from .telling import take_back_ready

MOST_COPIES = 99
MOST_YEN = 1_000_000


def is_at_counter(case: Case, decision: Decision) -> bool:
    """Whether what was decided is handed over at the counter, without a letter."""
    return procedures.of(case.definition).state(decision.outcome).hands_over == "counter"


@writes
def hand_over(
    *, case: Case, to: str, shown: str, copies: int, yen: int, by: Actor, name: str = ""
) -> HandOver:
    """Check the paper once more and hand it over, once, with how the receiver showed who they are.

    `shown` is the kind of proof only: no number of a card is ever written down. Raises HandOverUnclear,
    NeedsAnotherPerson (who decided does not hand over), ProtectedHere, StepNotPossible, SomebodyWasFaster.
    """
    by = handled(case, by)
    if by.account is None:
        raise NotAllowed
    decision = Decision.objects.filter(case=case).first()
    if decision is None or not is_at_counter(case, decision):
        raise StepNotPossible
    if decision.decided_by == by.account:
        raise NeedsAnotherPerson
    if not rules.may_open_papers(by, case):
        raise ProtectedHere
    _check_told(to=to, shown=shown, copies=copies, yen=yen, name=name)
    now = clock.now()
    # Taking the row first: 「用意ができました」 is posted before the paper is fetched or not at all.
    Case.objects.filter(pk=case.pk).update(version=F("version"))
    # The decision's own row decides who was first; the unique row of the hand-over says so again.
    sent = Decision.objects.filter(pk=decision.pk, sent_at=None).update(
        checked_by=by.account, checked_by_name=by.name, sent_at=now
    )
    if not sent:
        raise SomebodyWasFaster
    row = HandOver(
        case=case, to=to, shown=shown, copies=copies, yen=yen, at=now, by=by.account, by_name=by.name
    )
    row.sealed_name = sealing.sealed(row, case.draft, name.strip()[:100] if to != HandOver.To.SELF else "")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise SomebodyWasFaster from error
    audit.record(
        "case.handed_over",
        case.ref,
        by=by,
        facts={"to": to, "shown": shown, "copies": copies, "yen": yen},
        subject=case.applicant_id,
    )
    take_back_ready(case, by=by)
    decision.refresh_from_db()
    case_decided.send(Case, case=case, decision=decision)
    return row


def _check_told(*, to: str, shown: str, copies: int, yen: int, name: str) -> None:
    if to not in HandOver.To.values or shown not in HandOver.Shown.values:
        raise HandOverUnclear
    if not (1 <= copies <= MOST_COPIES and 0 <= yen <= MOST_YEN):
        raise HandOverUnclear(_("通数は1から99まで、手数料は0円から1,000,000円までで書いてください。"))
    if to != HandOver.To.SELF and not name.strip():
        raise HandOverUnclear(_("ご本人でない人に渡すときは、受け取る人の名前を書いてください。"))

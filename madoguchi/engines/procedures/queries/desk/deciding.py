"""What stands between a decision and its letter: the letter before it is decided, and who was faster."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.utils.translation import gettext as _

from madoguchi.engines.documents import queries as documents
from madoguchi.engines.documents.services import Letter
from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor

from ... import letters, sealing
from ... import procedure as procedures
from ...errors import LookReasonNeeded, ReasonTooShort
from ...models import Decision
from ...services.deciding import LEAST_REASON
from .case import case_for_staff, decision_preview


def letter_preview(actor: Actor, case_id: str | uuid.UUID, outcome: str, reason: str) -> Letter:
    """The letter as it would be printed if this were decided now; nothing is decided and nothing kept.

    Without the right to it, 秘匿 takes the address and the answers out.
    Raises NotFound, LookReasonNeeded, StepNotPossible, ReasonTooShort.
    """
    shown = case_for_staff(actor, case_id)
    if shown.look is None:
        raise LookReasonNeeded
    wanted = decision_preview(shown, outcome)
    if wanted.needs_reason and len(reason.strip()) < LEAST_REASON:
        raise ReasonTooShort(least=LEAST_REASON)
    case = shown.case
    key = procedures.of(case.definition).state(outcome).letter
    decision = Decision(
        case=case, outcome=outcome, letter_form=documents.published(key), decided_at=clock.now()
    )
    decision.sealed_reason = sealing.sealed(decision, case.draft, reason.strip())
    letter = letters.decision_letter(case, decision)
    return replace(letter, to_address="", facts=(), sections=()) if shown.is_sealed else letter


def who_was_faster(actor: Actor, case_id: str | uuid.UUID, *, seen: str) -> str:
    """Why a press from the version `seen` did nothing, with who did what meanwhile; "" where that is not known."""
    shown = case_for_staff(actor, case_id)
    if not (seen.isascii() and seen.isdigit() and 0 < int(seen[:9]) <= shown.case.version):
        return ""
    last = shown.log[0]
    if last.account == actor.account:
        return _("別の画面で先に進めています。いまの段階を確かめてください。")
    if not last.by:
        return ""
    at = clock.in_city(last.at)
    day = "" if at.date() == clock.today() else f"{at.month}/{at.day} "
    return _("%(who)s %(time)s に%(what)s。あなたの操作は行われていません。") % {
        "who": _("%(name)sさんが") % {"name": last.by} if last.account else last.by,
        "time": f"{day}{at.hour}:{at.minute:02d}",
        "what": last.words,
    }

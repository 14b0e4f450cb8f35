"""What stands between a decision and its letter: the letter before it is decided, and who was faster."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from madoguchi.engines.documents.services import Letter, draw_preview
from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import clock, packs
from madoguchi.kernel.refs import Actor

from ... import decided, letters, sealing
from ... import procedure as procedures
from ...decided import Fact, Posted
from ...errors import LookReasonNeeded, StepNotPossible
from ...models import Case, Decision
from ...services.deciding import check_reason
from .case import case_for_staff, decision_preview
from .shapes import DeskCase


def decision_questions(shown: DeskCase, outcome: str) -> list[Question]:
    """What has to be decided beside the outcome: as it was decided before and taken back, else as proposed.

    Raises LookReasonNeeded: a proposal tells what was answered.
    """
    if shown.look is None:
        raise LookReasonNeeded
    case = shown.case
    taken_back = [row for row in case.returned_decisions.all() if row.outcome == outcome]
    before = taken_back[-1].values if taken_back else {}
    return decided.questions(case, outcome, {**decided.proposals(case, outcome), **before})


def decided_facts(case: Case, outcome: str, posted: Posted) -> list[Fact]:
    """What was typed, as people read it. Raises AnswerRefused."""
    procedure = procedures.of(case.definition)
    facts = decided.shown(
        procedure, outcome, decided.read(case, outcome, posted), packs.texts(case.definition, "ja")
    )
    return decided.beside_proposals(case, outcome, facts)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the answers make of a box before somebody decides: as people read it, and as its inputs hold it."""

    shown: str
    inputs: dict[str, str]


def decision_proposals(shown: DeskCase, outcome: str) -> dict[str, Proposal]:
    """Path of the box -> what is proposed for it. Raises LookReasonNeeded."""
    if shown.look is None:
        raise LookReasonNeeded
    case = shown.case
    values = decided.proposals(case, outcome)
    texts = packs.texts(case.definition, "ja")
    words = {
        one.key: one.shown for one in decided.shown(procedures.of(case.definition), outcome, values, texts)
    }
    return {
        one.path: Proposal(words[key], one.inputs)
        for one in decided.questions(case, outcome, values)
        if (key := one.path.removeprefix(decided.PATH)) in words
    }


def refusal_texts(case: Case) -> list[tuple[str, str]]:
    """Reasons that recur, to begin from: id -> words."""
    texts = packs.texts(case.definition, "ja")
    kept = procedures.of(case.definition).shape.refusal_texts
    return [(name, texts.get(f"refusal_texts.{name}") or words) for name, words in kept.items()]


def letter_preview(
    actor: Actor, case_id: str | uuid.UUID, outcome: str, reason: str, posted: Posted | None = None
) -> Letter:
    """The letter as it would be printed if this were decided now; nothing is decided and nothing kept.

    Without the right to it, 秘匿 takes the address and the answers out.
    Raises NotFound, LookReasonNeeded, StepNotPossible (there is no letter), ReasonTooShort, ReasonUnfilled,
    AnswerRefused (a decided value).
    """
    shown = case_for_staff(actor, case_id)
    if shown.look is None:
        raise LookReasonNeeded
    decision_preview(shown, outcome)
    case = shown.case
    procedure = procedures.of(case.definition)
    state = procedure.state(outcome)
    if not state.letter:
        raise StepNotPossible
    check_reason(state, reason)
    decision = Decision(
        case=case,
        outcome=outcome,
        letter_form=decided.letter_form(procedure, outcome),
        decided_at=clock.now(),
    )
    decision.sealed_reason = sealing.sealed(decision, case.draft, reason.strip())
    values = decided.read(case, outcome, posted)
    decision.sealed_values = sealing.sealed_values(decision, case.draft, values)
    letter = letters.decision_letter(case, decision)
    return replace(letter, to_address="", facts=(), sections=()) if shown.is_sealed else letter


def drawn_preview(letter: Letter) -> bytes:
    """The same letter as PDF, marked as undecided at its number: nobody shall take it for the real one."""
    draft = _("案・まだ決裁していません")
    return draw_preview(replace(letter, number=f"{letter.number}（{draft}）"))


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

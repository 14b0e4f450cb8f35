"""The answer to a round, merged at once: one new revision, papers replaced, the case back where it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from ... import rounds, rules, sealing
from ...errors import CorrectionClosed, OtherWindowSaved, StepNotPossible
from ...models import Attachment, Case, Correction, CorrectionItem
from ...procedure import Procedure
from ...replies import PaperIn, attempt
from ...rounds import Round, open_round, waiting_round
from .. import cosigning
from ..finding import remember
from ..steps import handled, move
from .saving import drop, taken_in


def hand_in_correction(*, case: Case, by: Actor, seen: int) -> Case:
    """The resident is done: everything kept in the round becomes the answer, at once or not at all.

    `seen` is the `buffer_version` they looked at. Raises AnswerRefused (`path:input`) where a place was left as
    it was without a word, OtherWindowSaved, CorrectionHandedIn, CorrectionClosed (withdrawn or decided
    meanwhile: what was written stays), NotFound.
    """
    for _turn in range(3):
        try:
            return _hand_in(case=case, by=by, seen=seen)
        except SomebodyWasFaster:
            # Staff took the case or passed it on while we read: that is no reason to send anybody away.
            case = Case.everything.get(pk=case.pk)
    raise SomebodyWasFaster


@writes
def _hand_in(*, case: Case, by: Actor, seen: int) -> Case:
    case = Case.everything.select_related("definition", "draft__key").get(pk=case.pk)
    correction = open_round(case, by)
    if correction.buffer_version != seen:
        raise OtherWindowSaved
    found = rounds.opened(correction)
    check_whole(found)
    return _merge(case, found, by=by)


def check_whole(found: Round) -> None:
    """Raises AnswerRefused with a sentence at each place where nothing was changed and nothing said."""
    if found.missing:
        raise AnswerRefused(found.missing)


def answer_correction(
    *,
    case: Case,
    posted: Mapping[str, Mapping[str, str]],
    by: Actor,
    seen: int,
    right: Mapping[str, str] | None = None,
    papers: Mapping[str, PaperIn] | None = None,
) -> Case:
    """Answer the round in one go: what came by telephone or on paper, or from a machine that asks for nothing else.

    All or nothing: with one answer at fault none is kept, and AnswerRefused names the inputs as `path:input`;
    an answer that calls for another question names that one too. What the resident may have begun to write, and
    the papers they put in, stay theirs. `seen` is the version of the case. Raises CorrectionClosed, CorrectionHandedIn,
    SomebodyWasFaster, NotFound.
    """
    if not (rules.is_own(by, case) or rules.may_handle(by, case)):
        raise NotFound
    by = handled(case, by) if by.is_staff else by
    stored, wrong = taken_in(case, papers or {}, by)
    try:
        if wrong:
            raise AnswerRefused(wrong)
        put = {
            path: PaperIn(upload=stored[path]) if path in stored else PaperIn(way=paper.way)
            for path, paper in (papers or {}).items()
        }
        return _answer(case=case, posted=posted, right=right or {}, papers=put, by=by, seen=seen)
    except Refusal:
        for file in stored.values():
            vault.remove_file(stored=file, by=by)
        raise


@writes
def _answer(
    *,
    case: Case,
    posted: Mapping[str, Mapping[str, str]],
    right: Mapping[str, str],
    papers: Mapping[str, PaperIn],
    by: Actor,
    seen: int,
) -> Case:
    correction = waiting_round(case)
    if case.version != seen:
        raise SomebodyWasFaster
    found = told(correction, posted=posted, right=right, papers=papers, by=by)
    _leave_begun(found, by)
    for place in found.places:
        for row in place.papers:
            row.save(force_insert=True)
    return _merge(case, found, by=by)


def _leave_begun(found: Round, by: Actor) -> None:
    """Nothing of what was only begun comes along with this answer.

    A scan that the clerk's paper takes the place of goes; what the resident put in for any other place stays theirs.
    """
    begun = Attachment.objects.filter(draft=found.correction.case.draft_id, correction=found.correction)
    given = [
        row.document for place in found.places for row in place.papers if row.way != Attachment.Way.LATER
    ]
    drop(begun if by.is_resident else begun.filter(document__in=given), by)
    begun.update(set_aside_at=clock.now())


def told(
    correction: Correction,
    *,
    posted: Mapping[str, Mapping[str, str]],
    right: Mapping[str, str],
    papers: Mapping[str, PaperIn],
    by: Actor,
) -> Round:
    """The round as these inputs answer it, without keeping anything. Raises AnswerRefused."""
    found, errors = attempt(correction, posted=posted, right=right, papers=papers, by=by)
    errors |= {
        name: sentence
        for name, sentence in found.missing.items()
        if not any(wrong.rpartition(":")[0] == name.rpartition(":")[0] for wrong in errors)
    }
    if errors:
        raise AnswerRefused(errors)
    return found


def _merge(case: Case, found: Round, *, by: Actor) -> Case:
    """One revision, the papers replaced, the replies kept, the clock running again."""
    procedure, correction, now = found.procedure, found.correction, clock.now()
    if procedure.state(case.state).tell != "returned":
        raise CorrectionClosed
    # The case first, the round second, as everybody who ends one does it: whoever comes later waits here.
    case = move(
        case,
        _back_to(case, procedure),
        by=by,
        seen=case.version,
        replied_at=now,
        gaps=rounds.gaps_in(found.after) if case.gaps else 0,
    )
    # Counted with the row in hand: signing changes no version, and what was signed until now is not lost.
    case.unsigned = cosigning.awaited_after(case, found.after)
    Case.everything.filter(pk=case.pk).update(unsigned=case.unsigned)
    revision = forms.revise(draft=case.draft, form=procedure.form, changes=found.changes, by=by)
    remember(case=case, by=by)  # found by what stands there now
    # `move` closed the round. The version says that nobody wrote in it since it was read.
    answered = Correction.objects.filter(
        pk=correction.pk, answered_at=None, buffer_version=correction.buffer_version
    ).update(answered_at=now, revision=revision.number, **({"sealed_buffer": b""} if by.is_resident else {}))
    if not answered:
        raise OtherWindowSaved
    _keep_replies(found, case)
    _replace_papers(found, case, now)
    cosigning.ask_again(case, found.after, revision.number)
    audit.record("case.correction_answered", case.ref, by=by, facts={"places": len(found.places)})
    return case


def _back_to(case: Case, procedure: Procedure) -> str:
    """Where the case came from, if the flow leads back there; else the first state that goes on."""
    ahead = [name for name in procedure.state(case.state).next if not procedure.state(name).end]
    if not ahead:
        raise StepNotPossible
    asked = case.steps.filter(to_state=case.state).last()
    return asked.from_state if asked is not None and asked.from_state in ahead else ahead[0]


def _keep_replies(found: Round, case: Case) -> None:
    for place in found.places:
        if place.item is not None and place.right:
            reply = sealing.sealed(place.item, case.draft, place.right)
            CorrectionItem.objects.filter(pk=place.item.pk).update(sealed_reply=reply)


def _replace_papers(found: Round, case: Case, now: dt.datetime) -> None:
    """What stood there before stays, as 前のもの: somebody may have judged by it."""
    for place in found.places:
        if place.document is not None and place.papers:
            standing = Attachment.objects.current().filter(draft=case.draft_id, document=place.document.id)
            older = list(standing.exclude(correction=found.correction).values_list("pk", flat=True))
            Attachment.objects.filter(pk__in=older).update(replaced_at=now)

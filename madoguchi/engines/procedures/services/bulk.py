"""Several cases at once, where nothing has to be read for it. Never a decision, never a letter.

Each case is a verb of its own, with its own transaction and its own compare-and-set: what goes through stands,
what does not is named with its reason, and no case is left half done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.errors import NotFound, Refusal, SomebodyWasFaster
from madoguchi.kernel.refs import Actor, is_id

from .. import procedure as procedures
from .. import rules
from ..errors import NoSuchColleague, NothingChosen, NotPlain, NotYours, TooManyAtOnce
from ..models import Attachment, Case
from . import assigning, casework

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case; `words` say why it was not done."""

    case_id: Any
    receipt: str
    done: bool
    words: str = ""


def take_all(*, chosen: Sequence[tuple[str, int]], by: Actor) -> list[Outcome]:
    """Make these (case id, version seen) mine. Raises NothingChosen, TooManyAtOnce."""
    return _each(chosen, by, lambda case, _seen: casework.take(case=case, by=by))


def give_all(*, chosen: Sequence[tuple[str, int]], to: str, by: Actor) -> list[Outcome]:
    """Give these to a colleague. Raises NothingChosen, TooManyAtOnce, NoSuchColleague (nobody was chosen)."""
    if not to.strip():
        raise NoSuchColleague
    return _each(chosen, by, lambda case, seen: assigning.give(case=case, to=to, by=by, seen=seen))


def begin_all(*, chosen: Sequence[tuple[str, int]], by: Actor) -> list[Outcome]:
    """Take the one plain step out of the first state with each. Raises NothingChosen, TooManyAtOnce."""

    def begin(case: Case, seen: int) -> None:
        to = plain_step(case)
        if not to:
            raise SomebodyWasFaster if case.version != seen else NotPlain
        if case.assigned_id not in {None, by.account}:
            raise NotYours(name=case.assigned.name if case.assigned else "")
        casework.advance(case=case, to=to, by=by, seen=seen)

    return _each(chosen, by, begin)


def papers_arrived(*, chosen: Sequence[tuple[str, int]], by: Actor) -> list[Outcome]:
    """The one promised paper of each has come. Raises NothingChosen, TooManyAtOnce."""

    def arrived(case: Case, _seen: int) -> None:
        promised = Attachment.objects.current().filter(draft=case.draft_id, way=Attachment.Way.LATER)
        documents = list(promised.values_list("document", flat=True)[:2])
        if not documents:
            raise NotPlain(_("届くのを待っている書類はありません。"))
        if len(documents) > 1:
            raise NotPlain(_("待っている書類が2つ以上あります。案件をひらいて、届いたものを選んでください。"))
        casework.paper_arrived(case=case, document=documents[0], by=by)

    return _each(chosen, by, arrived)


def plain_step(case: Case) -> str:
    """The one step out of the first state of the flow that neither asks nor decides anything; "" where there is none."""
    shape = procedures.of(case.definition).shape
    if case.state != shape.first_state or case.closed_at is not None or shape.flow[case.state].by == "head":
        return ""
    following = [
        name
        for name in shape.flow[case.state].next
        if not shape.flow[name].end and not shape.flow[name].tell and shape.flow[name].by != "head"
    ]
    return following[0] if len(following) == 1 else ""


def _each(chosen: Sequence[tuple[str, int]], by: Actor, act: Callable[[Case, int], Any]) -> list[Outcome]:
    wanted = {key: seen for key, seen in chosen if is_id(key)}
    if not wanted:
        raise NothingChosen
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    cases = Case.objects.filter(pk__in=wanted).select_related(
        "definition", "draft__key", "assigned", "division"
    )
    found = {str(case.pk): case for case in cases if rules.may_handle(by, case)}
    return [_one(key, found.get(key), seen, act) for key, seen in wanted.items()]


def _one(key: str, case: Case | None, seen: int, act: Callable[[Case, int], Any]) -> Outcome:
    if case is None:
        return Outcome(key, "", False, str(NotFound.message))
    try:
        act(case, seen)
    except Refusal as refusal:
        return Outcome(case.pk, case.receipt, False, str(refusal))
    return Outcome(case.pk, case.receipt, True)

"""What a person says of parts a machine put side by side: one opinion, or not the same. Nothing happens by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from madoguchi.kernel import audit
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import AlreadyPublished, OpinionCounted
from ..models import Call, NotAlike, Opinion, Part, PartsApart
from .answering import drop_empty_answers, merge, part_from, write_opinion
from .claims import take_turn


@writes
def count_together(
    *, call: Call, parts: Sequence[Part], by: Actor, summary: str = "", opinion: Opinion | None = None
) -> Opinion:
    """One opinion counts all these parts: a new one, or `opinion`. Parts that are counted in another already stay
    where they are only if they are in this one. Raises PartSettled, AnswerNotReady without a summary.
    """
    rules.check_runs(by, call)
    free = [part for part in parts if part.opinion_id is None]
    others = {part.opinion_id: part.opinion for part in parts if part.opinion_id is not None}
    if opinion is None and len(others) >= 1:
        opinion = min((one for one in others.values() if one is not None), key=lambda one: one.pk)
    if opinion is None:
        unit = free[0].unit if free else None
        return write_opinion(call=call, summary=summary, parts=free, unit=unit, by=by)
    rest = [one for one in others.values() if one is not None and one.pk != opinion.pk]
    if rest:
        merge(into=opinion, others=rest, by=by)
    for part in free:
        part_from(part=part, opinion=opinion, by=by)
    return opinion


@writes
def tell_parts_apart(*, call: Call, parts: Sequence[Part], by: Actor) -> int:
    """These are not the same, a person says: no two of them are suggested together again. Returns how many pairs."""
    rules.check_runs(by, call)
    if any(part.comment.call_id != call.pk for part in parts):
        raise NotFound
    said_by = rules.person(by)
    pairs = 0
    for first, second in combinations(sorted(parts, key=lambda part: part.pk), 2):
        PartsApart.objects.get_or_create(one=first, other=second, defaults={"said_by": said_by})
        pairs += 1
    opinions = sorted({part.opinion_id for part in parts if part.opinion_id is not None})
    for one, other in combinations(opinions, 2):
        NotAlike.objects.get_or_create(one_id=one, other_id=other, defaults={"said_by": said_by})
    audit.record("consultation.told_apart", call.ref, by=by, facts={"parts": len(parts)})
    return pairs


@writes
def drop_opinion(*, opinion: Opinion, by: Actor) -> None:
    """Take away a row nobody's words are in. Raises OpinionCounted, AlreadyPublished."""
    rules.check_runs(by, opinion.call)
    if take_turn(opinion.call).state == Call.State.PUBLISHED or opinion.outcomes.exists():
        raise AlreadyPublished
    if opinion.parts.exists():
        raise OpinionCounted
    audit.record("consultation.opinion_dropped", opinion.ref, by=by)
    call = opinion.call
    opinion.delete()
    drop_empty_answers(call, by)

"""What is not kept for ever: comments when their years are over or their writer asks, half-written opinions, advertisements."""

from __future__ import annotations

import datetime as dt
import logging

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Actor, Ref
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import UnderHold

from .. import rules
from ..errors import CommentUnsettled
from ..models import Arrival, Call, Comment, Unsent

log = logging.getLogger(__name__)

BATCH = 100
KIND = "opinions"  # how retention.yaml calls what came in, under `others`
AFTER_THE_CALL = dt.timedelta(days=30)


def forget_writer(*, comment: Comment, by: Actor) -> None:
    """消去の請求: contact and words of one writer go. The published row stays, and so does the count.

    Before the words have become rows or are withheld, nobody could say any more what they were. Raises
    CommentUnsettled, UnderHold, NotAllowed.
    """
    rules.check_runs(by, comment.call)
    for erasure in _begin(comment, "asked", by):
        retention.finish(erasure)


@writes
def _begin(comment: Comment, reason: str, by: Actor) -> list[retention.Erasure]:
    """The comment and whoever was made a party for it, begun together: a crash leaves neither out."""
    parts = list(comment.parts.all())
    if not parts or any(part.opinion_id is None and not part.withheld for part in parts):
        raise CommentUnsettled
    held = [Ref.to(comment), comment.call.ref]
    if comment.party_id is not None:
        held.append(Ref("identity", "party", str(comment.party_id)))
    begun = [
        retention.begin(kind=one.kind, about=one, reason=reason, by=by, unless_held=held)
        for one in held
        if one.kind in {"comment", "party"}
    ]
    audit.record("consultation.forgotten", Ref.to(comment), by=by, facts={"why": reason})
    return begun


def tend() -> dict[str, int]:
    """A batch of everything that is over: comments, half-written opinions, what was set aside."""
    return {"comments": _dispose(), "unsent": _throw_away_unsent(), "aside": _throw_away_aside()}


def _dispose() -> int:
    """Comments of published calls whose class has ended. Without a plan, or a class for them, nothing goes."""
    plan = retention.plan_in_force()
    kept = plan.named(plan.others.get(KIND, "")) if plan is not None else None
    if kept is None or kept.after == "transfer":
        return 0
    done = 0
    for call in Call.objects.filter(state=Call.State.PUBLISHED, published_at__isnull=False):
        end = retention.end_of(kept, clock.in_city(call.published_at).date()) if call.published_at else None
        if end is None or end > clock.today():
            continue
        for comment in _with_words(call)[: BATCH - done]:
            done += _erased(comment)
    return done


def _with_words(call: Call) -> list[Comment]:
    alive = call.comments.filter(key__destroyed_at=None).select_related("call", "key")
    held = {one.id for one in map(Ref.parse, retention.standing().values_list("about", flat=True))}
    return (
        [] if str(call.pk) in held else [one for one in alive if not {str(one.pk), str(one.party_id)} & held]
    )


def _erased(comment: Comment) -> int:
    try:
        for erasure in _begin(comment, "disposal", SYSTEM):
            retention.finish(erasure)
    except (CommentUnsettled, UnderHold):
        return 0
    return 1


def _throw_away_unsent() -> int:
    """Half-written, and the call has been closed for a month."""
    over = Unsent.objects.filter(call__closes_on__lt=clock.today() - AFTER_THE_CALL)
    found = list(over[:BATCH])
    for unsent in found:
        retention.erase(kind="unsent", about=Ref.to(unsent), reason="abandoned", by=SYSTEM)
    return len(found)


def _throw_away_aside() -> int:
    """Automatic mail and advertisements, a month after somebody said so."""
    over = Arrival.objects.filter(
        state=Arrival.State.SET_ASIDE, sorted_at__lt=clock.now() - AFTER_THE_CALL
    ).exclude(sealed=b"")
    found = list(over[:BATCH])
    for arrival in found:
        retention.erase(kind="arrival", about=Ref.to(arrival), reason="disposal", by=SYSTEM)
    return len(found)

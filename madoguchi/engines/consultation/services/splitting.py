"""Cutting what came in into opinions by passage, and saying openly what is not published and why."""

from __future__ import annotations

from collections.abc import Sequence

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor, Ref

from .. import rules, sealing
from ..errors import AlreadyPublished, NothingWritten, PartSettled, WithholdNeedsReason
from ..models import Call, Comment, Part, Unit
from .claims import change, take_turn
from .receiving import PartIn


@writes
def split(*, comment: Comment, parts: Sequence[PartIn], by: Actor) -> list[Part]:
    """Cut the comment into `parts`, in their order; the original stays as it came.

    Parts that are an opinion already, or withheld, stay; the rest is laid out anew. Raises PartSettled when a
    settled part would be lost, NothingWritten, SomebodyWasFaster, NotAllowed.
    """
    rules.check_runs(by, comment.call)
    _still_open(comment.call)
    written = [part for part in parts if part.text.strip()]
    if not written:
        raise NothingWritten
    change(comment, split_at=clock.now(), split_by=by.account)
    comment.parts.filter(opinion=None, withheld="").delete()
    # Asked after the deletion: a part somebody counted meanwhile is still there, and everything here is undone.
    if comment.parts.exists():
        raise PartSettled
    units = {unit.key: unit for unit in Unit.objects.filter(call=comment.call_id)}
    made = []
    for order, one in enumerate(written, 1):
        part = Part(comment=comment, order=order, unit=units.get(one.unit))
        part.sealed_text = sealing.seal_part(part, comment, one.text.strip())
        part.save(force_insert=True)
        made.append(part)
    audit.record("consultation.split", Ref.to(comment), by=by, facts={"parts": len(made)})
    return made


@writes
def withhold(*, part: Part, reason: str, note: str, by: Actor) -> Part:
    """Keep one part out of the publication, with a reason that is published in its place.

    `note` is published too: no name, no words of the writer. Raises WithholdNeedsReason, PartSettled.
    """
    rules.check_runs(by, part.comment.call)
    _still_open(part.comment.call)
    if reason not in Part.Withheld.values or not note.strip():
        raise WithholdNeedsReason
    mine = Part.objects.filter(pk=part.pk, opinion=None, withheld="")
    if not mine.update(withheld=reason, withheld_note=note.strip()):
        raise PartSettled
    part.refresh_from_db()
    audit.record("consultation.withheld", Ref.to(part.comment), by=by, facts={"why": reason})
    return part


@writes
def let_go(*, part: Part, by: Actor) -> Part:
    """Take a part out of its opinion, or out of the withheld list, to decide anew. Raises SomebodyWasFaster."""
    rules.check_runs(by, part.comment.call)
    _still_open(part.comment.call)
    as_read = Part.objects.filter(pk=part.pk, opinion=part.opinion_id, withheld=part.withheld)
    if not as_read.update(opinion=None, withheld="", withheld_note=""):
        raise SomebodyWasFaster
    part.refresh_from_db()
    audit.record("consultation.let_go", Ref.to(part.comment), by=by)
    return part


def _still_open(call: Call) -> None:
    if take_turn(call).state == Call.State.PUBLISHED:
        raise AlreadyPublished

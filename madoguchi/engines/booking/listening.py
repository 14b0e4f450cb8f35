"""What draws tell: somebody won, took it, gave it up; a round was called off."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.approvals.events import follow
from madoguchi.engines.lottery import events
from madoguchi.kernel.refs import Actor

from .services import drawing, making, winning
from .services import events as planned


def listen() -> None:
    """From apps.py: hear of rounds that draw something of ours, and of no others."""
    events.entering.connect(_entering, weak=False, dispatch_uid="booking.entering")
    events.drawn.connect(_drawn, weak=False, dispatch_uid="booking.drawn")
    events.confirmed.connect(_confirmed, weak=False, dispatch_uid="booking.confirmed")
    events.lapsed.connect(_lapsed, weak=False, dispatch_uid="booking.lapsed")
    events.called_off.connect(_called_off, weak=False, dispatch_uid="booking.called_off")
    # Events made on the screen go from post to post before they open.
    follow("booking", "slot", approve=planned.open_approved, send_back=planned.back_to_draft)


def _entering(*, round: Any, **more: Any) -> None:
    if drawing.is_ours(round.about):
        drawing.check_entry(
            round=round, **{key: more[key] for key in ("party", "person", "wishes", "channel", "by")}
        )


def _drawn(*, round: Any, **_more: Any) -> None:
    if drawing.is_ours(round.about):
        making.begin(round=round)


def _confirmed(*, win: Any, by: Actor, **_more: Any) -> None:
    if drawing.is_ours(win.entry.round.about):
        winning.confirm_won(win=win, by=by)


def _lapsed(*, win: Any, by: Actor, **_more: Any) -> None:
    if drawing.is_ours(win.entry.round.about):
        winning.give_up_won(win=win, by=by)


def _called_off(*, round: Any, by: Actor, **_more: Any) -> None:
    if drawing.is_ours(round.about):
        winning.void_draw(round=round, by=by)

"""What approvals tell those above them. Receivers get `request` (the row) and `by` (the actor)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from madoguchi.kernel.refs import Actor, Ref

approved = Signal()
remanded = Signal()
withdrawn = Signal()


def follow(engine: str, kind: str, *, approve: Callable[..., None], send_back: Callable[..., None]) -> None:
    """From its apps.py an engine hears what became of its own things of that kind, and of no others.

    `approve(about=Ref, digest_then=str, by=Actor)`: which text went through; `send_back(about=Ref, by=Actor)` when it was
    remanded or withdrawn.
    """

    def went_through(*, request: Any, by: Actor, **_more: Any) -> None:
        about = Ref.parse(request.about)
        if (about.engine, about.kind) == (engine, kind):
            approve(about=about, digest_then=request.digest, by=by)

    def came_back(*, request: Any, by: Actor, **_more: Any) -> None:
        about = Ref.parse(request.about)
        if (about.engine, about.kind) == (engine, kind):
            send_back(about=about, by=by)

    approved.connect(went_through, weak=False)
    for signal in (remanded, withdrawn):
        signal.connect(came_back, weak=False)

"""What consultation hears from the approvals below it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from madoguchi.engines.approvals import events
from madoguchi.kernel.refs import Actor, Ref

from .services import answering

_MINE = ("consultation", "answer")


@receiver(events.approved)
def _approved(*, request: Any, by: Actor, **_more: Any) -> None:
    about = Ref.parse(request.about)
    if (about.engine, about.kind) == _MINE:
        answering.approved(about=about, digest_then=request.digest, by=by)


@receiver(events.remanded)
@receiver(events.withdrawn)
def _sent_back(*, request: Any, by: Actor, **_more: Any) -> None:
    about = Ref.parse(request.about)
    if (about.engine, about.kind) == _MINE:
        answering.sent_back(about=about, by=by)

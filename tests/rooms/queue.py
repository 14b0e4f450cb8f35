"""The rooms of the counters' queues: a line with a desk where somebody sits, and a number that waits with an address."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.queue import services
from madoguchi.engines.queue.tests import make
from madoguchi.kernel.refs import Actor, anonymous


def build(staff: dict[str, Actor]) -> dict[str, Any]:
    """What fills the places of their addresses."""
    staff["caller"] = make.clerk("yobidashi")
    line = make.line()
    desk = make.desk(line, staff["caller"])
    made = services.issue(line=line, source="web", by=anonymous(), mail="matsu@mihon.invalid", needs=["sign"])
    return {
        "desk_id": desk.pk,
        "ticket_id": made.ticket.pk,
        "verb": "call",
        "counter": line.counter_id,
        "secret": made.secret,
        "event": "hikkoshi",
    }

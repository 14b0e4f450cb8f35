"""Draws: a round that is open and one that was drawn, with somebody who entered by telephone."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.lottery import services
from madoguchi.engines.lottery.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor


def build(who: dict[str, Actor], *, secret: str) -> dict[str, Any]:
    """The secret is the name of who telephoned: it stands on the entry's page once a reason is on record."""
    head, clerk = make.clerks()
    who["drawer"] = head
    with clock.frozen(clock.now() - 12 * make.DAY):
        past = make.a_round("mihon-mae")
        make.entered(past, "court.1")
    make.drawn(past, head=head, clerk=clerk)
    past.refresh_from_db()
    now = make.a_round("mihon-ima")
    entry = services.enter_for_somebody(
        round=now,
        profile={"name": {"family": secret, "given": "とめ"}, "address": {"address": "架空県見本市見本町9"}},
        wishes=[["court.1"]],
        tier="residents",
        channel="phone",
        by=clerk,
        asked="desk:rooms",
    )
    return {
        "key": past.key,
        "entry_id": entry.pk,
        "receipt": past.entries.get().receipt,
        "win_id": past.entries.get().wins.get().pk,
        "row_id": past.numbers.get().pk,
        "name": "entries.txt",
    }

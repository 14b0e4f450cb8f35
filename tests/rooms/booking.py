"""The rooms of booking: an area with a slot that is taken, what its owner noted, and somebody who waits."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.booking import services
from madoguchi.engines.booking.tests import make
from madoguchi.kernel.refs import Actor, new_id


def build(staff: dict[str, Actor], *, secret: str) -> dict[str, Any]:
    """What fills the places of their addresses; `secret` stands in what was noted and nowhere else."""
    staff["booker"] = make.staff("yoyaku")
    slot = make.slot()
    owner, waits = make.person("予約の人"), make.person("待つ人")
    booking = services.book(
        wanted=make.wanted(slot, note=secret), party=owner, person=owner, by=make.actor(owner), channel="web"
    )
    waiting = services.wait(
        wanted=make.wanted(slot), party=waits, person=waits, by=make.actor(waits), channel="web"
    )
    hall = make.hall()["whole"]
    return {
        "key": slot.resource.area.key,
        "slot_id": slot.pk,
        "booking_id": booking.pk,
        "waiting_id": waiting.pk,
        "resource": hall.key,
        "since": "20300101T0900",
        "series_id": new_id(),
        "block_id": new_id(),
        "import_id": new_id(),
        "delivery_id": new_id(),
    }

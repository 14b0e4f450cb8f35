"""Makers of what the desk's tests stand on: the simulator vehicle with its VR set, a booked hall, rows of a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Area, Booking, Resource, ResourceUnit, Unit
from madoguchi.engines.booking.wanting import Wanted
from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import Party

from . import make

VEHICLE: dict[str, Any] = make.UNITS | {
    "area": "kishinsha",
    "title": "起震車（見本）",
    "fee": None,
    "cancel": [],
    "cleaning": {"before": 30, "after": 30},
}


def vehicle() -> dict[str, Resource]:
    """The vehicle with the VR set, and the VR set alone for a rainy day."""
    of, at = make.area(VEHICLE), make.site("kari-bosai")
    units = {
        key: Unit.objects.get_or_create(site=at, key=key, defaults={"name": key})[0] for key in ("car", "vr")
    }
    made = {}
    for key, parts in {"outdoor": ("car", "vr"), "indoor": ("vr",)}.items():
        facts = {"instead": "indoor"} if key == "outdoor" else {}
        made[key] = make.resource(of, key, at, facts=facts)
        for part in parts:
            ResourceUnit.objects.get_or_create(resource=made[key], unit=units[part])
    return made


def booked(of: Resource, who: Party, *, channel: str = "web", **when: Any) -> Booking:
    """Who has it on that evening."""
    return services.book(
        wanted=make.evening(of, **when), party=who, person=who, by=make.actor(who), channel=channel
    )


def span(of: Wanted, hours: int = 24) -> dict[str, dt.datetime]:
    """The whole day of a time, for a block."""
    since = clock.in_city(of.starts_at).replace(hour=0, minute=0)
    return {"starts_at": since, "ends_at": since + dt.timedelta(hours=hours)}


def csv_of(*rows: tuple[Any, ...]) -> bytes:
    return "\n".join(",".join(str(cell) for cell in row) for row in rows).encode()


def run_area() -> Area:
    return make.area(make.UNITS)

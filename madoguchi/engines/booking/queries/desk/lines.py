"""Lines for times that are full, and what is offered to who stood in them: what staff look at first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Min, Q, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor

from ...models import Area, Waiting, WaitState
from .areas import divisions_of, titles_of, today_count, works_in_booking

MOST_LINES = 50
_OFFERED = Q(state=WaitState.OFFERED)
_WAITING = Q(state=WaitState.WAITING)


@dataclass(frozen=True, slots=True)
class Glance:
    """Today's bookings, and the lines of the actor's areas."""

    today: int
    waiting: int
    offered: int


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One time people stand in line for."""

    area: Area
    title: str
    resource: str
    site: str
    starts_at: dt.datetime
    slot: Any
    waiting: int
    offered: int
    offer_until: dt.datetime | None


def _lines(actor: Actor) -> QuerySet[Waiting]:
    mine = divisions_of(actor)
    here = Q(area__division__in=mine) | Q(resource__site__division__in=mine)
    return Waiting.objects.filter(here, _OFFERED | _WAITING, starts_at__gt=clock.now())


def glance(actor: Actor) -> Glance | None:
    """How much there is today; None where no area is theirs. Three queries at most, however much it is."""
    if not works_in_booking(actor):
        return None
    lines = _lines(actor).aggregate(
        waiting=CountOf("pk", filter=_WAITING), offered=CountOf("pk", filter=_OFFERED)
    )
    return Glance(today_count(actor), lines["waiting"], lines["offered"])


def lines_of(actor: Actor) -> list[LineSeen]:
    """Each time with a line, the soonest first. Two queries, however many stand there."""
    rows = list(
        _lines(actor)
        .order_by()
        .values("area", "slot", "starts_at", "resource__name", "resource__site__key", "slot__title")
        .annotate(
            waiting=CountOf("pk", filter=_WAITING),
            offered=CountOf("pk", filter=_OFFERED),
            until=Min("offer_until", filter=_OFFERED),
        )
        .order_by("starts_at", "resource__order", "resource__key")[:MOST_LINES]
    )
    areas = {one.pk: one for one in Area.objects.filter(pk__in={row["area"] for row in rows})} if rows else {}
    titles = titles_of(areas.values())
    return [
        LineSeen(
            area=areas[row["area"]],
            title=titles[row["area"]],
            resource=row["slot__title"] or row["resource__name"],
            site=row["resource__site__key"],
            starts_at=row["starts_at"],
            slot=row["slot"],
            waiting=row["waiting"],
            offered=row["offered"],
            offer_until=row["until"],
        )
        for row in rows
    ]

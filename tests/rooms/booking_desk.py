"""The desk's side of the rooms of booking: a series, a block, a file that was taken in, news to be told by letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.booking import services
from madoguchi.engines.booking.services import blocking, importing, series
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.engines.messaging.models import Delivery
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import Actor


def build(staff: dict[str, Actor]) -> dict[str, Any]:
    """What fills the places of their addresses."""
    booker = staff["booker"]
    hall = make.hall(make.area(make.UNITS, version=9, series=True))
    club = make.group("部屋の会")
    first = make.evening(hall["half-a"])
    day = clock.in_city(first.starts_at).date()
    made = series.book_series(
        wanted=first,
        rule=series.rule_for("week", day, day + dt.timedelta(weeks=1)),
        party=club,
        person=club,
        by=booker,
        channel="phone",
        asked="rooms",
    )
    free = make.evening(hall["whole"], in_days=12)
    block = blocking.block(resource=hall["whole"], **make_desk.span(free), reason="工事", seen=[], by=booker)
    row = make_desk.csv_of(
        ("予約番号", "部屋番号", "日", "開始", "終了", "名前"),
        ("K-1", "half-b", day.isoformat(), "09:00", "10:00", "部屋の会"),
    )
    area = hall["whole"].area
    plan = importing.plan_import(area=area, kind="bookings", name="b.csv", data=row, by=booker)
    taken = importing.take_in(area=area, token=plan.token, by=booker)
    services.book(wanted=make.evening(hall["half-b"]), party=club, person=club, by=booker, channel="phone")
    jobs.run_due(kinds=("booking.tell",))
    told = Delivery.objects.filter(message__about__startswith="booking:", channel="post").first()
    assert told is not None
    return {
        "series_id": made.pk,
        "block_id": block.pk,
        "import_id": taken.pk,
        "delivery_id": told.pk,
    }

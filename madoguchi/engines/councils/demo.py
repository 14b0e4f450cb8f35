"""The meetings of *a week in the city*, laid through the services people use."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import next_business_day
from madoguchi.kernel.identity import demo
from madoguchi.kernel.refs import Actor

from . import services
from .models import Council, Meeting

BEFORE = dt.timedelta(days=14)


def lay_week(*, by: Actor) -> None:
    """Lay the meetings of the pack's week. Does nothing where meetings are, or where the pack has none."""
    written = demo.week("councils")
    if not written or Meeting.objects.exists():
        return
    now = clock.now()
    councils = {council.key: council for council in Council.objects.filter(withdrawn_at=None)}
    for one in written["meetings"]:
        _lay(councils[one["council"]], one, now)


def _lay(council: Council, one: dict[str, Any], now: dt.datetime) -> None:
    on = next_business_day(dt.date.fromisoformat(demo.date_of(one["on"], clock.in_city(now).date())))
    starts_at = dt.time.fromisoformat(one["starts"])
    by = demo.staff_actor(one["by"])
    begins = dt.datetime.combine(on, starts_at, tzinfo=clock.JST)
    # Announced two weeks before, at the latest today.
    with clock.frozen(min(now, begins - BEFORE)):
        given = services.MeetingIn(
            on=on,
            starts_at=starts_at,
            place=one["place"],
            is_public=not council.is_internal,
            how_to_attend=one["attend"],
        )
        meeting = services.plan_meeting(council=council, given=given, by=by)
        points = [services.add_point(meeting=meeting, title=point["title"], by=by) for point in one["agenda"]]
        for paper in one.get("materials", []):
            services.add_material(meeting=meeting, by=by, **paper)
    if "minutes" in one:
        with clock.frozen(min(now, begins + dt.timedelta(days=7))):
            meeting = services.hold(meeting=meeting, by=by)
            for point, said in zip(points, one["agenda"], strict=True):
                point.meeting = meeting
                services.say_outcome(point=point, outcome=said.get("outcome", ""), by=by)
            services.publish_minutes(meeting=meeting, minutes=one["minutes"], by=by)

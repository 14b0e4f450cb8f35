"""Makers of what these tests stand on: a body, who looks after it, a meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.councils import services
from madoguchi.engines.councils.models import Council, Meeting
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor, Ref, new_id

KEEPING = "企画課"


def staff(login: str, division: str = KEEPING, *roles: str) -> Actor:
    """A planner of 企画課 unless said otherwise."""
    return identity_make.staff(login, division, *(roles or ("planner",)))


def council(key: str = "kaigi", *, members: int = 2, **fields: Any) -> Council:
    """A body kept by 企画課, with seats that have names."""
    people.keep_division(key=KEEPING, name=KEEPING)
    said = {"name": "見本会議", "does": "話し合います。", "division_id": KEEPING} | fields
    seats = [
        {"role": "委員", "name": f"見本 {number}", "belongs_to": "町会（架空）", "duty": ""}
        for number in range(1, members + 1)
    ]
    services.keep_council(key=key, fields=said, members=seats, by=SYSTEM)
    return Council.objects.get(key=key)


def given(days: int = 7, **fields: Any) -> services.MeetingIn:
    return services.MeetingIn(
        **({"on": clock.today() + dt.timedelta(days=days), "place": "見本会館"} | fields)
    )


def meeting(by: Actor, body: Council, days: int = 7, **fields: Any) -> Meeting:
    return services.plan_meeting(council=body, given=given(days, **fields), by=by)


def held(by: Actor, body: Council) -> Meeting:
    """A meeting of today that took place."""
    return services.hold(meeting=meeting(by, body, days=0), by=by)


def thing() -> Ref:
    """Something of another engine that is to be talked about."""
    return Ref("mihon", "paper", str(new_id()))

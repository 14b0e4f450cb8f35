"""What practising can be measured by."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, measure

from . import queries

SPAN = dt.timedelta(days=28)


@measure(
    "lessons.visits",
    unit="回",
    title=_("練習ページで練習した回数"),
    explain=_("28日のあいだに練習を始めた回数。だれが来たかは数えない"),
)
def visits(on: dt.date | None = None) -> Measured:
    """Visits begun in the 28 days up to and including that day; n is the same number."""
    begun, _sent = _counted(on)
    return Measured(value=begun, at=clock.now(), n=begun)


@measure(
    "lessons.sent",
    unit="件",
    title=_("練習ページで最後まで送られた見本の申請"),
    explain=_("28日のあいだに始めた練習で、送るところまで進んだ数"),
)
def sent(on: dt.date | None = None) -> Measured:
    """Sample forms sent in those visits; n is the number of visits."""
    begun, done = _counted(on)
    return Measured(value=done, at=clock.now(), n=begun)


def _counted(on: dt.date | None) -> tuple[int, int]:
    day = on or clock.today()
    until = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    return queries.counted(until - SPAN, until)

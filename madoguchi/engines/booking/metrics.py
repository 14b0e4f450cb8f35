"""What bookings can be measured by."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_year_start
from madoguchi.kernel.metrics import Measured, Part, measure

from .area_rules import rules_of
from .models import Area, Booking, Channel, State
from .queries import waiting_days
from .times import at

DAY = dt.timedelta(days=1)
# A hold that nobody confirmed was no booking.
MADE = (State.BOOKED, State.ATTENDED, State.NO_SHOW, State.CANCELLED)


@measure(
    "booking.days_to_examination",
    unit=pgettext_lazy("unit", "日"),
    title=_("申込日から受診日まで（まん中の値）"),
    explain=_(
        "この年度に申し込まれた健診の予約を、申し込んだ日から受ける日までの日数の順にならべたときのまん中の値。取り消したものは入らず、空きを待った人は待ち始めた日から数える"
    ),
)
def days_to_examination(on: dt.date | None = None) -> Measured:
    """Median days from asking to being examined; by check-up the median, the longest, and how many over two months."""
    found = waiting_days.of_examinations(on or clock.today())
    every = [wait for waits in found.values() for wait in waits]
    parts = [
        part
        for exam, waits in sorted(found.items())
        for part in (
            Part(exam, statistics.median(wait.days for wait in waits), group="median"),
            Part(exam, max(wait.days for wait in waits), group="longest"),
            Part(exam, sum(wait.is_long for wait in waits), len(waits), group="over_two_months"),
        )
    ]
    days = [wait.days for wait in every]
    return Measured(
        value=round(statistics.median(days), 1) if days else None,
        at=clock.now(),
        n=len(days),
        of=len(days),
        parts=tuple(parts),
    )


def _made(on: dt.date | None, *facts: str) -> list[tuple[Any, ...]]:
    """The bookings made in the fiscal year of `on` up to that day, counted by some of their facts. One query."""
    end = on or clock.today()
    rows = Booking.objects.filter(
        state__in=MADE, made_at__gte=at(fiscal_year_start(end), 0), made_at__lt=at(end + DAY, 0)
    ).exclude(channel=Channel.IMPORT)
    return list(rows.order_by().values_list(*facts).annotate(n=Count("pk")))


@measure(
    "booking.made",
    unit=pgettext_lazy("unit", "件"),
    title=_("予約の件数（この年度）"),
    explain=_(
        "この年度に入った予約を、申し込みの方法ごとに数えたもの。取り消された予約も入る。ほかのシステムから移したものは入らない"
    ),
)
def made(on: dt.date | None = None) -> Measured:
    """Bookings made in the fiscal year, by channel."""
    rows = dict(_made(on, "channel"))
    total = sum(rows.values())
    parts = [
        Part(_now(str(channel.label)), rows.get(channel.value, 0), total, group="channel")
        for channel in Channel
        if channel != Channel.IMPORT
    ]
    return Measured(value=total, at=clock.now(), n=total, parts=tuple(parts))


@measure(
    "booking.web_share",
    unit="%",
    title=_("インターネットで受け付けた予約の割合"),
    explain=_("この年度に入った予約のうち、インターネットで申し込まれたもの。予約の種類ごとの内わけ"),
)
def web_share(on: dt.date | None = None) -> Measured:
    """Booked on the internet ÷ all bookings of the fiscal year, and by area."""
    titles = {area.pk: rules_of(area.definition_id).said.title for area in Area.objects.all()}
    by_area: dict[str, list[int]] = {}
    for area, channel, number in _made(on, "area", "channel"):
        sums = by_area.setdefault(titles[area], [0, 0])
        sums[0] += number if channel == Channel.WEB else 0
        sums[1] += number
    n, of = (sum(sums[place] for sums in by_area.values()) for place in (0, 1))
    return Measured(
        value=round(100 * n / of, 1) if of else None,
        at=clock.now(),
        n=n,
        of=of,
        parts=tuple(Part(title, web, whole, group="area") for title, (web, whole) in sorted(by_area.items())),
    )

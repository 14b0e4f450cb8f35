"""The measures procedures offer the plan."""

from __future__ import annotations

import datetime as dt
import statistics

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, Part, measure

from .models import Case
from .queries.catalogue import register_share


@measure(
    "procedures.online_share",
    unit="%",
    title=_("電子申請への対応率"),
    explain=_("手続台帳にある手続のうち、このシステムでインターネットから最後まで出せるものの割合"),
)
def online_share(on: dt.date | None = None) -> Measured:
    """Procedures with an online form here ÷ procedures in the register, by division and fiscal year."""
    divisions, years, ward = register_share(on)
    n, of = sum(part.n for part in divisions), sum(part.of or 0 for part in divisions)
    return Measured(
        value=round(100 * n / of, 1) if of else None,
        at=clock.now(),
        n=n,
        of=of,
        parts=(*divisions, *years, *ward),
    )


@measure(
    "procedures.received",
    unit=pgettext_lazy("unit", "件"),
    title=_("この7日間に受け付けた件数"),
    explain=_("受付の方法ごとに数えた、過去7日間の受付件数"),
)
def received(on: dt.date | None = None) -> Measured:
    """Cases received in the seven days that end with `on`, by channel."""
    end = on or clock.today()
    since = dt.datetime.combine(end - dt.timedelta(days=6), dt.time(), tzinfo=clock.JST)
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    rows = dict(
        Case.objects.filter(received_at__gte=since, received_at__lt=until)
        .values_list("channel")
        .annotate(n=Count("id"))
    )
    total = sum(rows.values())
    return Measured(
        value=total,
        at=clock.now(),
        n=total,
        parts=tuple(
            Part(str(channel.label), rows.get(channel.value, 0), total, group="channel")
            for channel in Channel
        ),
    )


@measure(
    "procedures.web_share",
    unit="%",
    title=_("インターネットで受け付けた割合"),
    explain=_("受け付けたすべての件数のうち、インターネットで受け付けたものの割合"),
)
def web_share(on: dt.date | None = None) -> Measured:
    """Cases received online ÷ all cases, since the beginning or up to `on`."""
    cases = Case.objects.all()
    if on:
        cases = cases.filter(
            received_at__lt=dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
        )
    rows = dict(cases.values_list("channel").annotate(n=Count("id")))
    of, n = sum(rows.values()), rows.get(Channel.WEB.value, 0)
    return Measured(
        value=round(100 * n / of, 1) if of else None,
        at=clock.now(),
        n=n,
        of=of,
        parts=tuple(
            Part(str(channel.label), rows.get(channel.value, 0), of, group="channel") for channel in Channel
        ),
    )


@measure(
    "procedures.days_to_decision",
    unit=pgettext_lazy("unit", "日"),
    title=_("受付から決定まで（まん中の値）"),
    explain=_("この1年に決定した件を、受付から決定までの日数の順にならべたときのまん中の値"),
)
def days_to_decision(on: dt.date | None = None) -> Measured:
    """Median days from receipt to decision over the cases decided in the year that ends with `on`."""
    end = on or clock.today()
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    decided = Case.objects.filter(
        decision__decided_at__lt=until, decision__decided_at__gte=until - dt.timedelta(days=366)
    )
    days = [
        (clock.in_city(decided_at).date() - clock.in_city(received_at).date()).days
        for received_at, decided_at in decided.values_list("received_at", "decision__decided_at")
    ]
    return Measured(
        value=round(statistics.median(days), 1) if days else None, at=clock.now(), n=len(days), of=len(days)
    )

"""The measures procedures offer the plan."""

from __future__ import annotations

import datetime as dt
import statistics

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.queries import GIVEN, LOOKED
from madoguchi.kernel.calendar import fiscal_year, fiscal_year_start
from madoguchi.kernel.metrics import Measured, Part, measure
from madoguchi.kernel.practice import is_practice

from .models import Attachment, Case, Misissue, Transfer
from .queries.accessing import accesses as access_count
from .queries.catalogue import register_share
from .queries.desk.recalling import KINDS, STEPS


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
        Case.counted.filter(received_at__gte=since, received_at__lt=until)
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
    "procedures.received_by_division",
    unit=pgettext_lazy("unit", "件"),
    title=_("課ごとの受付件数（年度）"),
    explain=_("受け付けた課ごとに、年度で数えた件数。課の名前は、受け付けたときの名前です"),
)
def received_by_division(on: dt.date | None = None) -> Measured:
    """Cases received in the fiscal year that holds `on`, and by division and year since the beginning.

    Counted where they were received, under the name the division had then: a case passed on later, by hand or by
    a reorganisation, stays with who received it.
    """
    end = on or clock.today()
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    first = Transfer.objects.filter(case=OuterRef("pk")).order_by("at", "pk").values("from_name")[:1]
    rows = (
        Case.counted.filter(received_at__lt=until)
        .annotate(received_by=Coalesce(Subquery(first), "division__name"))
        .annotate(month=TruncMonth("received_at", tzinfo=clock.JST))
        .order_by()
        .values_list("received_by", "month")
        .annotate(n=Count("pk"))
    )
    counts: dict[tuple[int, str], int] = {}
    for name, month, n in rows:
        key = (fiscal_year(clock.in_city(month).date()), name)
        counts[key] = counts.get(key, 0) + n
    year = fiscal_year(end)
    wholes: dict[int, int] = {}
    for (in_year, _name), n in counts.items():
        wholes[in_year] = wholes.get(in_year, 0) + n
    return Measured(
        value=wholes.get(year, 0),
        at=clock.now(),
        n=wholes.get(year, 0),
        parts=tuple(
            Part(name, n, wholes[in_year], group=str(in_year))
            for (in_year, name), n in sorted(counts.items())
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
    cases = Case.counted.all()
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
    "procedures.most_received",
    unit=pgettext_lazy("unit", "件"),
    title=_("いちばん多く受け付けた手続の件数（1年）"),
    explain=_("この1年に受け付けた件数を手続ごとに数えたときの、いちばん多いもの"),
)
def most_received(on: dt.date | None = None) -> Measured:
    """Cases of the procedure that was received most in the year that ends with `on`; `of`: all cases."""
    end = on or clock.today()
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    cases = Case.counted.filter(received_at__lt=until, received_at__gte=until - dt.timedelta(days=366))
    counts = [n for _key, n in cases.order_by().values_list("definition__key").annotate(n=Count("pk"))]
    most = max(counts, default=None)
    return Measured(value=most, at=clock.now(), n=most, of=sum(counts) or None)


@measure(
    "procedures.papers_saved",
    unit=pgettext_lazy("unit", "件"),
    title=_("出さずに済んだ添付書類（年度）"),
    explain=_("この年度に受け付けた手続で、本人が同意し、役所が確かめるので出さなくてよくなった書類の数"),
)
def papers_saved(on: dt.date | None = None) -> Measured:
    """Papers the office looks up itself, in the cases received in the fiscal year that holds `on`; of all papers called for."""
    end = on or clock.today()
    since = dt.datetime.combine(fiscal_year_start(end), dt.time(), tzinfo=clock.JST)
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    drafts = Case.counted.filter(received_at__gte=since, received_at__lt=until).values("draft")
    papers = Attachment.objects.filter(draft__in=drafts, replaced_at=None, set_aside_at=None)
    of, n = papers.count(), papers.filter(way=Attachment.Way.OMITTED).count()
    return Measured(value=n if of else None, at=clock.now(), n=n, of=of)


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
    decided = Case.counted.filter(
        decision__decided_at__lt=until, decision__decided_at__gte=until - dt.timedelta(days=366)
    )
    days = [
        (clock.in_city(decided_at).date() - clock.in_city(received_at).date()).days
        for received_at, decided_at in decided.values_list("received_at", "decision__decided_at")
    ]
    return Measured(
        value=round(statistics.median(days), 1) if days else None, at=clock.now(), n=len(days), of=len(days)
    )


@measure(
    "procedures.misissued",
    unit=pgettext_lazy("unit", "件"),
    title=_("誤って交付した件数（この年度）"),
    explain=_("この年度に見つかった誤交付の件数。何が起きたか、どの段階で気づけたはずかの内わけ"),
)
def misissued(on: dt.date | None = None) -> Measured:
    """Mis-issues found in the fiscal year of `on`, by kind and by the step that should have noticed."""
    end = on or clock.today()
    since = dt.datetime.combine(fiscal_year_start(end), dt.time(), tzinfo=clock.JST)
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
    found = Misissue.objects.filter(found_at__gte=since, found_at__lt=until, case__practice=is_practice())
    rows = list(found.values_list("kind", "step"))
    kinds = [
        Part(str(label), sum(kind == one for kind, _step in rows), len(rows), group="kind")
        for one, label in KINDS
    ]
    steps = [
        Part(str(label), sum(step == one for _kind, step in rows), len(rows), group="step")
        for one, label in STEPS
    ]
    return Measured(value=len(rows), at=clock.now(), n=len(rows), parts=(*kinds, *steps))


@measure(
    "audit.accesses",
    unit=pgettext_lazy("unit", "回"),
    title=_("職員が個人の記録を見た回数（年度）"),
    explain=_("職員が理由を記録して、一人ひとりの記録を見た回数。練習は入りません"),
)
def accesses(on: dt.date | None = None) -> Measured:
    """Looks of staff in the fiscal year that holds `on`."""
    return _used(on, LOOKED)


@measure(
    "audit.given_out",
    unit=pgettext_lazy("unit", "件"),
    title=_("書類を渡した・送った件数（年度）"),
    explain=_("決定の通知書などを、本人などに渡した件数と送った件数の合計"),
)
def given_out(on: dt.date | None = None) -> Measured:
    """Papers handed over or sent in the fiscal year that holds `on`."""
    return _used(on, GIVEN)


def _used(on: dt.date | None, kind: str) -> Measured:
    # No parts: by section the numbers may be small, and only the page that withholds them tells them. The total is
    # None where that page withholds it too.
    n = access_count(fiscal_year(on or clock.today()), kind)
    return Measured(value=n, at=clock.now(), n=n, withheld=n is None)

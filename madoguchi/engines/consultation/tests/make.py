"""Makers of what these tests stand on: divisions and staff, a call with a draft, comments, opinions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.approvals.models import Route
from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.models import (
    Call,
    Category,
    Comment,
    DraftVersion,
    Opinion,
    Unit,
    UnitText,
)
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import Actor, anonymous, new_id

PLANNING, ASKED = "企画課", "子育て支援課"
SIGNS = {
    "◎": ("意見の趣旨を踏まえ計画に反映するもの", "reflected"),
    "○": ("素案に趣旨を掲載しているもの", "in_draft"),
    "□": ("素案に記載はないが他の施策等で既に実施しているもの", "already"),
    "△": ("事業実施等の際に検討するもの", "consider"),
    "※": ("趣旨を反映できないもの", "cannot"),
    "－": ("その他、上記以外のもの", "other"),
}
ROUTE = [
    {"title": "担当課長", "division": "*", "role": "head"},
    {"title": "企画課の確認", "division": PLANNING, "role": "planner"},
    {"title": "企画課長", "division": PLANNING, "role": "head"},
]


staff = identity_make.staff


def route() -> None:
    """The way an answer goes before it is published."""
    for division in (PLANNING, ASKED):
        people.keep_division(key=division, name=division)
    Route.objects.update_or_create(key="iken", defaults={"title": "意見と区の考え方", "steps": ROUTE})


def make_call(*, key: str = "machi", opens_in: int = -8, closes_in: int = 12, **fields: Any) -> Call:
    """A call in preparation that could be opened: words, ways, categories, and a draft with two passages."""
    people.keep_division(key=PLANNING, name=PLANNING)
    today = clock.today()
    call = Call.objects.create(
        key=key,
        title="窓口の待ち時間の知らせ方（素案）",
        document="窓口の待ち時間の知らせ方（素案）",
        division_id=PLANNING,
        opens_on=today + dt.timedelta(days=opens_in),
        closes_on=today + dt.timedelta(days=closes_in),
        words={
            "ja": {
                "title": "窓口の待ち時間の知らせ方",
                "summary": "待つ人数と時間を、どこで知らせるとよいか。",
            }
        },
        ways=[{"channel": "web", "to": ""}, {"channel": "fax", "to": "00-0000-0000"}],
        **fields,
    )
    for order, (sign, (label, meaning)) in enumerate(SIGNS.items(), 1):
        Category.objects.create(call=call, sign=sign, label=label, meaning=meaning, order=order)
    version = DraftVersion.objects.create(call=call, number=1, title="素案", on=call.opens_on)
    for order, (unit_key, number, heading) in enumerate(
        [("shirase", "①", "待ち人数を家から見る"), ("yobidashi", "②", "呼び出しを文字でも")], 1
    ):
        unit = Unit.objects.create(call=call, key=unit_key, order=order)
        UnitText.objects.create(unit=unit, version=version, number=number, heading=heading, body="本文。")
    return call


def opened(planner: Actor, **fields: Any) -> Call:
    call = make_call(**fields)
    announced = dt.datetime.combine(call.opens_on, dt.time(9), clock.JST)
    with clock.frozen(min(announced, clock.now())):
        return services.open_call(call=call, by=planner)


def send(call: Call, *texts: str, channel: str = "web", once: str = "", **fields: Any) -> Comment:
    """What somebody sends: each text about the first passage."""
    return services.receive(
        call=call,
        parts=[services.PartIn(text, "shirase") for text in texts],
        channel=channel,
        by=fields.pop("by", anonymous()),
        once=once or str(new_id()),
        **fields,
    )


def make_opinion(call: Call, comment: Comment, planner: Actor, summary: str = "家から見たい") -> Opinion:
    """One published row out of all parts of a comment."""
    unit = call.units.get(key="shirase")
    return services.write_opinion(
        call=call, summary=summary, parts=list(comment.parts.all()), unit=unit, by=planner
    )


def final_version(call: Call) -> UnitText:
    """The decided plan: the first passage has become number ② in it. Returns its text."""
    version = DraftVersion.objects.create(
        call=call, number=2, kind=DraftVersion.Kind.FINAL, title="決定", on=clock.today()
    )
    for order, unit in enumerate(call.units.order_by("order"), 2):
        UnitText.objects.create(
            unit=unit, version=version, number="①②③④"[order - 1], heading="決定", body="変えた。"
        )
    return UnitText.objects.get(version=version, unit__key="shirase")

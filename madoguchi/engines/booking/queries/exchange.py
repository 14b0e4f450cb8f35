"""What stands in the files that go to and fro."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from .. import rules
from ..area_rules import rules_of
from ..models import Area, Booking, Import, State
from ..times import at

SENT = (State.BOOKED, State.ATTENDED, State.NO_SHOW, State.CANCELLED)
HEAD = (
    "番号",
    "予約番号",
    "医療機関",
    "健診",
    "受診日",
    "開始",
    "終了",
    "状態",
    "申込日",
    "氏名",
    "フリガナ",
    "生年月日",
)
MOST = 20_000
PURPOSE = "医療機関へ受診の予定と結果を渡すため"


@dataclass(frozen=True, slots=True)
class Period:
    since: dt.date
    until: dt.date


def title_of(area: Area) -> str:
    return rules_of(area.definition_id).said.title


def capacity_imports(area: Area, number: int = 20) -> list[Import]:
    """The newest files that were taken in, each with what did not fit."""
    return list(Import.objects.filter(area=area, kind="capacity")[:number])


def bookings_to_send(*, area: Area, period: Period, by: Actor) -> list[tuple[str, ...]]:
    """The bookings of a period as rows for whose places they are. Each look at a person is recorded before."""
    rules.check_works_at(by, area)
    rows = (
        Booking.objects.filter(area=area, state__in=SENT)
        .filter(starts_at__gte=at(period.since, 0), starts_at__lt=at(period.until + dt.timedelta(days=1), 0))
        .select_related("resource__site", "slot", "person__key")
        .order_by("resource__site__order", "starts_at", "receipt")[:MOST]
    )
    found = list(rows)
    looks = [(booking.ref, booking.person_id) for booking in found]
    audit.record_reads(looks, by=by, purpose=PURPOSE, what="booking.export")
    return list(_rows(found))


def _rows(found: list[Booking]) -> Iterator[tuple[str, ...]]:
    for booking in found:
        profile = identity.profile(booking.person)
        name = profile.get("name") or {}
        since, until = clock.in_city(booking.starts_at), clock.in_city(booking.ends_at)
        yield (
            booking.slot.number if booking.slot else "",
            booking.receipt,
            booking.resource.site.name,
            str(booking.resource.facts.get("exam_title") or booking.resource.name),
            since.date().isoformat(),
            f"{since:%H:%M}",
            f"{until:%H:%M}",
            str(State(booking.state).label),
            clock.in_city(booking.made_at).date().isoformat(),
            _("%(family)s %(given)s") % {"family": name.get("family", ""), "given": name.get("given", "")},
            f"{name.get('family_kana', '')} {name.get('given_kana', '')}".strip(),
            str(profile.get("birth") or ""),
        )

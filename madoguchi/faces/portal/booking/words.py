"""Words of booking pages: days and hours, the ways to take part, what helps at the counter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import calendar, clock, links

# What somebody may ask for at the counter; the keys are those of the queue (engines.queue Need).
NEEDS: tuple[tuple[str, Any], ...] = (
    ("interpreter", gettext_lazy("通訳")),
    ("sign", gettext_lazy("手話")),
    ("writing", gettext_lazy("筆談")),
    ("slowly", gettext_lazy("ゆっくり話す")),
    ("large_print", gettext_lazy("大きな文字")),
    ("wheelchair", gettext_lazy("車いす")),
    ("with_child", gettext_lazy("小さい子どもと一緒")),
)
MODES: dict[str, Any] = {
    "venue": gettext_lazy("会場に行く"),
    "online": gettext_lazy("オンラインで参加する"),
    "visit": gettext_lazy("訪問してもらう"),
}
CHANNELS: dict[str, Any] = {
    "web": gettext_lazy("このページ"),
    "phone": gettext_lazy("電話"),
    "counter": gettext_lazy("窓口"),
    "post": gettext_lazy("郵便・はがき"),
    "mail": gettext_lazy("メール"),
}


FARTHEST = dt.timedelta(days=3660)


def day_said(value: dt.date) -> str:
    """11月24日（火）; with the year when it is another one."""
    day = clock.in_city(value).date() if isinstance(value, dt.datetime) else value
    said = calendar.said_day(day) if day.year == clock.today().year else calendar.said_date(day)
    return _("%(day)s（%(weekday)s）") % {"day": said, "weekday": calendar.said_weekday(day)}


def clock_said(value: dt.datetime) -> str:
    """9:00 by the city's clock."""
    local = clock.in_city(value)
    return f"{local.hour}:{local:%M}"


def at_said(value: dt.datetime) -> str:
    """11月24日（火）9:00."""
    return f"{day_said(value)} {clock_said(value)}"


def in_address(value: dt.datetime) -> str:
    """20261124T0900, by the city's clock."""
    return f"{clock.in_city(value):%Y%m%dT%H%M}"


def from_address(text: str) -> dt.datetime | None:
    """The other way; None for anything else, and for what is many years away."""
    try:
        found = dt.datetime.strptime(text, "%Y%m%dT%H%M").replace(tzinfo=clock.JST)
    except ValueError:
        return None
    return found if abs(found.date() - clock.today()) <= FARTHEST else None


def span_said(since: dt.datetime, until: dt.datetime) -> str:
    """9:00～12:00; over several days each with its day."""
    if clock.in_city(since).date() == clock.in_city(until - dt.timedelta(seconds=1)).date():
        # 24:00, not 0:00 of the same day.
        end = "24:00" if clock.in_city(until).date() > clock.in_city(since).date() else clock_said(until)
        return _("%(since)s～%(until)s") % {"since": clock_said(since), "until": end}
    return _("%(since)s～%(until)s") % {
        "since": clock_said(since),
        "until": f"{day_said(until)} {clock_said(until)}",
    }


def yen_said(value: Any) -> str:
    """1,500円; 無料 for nothing."""
    return _("%(yen)s円") % {"yen": f"{int(value):,}"} if value else _("無料")


def needs_said(keys: list[str]) -> list[str]:
    """What helps, in words."""
    known = dict(NEEDS)
    return [str(known[key]) for key in keys if key in known]


def channels_said(keys: list[str]) -> list[str]:
    """The other ways to book, in words."""
    return [str(CHANNELS[key]) for key in keys if key in CHANNELS and key != "web"]


def registrations_href() -> str:
    """Where one is registered, or "" where this installation has no such page."""
    return links.page("registrations")

"""Which month is drawn before it is given to who comes first, as the area page says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import plus_months


@dataclass(frozen=True, slots=True)
class DrawDates:
    """The draw whose entries are open now or open next."""

    month: dt.date  # the first day of the month that is drawn
    opens_on: dt.date
    closes_on: dt.date
    draws_on: dt.date
    is_open: bool
    href: str


def of(shown: Any) -> DrawDates | None:
    """The dates of an area's draw; None where nothing is drawn."""
    rule = shown.said.draw
    if rule is None or shown.is_closed:
        return None
    today = clock.today()
    first = today.replace(day=1)
    if today.day > rule.closes_on:
        first = plus_months(first, 1)
    opens, closes = first.replace(day=rule.opens_on), first.replace(day=rule.closes_on)
    return DrawDates(
        month=plus_months(first, rule.months_ahead),
        opens_on=opens,
        closes_on=closes,
        draws_on=first.replace(day=rule.draws_on),
        is_open=opens <= today <= closes,
        href=_page(),
    )


def _page() -> str:
    try:
        return reverse("portal:draws:list")
    except NoReverseMatch:
        return ""

"""How the plan's dates and numbers are said: H30 → 平成30年度, R2-03 → 令和2年3月."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.kernel.calendar import fiscal_key

_YEAR = re.compile(r"^([SHR])(\d{1,2})$")
_MONTH = re.compile(r"^([SHR])(\d{1,2})-(\d{2})$")


def western(key: str) -> int:
    """The calendar year in which fiscal year `key` begins: R2 → 2020."""
    return fiscal_key(key)


def when(text: str | None) -> str:
    """A date as the sources print it, in words. A bare year is a fiscal year."""
    if not text:
        return ""
    if text.endswith("決算"):
        return _("%(when)s決算") % {"when": when(text.removesuffix("決算"))}
    if "," in text:
        return _("、").join(when(part) for part in text.split(","))
    if ".." in text:
        begin, end = text.split("..")
        if end.isdigit():
            end = begin[: begin.index("-") + 1] + end
        return _("%(begin)s～%(end)s") % {"begin": when(begin), "end": when(end)}
    if text.endswith("-"):
        return _("%(begin)s～") % {"begin": when(text[:-1])}
    if month := _MONTH.match(text):
        facts = _facts(month[1], month[2]) | {"month": int(month[3])}
        return _("%(era)s%(year)s年%(month)s月") % facts
    if year := _YEAR.match(text):
        return _("%(era)s%(year)s年度") % _facts(year[1], year[2])
    return text


def short(text: str) -> str:
    """A date small enough for the axis of a chart: R2-03 → R2.3."""
    key, _dash, month = text.partition("-")
    return f"{key}.{int(month)}" if month.isdigit() else text


def span(first: str, last: str) -> str:
    """The years of a plan: R2, R6 → 令和2～6年度."""
    if first[0] != last[0]:
        return _("%(begin)s～%(end)s") % {"begin": when(first), "end": when(last)}
    begin, end = _facts(first[0], first[1:]), _facts(last[0], last[1:])
    facts = begin | {"last": end["year"], "last_western": end["western"]}
    return _("%(era)s%(year)s～%(last)s年度") % facts


def number(value: float | None) -> str:
    """67537 → 67,537. Decimals stay as printed: 90.0 is not 90."""
    return "" if value is None else f"{value:,}"


def _facts(era: str, year: str) -> dict[str, str | int]:
    names = {"S": _("昭和"), "H": _("平成"), "R": _("令和")}
    return {
        "era": names[era],
        "year": pgettext("first year of an era", "元") if int(year) == 1 else year,
        "western": western(era + year),
    }

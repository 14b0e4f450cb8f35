"""How the plan's dates and numbers are said: H30 → 平成30年度, R2-03 → 令和2年3月; elsewhere FY2018, March 2020."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.kernel.calendar import fiscal_key, fiscal_label, in_eras

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
        year = western(month[1] + month[2])
        if in_eras():
            return f"{_in_era(month[1], month[2])}年{int(month[3])}月"
        return dateformat.format(dt.date(year, int(month[3]), 1), pgettext("date format", "Y年n月"))
    if _YEAR.match(text):
        return fiscal_year(western(text), said=text)
    return text


def fiscal_year(year: int, *, said: str = "") -> str:
    """令和2年度, FY2020. `said` is the key as printed, which may count on in an era that had ended (H31)."""
    if not in_eras():
        return _("%(year)s年度") % {"year": year}
    return f"{_in_era(said[0], said[1:])}年度" if said else fiscal_label(year)


def short(text: str) -> str:
    """A date small enough for the axis of a chart: R2-03 → R2.3, elsewhere 2020.3."""
    key, _dash, month = text.partition("-")
    if not in_eras():
        key = str(western(key))
    return f"{key}.{int(month)}" if month.isdigit() else key


def span(first: str, last: str) -> str:
    """The years of a plan: R2, R6 → 令和2～6年度."""
    if first[0] != last[0]:
        return _("%(begin)s～%(end)s") % {"begin": when(first), "end": when(last)}
    if in_eras():
        return f"{_in_era(first[0], first[1:])}～{last[1:]}年度"
    return _("%(begin)s～%(end)s年度") % {"begin": western(first), "end": western(last)}


def number(value: float | None) -> str:
    """67537 → 67,537. Decimals stay as printed: 90.0 is not 90."""
    return "" if value is None else f"{value:,}"


def dated_value(told: dict[str, Any]) -> str:
    """A printed value with its unit and date: 約12%（平成30年度）."""
    about = _("約") if told.get("approx") else ""
    value = f"{about}{number(told['value'])}{told.get('unit', '')}"
    if not told.get("as_of"):
        return value
    return _("%(value)s（%(when)s）") % {"value": value, "when": when(told["as_of"])}


def _in_era(era: str, year: str) -> str:
    names = {"S": "昭和", "H": "平成", "R": "令和"}
    return f"{names[era]}{'元' if int(year) == 1 else year}"

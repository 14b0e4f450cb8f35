"""Dates and times as pages say them, in the reader's language; the order of the parts is a translation too."""

from __future__ import annotations

import datetime as dt

from django.utils import dateformat
from django.utils.translation import get_language, pgettext

from .eras import wareki


def in_eras() -> bool:
    """Whether the reader also counts years by eras. やさしい日本語 keeps to one way of counting."""
    return (get_language() or "ja") == "ja"


def said_date(day: dt.date) -> str:
    """2026年11月20日, 20 November 2026."""
    return dateformat.format(day, pgettext("date format", "Y年n月j日"))


def said_day(day: dt.date) -> str:
    """The same without the year: 11月20日, 20 November."""
    return dateformat.format(day, pgettext("date format", "n月j日"))


def said_time(at: dt.time | dt.datetime) -> str:
    """9時42分, 9:42. `at` is already by the city's clock."""
    return dateformat.format(at, pgettext("time format", "G時i分"))


def said_in_eras(day: dt.date) -> str:
    """2026年11月20日（令和8年）: the year as forms print it and as people remember it; one year elsewhere."""
    if not in_eras():
        return said_date(day)
    return f"{said_date(day)}（{wareki(day).split('年')[0]}年）"


def said_weekday(day: dt.date) -> str:
    """月, Mon."""
    return dateformat.format(day, "D").rstrip(".")

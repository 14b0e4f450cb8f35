"""Dates and times as pages say them, in the reader's language; the order of the parts is a translation too."""

from __future__ import annotations

import datetime as dt

from django.utils import dateformat
from django.utils.translation import get_language, gettext_lazy, pgettext

from .days import holiday_name
from .eras import wareki

# 国民の祝日に関する法律 第2条・第3条, as they are called in each language.
_HOLIDAYS = {
    "元日": gettext_lazy("元日"),
    "成人の日": gettext_lazy("成人の日"),
    "建国記念の日": gettext_lazy("建国記念の日"),
    "天皇誕生日": gettext_lazy("天皇誕生日"),
    "春分の日": gettext_lazy("春分の日"),
    "昭和の日": gettext_lazy("昭和の日"),
    "憲法記念日": gettext_lazy("憲法記念日"),
    "みどりの日": gettext_lazy("みどりの日"),
    "こどもの日": gettext_lazy("こどもの日"),
    "海の日": gettext_lazy("海の日"),
    "山の日": gettext_lazy("山の日"),
    "敬老の日": gettext_lazy("敬老の日"),
    "秋分の日": gettext_lazy("秋分の日"),
    "スポーツの日": gettext_lazy("スポーツの日"),
    "文化の日": gettext_lazy("文化の日"),
    "勤労感謝の日": gettext_lazy("勤労感謝の日"),
    "振替休日": gettext_lazy("振替休日"),
    "国民の休日": gettext_lazy("国民の休日"),
}


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


def said_holiday(day: dt.date) -> str:
    """勤労感謝の日, Labour Thanksgiving Day; "" where it is none."""
    name = holiday_name(day)
    # A day the law makes for one year only has no translation.
    return str(_HOLIDAYS.get(name, name))

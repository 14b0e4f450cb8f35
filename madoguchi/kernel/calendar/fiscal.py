"""Fiscal years: April to March, named by the era of their April."""

from __future__ import annotations

import datetime as dt
import re

from .eras import era_year, wareki_year

_KEY = re.compile(r"([MTSHR])(\d{1,2})")


def fiscal_year(day: dt.date) -> int:
    """The fiscal year `day` lies in, by the year of its April: 令和3年1月 is fiscal 2020 (令和2年度)."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_start(day: dt.date) -> dt.date:
    return dt.date(fiscal_year(day), 4, 1)


def fiscal_year_end(day: dt.date) -> dt.date:
    return dt.date(fiscal_year(day) + 1, 3, 31)


def fiscal_label(year: int) -> str:
    """2020 -> 令和2年度; 2019 -> 令和元年度, as governments named it although its April was 平成31年."""
    return wareki_year(year) + "度"


def fiscal_key(key: str) -> int:
    """The year that plans write as R2 or H30: 2020, 2018. Raises ValueError for anything else."""
    found = _KEY.fullmatch(key.strip().upper())
    if found is None:
        raise ValueError(f"not a fiscal year: {key!r}")
    return era_year(found[1], int(found[2]))

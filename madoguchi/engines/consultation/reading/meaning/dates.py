"""The period of a call, in eras or Western years, with or without weekdays, the end short or whole."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from madoguchi.kernel.calendar import business_days_between, is_business_day

from ..result import Period

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
_YEAR = r"(?P<{0}era>令和|平成|昭和|[RHS])?\s*(?P<{0}year>元|[0-9]{{1,4}})\s*(?:\([0-9]{{4}}\))?\s*(?:年|[./-])\s*"
_DAY = r"(?P<{0}month>[0-9]{{1,2}})\s*(?:月|[./-])\s*(?P<{0}day>[0-9]{{1,2}})\s*日?"
_WESTERN = r"(?:\s*\([0-9]{{4}}年\)|\s*\((?:令和|平成)[元0-9]{{1,2}}年\))?"
_WEEKDAY = r"\s*(?:[(\[](?P<{0}weekday>[月火水木金土日])(?:曜日?)?(?:[・、,]?[祝休]日?)?[)\]])?"
_TIME = r"(?:\s*(?:午前|午後)?\s*[0-9]{1,2}(?:時|:)(?:[0-9]{2}分?|半)?)?"
_FROM = r"\s*(?:から|より|~|〜|～|-|−|–|—|―|－|ー|→|・{2,3}|…)\s*"
_PERIOD = re.compile(
    _YEAR.format("a")
    + _WESTERN.format()
    + r"\s*"
    + _DAY.format("a")
    + _WEEKDAY.format("a")
    + _TIME
    + r"(?:\s*\(必着\))?"
    + _FROM
    + r"(?:同年\s*)?(?:(?:"
    + _YEAR.format("b")
    + _WESTERN.format()
    + r"\s*)?(?P<bmonth>[0-9]{1,2})\s*(?:月|[./-])\s*|同月\s*)??(?P<bday>[0-9]{1,2})(?![0-9年月./-])\s*日?"
    + _WEEKDAY.format("b")
    + _TIME
    + r"(?:\s*\((?:必着|消印有効|当日消印有効)[^()]*\))?\s*(?:まで)?"
)
_LABEL = re.compile(
    r"(?:募集|実施|受付|提出|公募|公表|縦覧|意見(?:の)?(?:聴取|提出)|パブリック・?コメント).{0,8}(?:期間|日)|期\s*間"
)


def find_period(text: str) -> tuple[Period, int, int] | None:
    """The first stretch of two dates in a text and where it stands. None when there is none."""
    plain = _same_length(text)
    for found in _PERIOD.finditer(plain):
        start = _date(found["aera"], found["ayear"], found["amonth"], found["aday"], None)
        end_year = found["byear"]
        end = _date(
            found["bera"] or (found["aera"] if end_year else None),
            end_year, found["bmonth"] or found["amonth"], found["bday"], start,
        )  # fmt: skip
        if start is None or end is None:
            continue
        printed = text[found.start() : found.end()].strip()
        return _period(printed, start, end), found.start(), found.end()
    return None


def is_period_label(text: str) -> bool:
    return bool(_LABEL.search(unicodedata.normalize("NFKC", text)))


def wrong_weekdays(period: Period) -> list[str]:
    """Weekdays printed beside dates that fall on another day."""
    found = _PERIOD.search(_same_length(period.printed))
    if not found:
        return []
    said = ((found["aweekday"], period.start), (found["bweekday"], period.end))
    return [
        f"{day:%Y-%m-%d}は（{'月火水木金土日'[day.weekday()]}）ですが、（{printed}）と印刷されています。"
        for printed, day in said
        if printed and day and "月火水木金土日"[day.weekday()] != printed
    ]


def _same_length(text: str) -> str:
    """Full-width figures and signs as half-width ones, every character still in its place."""
    told = []
    for char in text:
        plain = unicodedata.normalize("NFKC", char)
        told.append(plain if len(plain) == 1 else char)
    return "".join(told)


def _date(
    era: str | None, year: str | None, month: str | None, day: str | None, start: dt.date | None
) -> dt.date | None:
    try:
        if year is None:
            if start is None or month is None or day is None:
                return None
            number = start.year + ((int(month), int(day)) < (start.month, start.day))
        else:
            number = (1 if year == "元" else int(year)) + (_ERAS[era] if era else 0)
        if number < 100 and start is not None and era is None:
            number += start.year - start.year % 100
        return dt.date(number, int(month or 0), int(day or 0)) if number > 1900 else None
    except (ValueError, OverflowError):
        return None


def _period(printed: str, start: dt.date, end: dt.date) -> Period:
    if not dt.timedelta(0) <= end - start <= dt.timedelta(days=1000):
        return Period(printed, start, end)
    opening = int(is_business_day(start)) + business_days_between(start, end)
    return Period(printed, start, end, (end - start).days + 1, opening)

"""Dates as people type them: three boxes, full-width figures, eras or Western years."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from django.utils.translation import gettext as _

from .eras import ERAS, Era, era_named

# A whole date in one line: 令和8年11月2日（月）, R8.11.2, 2026/11/2, 2026-11-02.
_WHOLE = re.compile(
    r"(?P<year>[^\W\d]{0,2}\s?(?:[0-9]{1,4}|元))\s?(?:年|[./-])\s?"
    r"(?P<month>[0-9]{1,2})\s?(?:月|[./-])\s?(?P<day>[0-9]{1,2})日?\s?(?:\([月火水木金土日](?:曜日?)?\))?"
)
MONTHS = tuple(f"{month}月" for month in range(1, 13))


def month_name(month: int) -> str:
    return MONTHS[month - 1]


def parse_date(year: str | int, month: str | int, day: str | int, era: str | None = None) -> dt.date:
    """The date somebody typed. Raises ValueError with a sentence for them.

    `year` may carry its era (令和8, R8, 平成元年) when `era` is not given. A date must lie inside its era: 昭和64年
    ends on 7 January, 平成31年 on 30 April, and what people mean by later days is said in the sentence.
    """
    year_text, month_text, day_text = (_plain(part) for part in (year, month, day))
    if not year_text or not month_text or not day_text:
        raise ValueError(_("年・月・日をすべて入力してください。"))
    named, number = _year(year_text.removesuffix("年"), era)
    month_number = _number(month_text.removesuffix("月"), _("月"))
    day_number = _number(day_text.removesuffix("日"), _("日"))
    if not 1 <= month_number <= 12:
        raise ValueError(_("月は1から12の数字で入力してください。"))
    western = named.year(number) if named else number
    if not 1 <= western <= 9999:
        raise ValueError(_("年を確かめてください。"))
    try:
        found = dt.date(western, month_number, day_number)
    except ValueError:
        said = {"month": month_number, "day": day_number}
        raise ValueError(_("%(month)d月%(day)d日という日付はありません。") % said) from None
    if named is not None and not named.holds(found):
        raise ValueError(_outside(named, number, found))
    return found


def split_date(typed: str) -> tuple[str, str, str] | None:
    """Year (with its era), month and day of a date written in one line; None for what is no such line.

    Whether there is such a day is for `parse_date` to say. The weekday behind it is read over: people copy it.
    """
    found = _WHOLE.fullmatch(_plain(typed))
    return (found["year"].replace(" ", ""), found["month"], found["day"]) if found else None


def _plain(part: str | int) -> str:
    return unicodedata.normalize("NFKC", str(part)).strip()


def read_year(typed: str) -> int:
    """The year somebody typed: 2026, 令和8, R8, 平成元年. Raises ValueError with a sentence for them."""
    named, number = _year(_plain(typed).removesuffix("年"), None)
    return named.year(number) if named else number


def _year(text: str, era: str | None) -> tuple[Era | None, int]:
    """The era, given apart or before the figures, and the figures."""
    named, text = (_era(era), text) if era else _leading_era(text)
    number = _number("1" if named is not None and text == "元" else text, _("年"))
    if named is not None and number < 1:
        raise ValueError(_("年を確かめてください。"))
    if named is None and len(text) != 4:
        raise ValueError(_("年は西暦4けたの数字で入力してください（例：2026）。"))
    return named, number


def _era(name: str) -> Era:
    try:
        return era_named(_plain(name))
    except ValueError:
        raise ValueError(_("元号を確かめてください。")) from None


def _leading_era(text: str) -> tuple[Era | None, str]:
    for era in ERAS:
        for name in (era.name, era.letter, era.letter.lower()):
            if text.startswith(name):
                return era, text.removeprefix(name).lstrip(" .")
    return None, text


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise ValueError(_("%sは数字で入力してください。") % what)
    return int(text)


def _outside(era: Era, number: int, found: dt.date) -> str:
    year = f"{era.name}{'元' if number == 1 else number}年"
    right = next((each for each in ERAS if each.holds(found)), None)
    if right is None:
        return _("%sに、この日付はありません。") % year
    count = found.year - right.began_on.year + 1
    said = {"year": year, "right": f"{right.name}{'元' if count == 1 else count}年"}
    return _("%(year)sに、この日付はありません。%(right)sではありませんか。") % said

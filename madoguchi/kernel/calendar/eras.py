"""Japanese eras, with 元年."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Era:
    letter: str
    name: str
    began_on: dt.date
    ended_on: dt.date | None = None

    def year(self, number: int) -> int:
        return self.began_on.year + number - 1

    def holds(self, day: dt.date) -> bool:
        return self.began_on <= day and (self.ended_on is None or day <= self.ended_on)


# The first day of an era belongs to the new one, also where the law of the day counted it to both:
# 1926-12-25 is 昭和元年. Japan keeps the Gregorian calendar since 明治6年1月1日; dates before that are
# not made.
ERAS = (
    Era("R", "令和", dt.date(2019, 5, 1)),
    Era("H", "平成", dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    Era("S", "昭和", dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    Era("T", "大正", dt.date(1912, 7, 30), dt.date(1926, 12, 24)),
    Era("M", "明治", dt.date(1868, 10, 23), dt.date(1912, 7, 29)),
)
GREGORIAN_SINCE = dt.date(1873, 1, 1)


def era_named(name: str) -> Era:
    """The era called 令和, 令 or R. Raises ValueError for anything else."""
    word = name.strip()
    for era in ERAS:
        if word and (word.upper() == era.letter or word in {era.name, era.name[0]}):
            return era
    raise ValueError(f"no such era: {name!r}")


def era_year(name: str, number: int) -> int:
    """The year that is year `number` of the era, by counting alone: ("R", 2) -> 2020."""
    if number < 1:
        raise ValueError("an era begins with its year 1")
    return era_named(name).year(number)


def era_of(day: dt.date) -> Era | None:
    """The era of `day`; None before the Gregorian calendar, where a 和暦 date would be another day."""
    if day < GREGORIAN_SINCE:
        return None
    return next(era for era in ERAS if era.holds(day))


def _years(era: Era, year: int) -> str:
    number = year - era.began_on.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def wareki(day: dt.date) -> str:
    """令和8年11月22日; 2019-04-30 is 平成31年4月30日, the day after it 令和元年5月1日."""
    era = era_of(day)
    start = f"{day.year}年" if era is None else _years(era, day.year)
    return f"{start}{day.month}月{day.day}日"


def wareki_year(year: int) -> str:
    """The year by the era it ended in: 2019 -> 令和元年, 1989 -> 平成元年."""
    if year < GREGORIAN_SINCE.year:
        return f"{year}年"
    last_day = dt.date(year, 12, 31)
    return _years(next(era for era in ERAS if era.holds(last_day)), year)

"""Dates in three boxes or written in one, in either count of years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import calendar, clock

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import Fits, Kind, Posted, ascii_of

FIRST_YEAR, LAST_YEAR = 1868, 2200


class Date(Kind):
    inputs = ("era", "y", "m", "d")

    def read(self, posted: Posted, field: FieldDef) -> str:
        year, month, day = (ascii_of(posted.get(name, "")) for name in ("y", "m", "d"))
        era = ascii_of(posted.get("era", ""))
        if not month and not day and (whole := calendar.split_date(year)):
            year, month, day = whole
        date = self._date(self._year(year, month, day, era), month, day)
        self._check_era(era, year, date)
        if code := self.checker(field)(date.isoformat()):
            raise AnswerRefused({"y": self.sentence(code, field)})
        return date.isoformat()

    def is_blank(self, posted: Posted) -> bool:
        # The era is chosen from a list in which one always stands.
        return not any(posted.get(name, "").strip() for name in ("y", "m", "d"))

    def _year(self, year: str, month: str, day: str, era: str) -> int:
        for name, typed in (("y", year), ("m", month), ("d", day)):
            if not typed:
                raise AnswerRefused({name: _("年、月、日をすべて書いてください。")})
        try:
            found = calendar.read_year(_with_era(era, year))
        except ValueError:
            found = 0
        if not FIRST_YEAR <= found <= LAST_YEAR:
            raise AnswerRefused({"y": _("年は2026や令和8のように書いてください。")})
        return found

    def _date(self, year: int, month: str, day: str) -> dt.date:
        month, day = month.removesuffix("月"), day.removesuffix("日")
        if not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in (month, day)):
            raise AnswerRefused({"m": _("月と日は数字で書いてください。例：11月1日")})
        if not 1 <= int(month) <= 12:
            raise AnswerRefused({"m": _("月は1から12までです。")})
        try:
            return dt.date(year, int(month), int(day))
        except ValueError:
            raise AnswerRefused(
                {
                    "d": _("%(month)s月%(day)s日はありません。日を確かめてください。")
                    % {"month": int(month), "day": int(day)}
                }
            ) from None

    def _check_era(self, era: str, year: str, date: dt.date) -> None:
        """A day must lie in the era it was counted by: 平成31年11月 was never lived."""
        try:
            calendar.parse_date(_with_era(era, year), date.month, date.day)
        except ValueError as wrong:
            raise AnswerRefused({"y": str(wrong)}) from None

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        if not value:
            return dict.fromkeys(self.inputs, "")
        date = dt.date.fromisoformat(value)
        return {"era": "", "y": str(date.year), "m": str(date.month), "d": str(date.day)}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        date = dt.date.fromisoformat(value)
        if not calendar.in_eras():
            return calendar.said_date(date)
        return f"{calendar.wareki(date)}（{date.year}年）"

    def checker(self, field: FieldDef) -> Fits:
        # Nobody states the birthday of somebody who is not born yet: a person's date is always past.
        is_past = field.no_later_than == "today" or field.type in {"person", "list"}
        is_ahead = field.no_earlier_than == "today"
        fromisoformat = dt.date.fromisoformat

        def fits(value: Any) -> str:
            if value.__class__ is not str or len(value) != 10:
                return "wrong_shape"
            try:
                date = fromisoformat(value)
            except ValueError:
                return "wrong_shape"
            if not FIRST_YEAR <= date.year <= LAST_YEAR:
                return "wrong_shape"
            if not (is_past or is_ahead):
                return ""
            today = clock.today()
            if is_past and date > today:
                return "in_future"
            return "in_past" if is_ahead and date < today else ""

        return fits


def _with_era(era: str, year: str) -> str:
    """The year with the era chosen beside it, unless it already says one: 「令和」 and 「8」, or 「R8」 and nothing."""
    digits = year.removesuffix("年")
    return f"{era}{year}" if era and (digits == "元" or (digits.isdecimal() and len(digits) < 4)) else year

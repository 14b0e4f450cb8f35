"""Numbers and sums of money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import Fits, Kind, Posted, ascii_of

# Rules count up to a limit of their own (kernel/rules); this stays well under it.
LARGEST = 10**12 - 1


class Number(Kind):
    def read(self, posted: Posted, field: FieldDef) -> int:
        typed = self._digits(posted)
        if field.unit:  # 「２通」: the unit stands beside the box, and some write it in as well
            typed = typed.removesuffix(ascii_of(field.unit)).strip()
        if not re.fullmatch(r"-?[0-9]{1,12}", typed):
            raise AnswerRefused({"value": self._how()})
        number = int(typed)
        if code := self.checker(field)(number):
            raise AnswerRefused({"value": self.sentence(code, field)})
        return number

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return f"{value:,}{labels.get('unit') or field.unit}"

    def checker(self, field: FieldDef) -> Fits:
        least = -LARGEST if field.least is None else field.least
        most = LARGEST if field.most is None else field.most

        def fits(value: Any) -> str:
            if value.__class__ is not int:  # True is an int to Python, but no number anybody stated
                return "wrong_shape"
            return "" if least <= value <= most else "too_small" if value < least else "too_large"

        return fits

    def _digits(self, posted: Posted) -> str:
        return ascii_of(posted.get("value", "")).replace(",", "").replace("−", "-")

    def _how(self) -> str:
        return _("数字で書いてください。例：3")


class Money(Number):
    """Whole yen. 12,345円, １２３４５ and ¥12,345 are the same sum."""

    def _digits(self, posted: Posted) -> str:
        typed = ascii_of(posted.get("value", ""))
        return re.sub(r"[,、\s]", "", typed).removeprefix("¥").removeprefix("\\").removesuffix("円")

    def _how(self) -> str:
        return _("金額を数字で書いてください。例：12,345")

    def checker(self, field: FieldDef) -> Fits:
        # A sum below nothing is stated only where the pack says so.
        return super().checker(field if field.least is not None else field.model_copy(update={"least": 0}))

    def sentence(self, code: str, field: FieldDef) -> str:
        if code == "too_small":
            return _("%(least)s円以上の金額を書いてください。") % {"least": f"{field.least or 0:,}"}
        if code == "too_large":
            most = LARGEST if field.most is None else field.most
            return _("%(most)s円以下の金額を書いてください。") % {"most": f"{most:,}"}
        return super().sentence(code, field)

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {"value": "" if value is None else f"{value:,}"}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return _("%(sum)s円") % {"sum": f"{value:,}"}

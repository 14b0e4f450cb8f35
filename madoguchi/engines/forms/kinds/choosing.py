"""Yes or no, one of several, several of several, and consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import Fits, Kind, Posted

YES = "yes"


class YesNo(Kind):
    def read(self, posted: Posted, field: FieldDef) -> bool:
        answer = posted.get("value", "")
        if answer not in {YES, "no"}:
            raise AnswerRefused({"value": _("「はい」か「いいえ」を選んでください。")})
        return answer == YES

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {"value": "" if value is None else YES if value else "no"}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return _("はい") if value else _("いいえ")

    def checker(self, field: FieldDef) -> Fits:
        return lambda value: "" if value is True or value is False else "wrong_shape"


class Choice(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        chosen = posted.get("value", "")
        if chosen not in field.options:
            raise AnswerRefused({"value": _("1つ選んでください。")})
        return chosen

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return labels.get(f"options.{value}") or field.options.get(value, str(value))

    def checker(self, field: FieldDef) -> Fits:
        options = frozenset(field.options)
        return lambda value: "" if value.__class__ is str and value in options else "not_an_option"


class Choices(Kind):
    """Any number of the options, kept in the order of the options. Each option is an input of its own.

    A box that is not ticked is not sent by a browser: the empty input `value`, which the widget always sends,
    says that the question stood there.
    """

    def read(self, posted: Posted, field: FieldDef) -> list[str]:
        chosen = [option for option in field.options if posted.get(tick(option), "").strip()]
        if code := self.checker(field)(chosen):
            raise AnswerRefused({"value": self.sentence(code, field)})
        return chosen

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        options = field.options if field else {}
        return {"value": ""} | {tick(option): YES if option in (value or ()) else "" for option in options}

    def is_blank(self, posted: Posted) -> bool:
        return not any(typed.strip() for name, typed in posted.items() if name.startswith(tick("")))

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        chosen = [labels.get(f"options.{one}") or field.options.get(one, str(one)) for one in value]
        return _("、").join(chosen) if chosen else _("どれもない")

    def checker(self, field: FieldDef) -> Fits:
        options, least, most = frozenset(field.options), field.least, field.most
        least = least if least is not None else int(field.required)

        def fits(value: Any) -> str:
            if not isinstance(value, list) or not all(one.__class__ is str for one in value):
                return "wrong_shape"
            if not options.issuperset(value) or len(set(value)) != len(value):
                return "not_an_option"
            if len(value) < least:
                return "too_few"
            return "too_many" if most is not None and len(value) > most else ""

        return fits

    def sentence(self, code: str, field: FieldDef) -> str:
        if code == "too_few" and (field.least or 0) <= 1:
            return _("1つ以上選んでください。")
        return super().sentence(code, field)


def tick(option: str) -> str:
    """The name of the input of one option."""
    return f"is-{option}"


class Consent(Kind):
    """A statement and a tick. What is not agreed to is not kept: there is no consent by a box left alone."""

    def read(self, posted: Posted, field: FieldDef) -> bool:
        if posted.get("value", "") != YES:
            raise AnswerRefused({"value": self.sentence("not_agreed", field)})
        return True

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {"value": YES if value is True else ""}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return _("同意します：%(statement)s") % {"statement": labels.get("statement") or field.statement}

    def checker(self, field: FieldDef) -> Fits:
        return lambda value: "" if value is True else "not_agreed"

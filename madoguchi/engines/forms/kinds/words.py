"""Words typed freely, telephone numbers, mail addresses."""

from __future__ import annotations

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import LONG, Fits, Kind, Posted, ascii_of, text_fault

_PHONE = re.compile(r"[0-9\-() +]+")
# What a Japanese keyboard gives for the hyphen between the digits: the long-vowel mark, dashes, the minus sign.
_HYPHENS = re.compile("[ー‐‑‒–—―−─━〜~]")


class ShortText(Kind):
    pass


class LongText(Kind):
    most_letters: ClassVar[int] = LONG


class Phone(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        typed = _HYPHENS.sub("-", ascii_of(posted.get("value", "")))
        if not _is_phone(typed):
            raise AnswerRefused({"value": _("電話番号を数字で書いてください。例：00-0000-0000")})
        return typed

    def checker(self, field: FieldDef) -> Fits:
        return lambda value: text_fault(value, 60) or ("" if _is_phone(value) else "wrong_shape")


class Email(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        typed = ascii_of(posted.get("value", ""))
        if not _is_email(typed):
            raise AnswerRefused({"value": _("メールアドレスの形を確かめてください。例：hana@mihon.invalid")})
        return typed

    def checker(self, field: FieldDef) -> Fits:
        return lambda value: text_fault(value, 254) or ("" if _is_email(value) else "wrong_shape")


def _is_phone(typed: str) -> bool:
    return bool(_PHONE.fullmatch(typed)) and 9 <= len(re.sub(r"[^0-9]", "", typed)) <= 15


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True

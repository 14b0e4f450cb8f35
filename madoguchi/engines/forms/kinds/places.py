"""Addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import SHORT, Fits, Kind, Posted, are_texts, ascii_of

_POSTCODE = re.compile(r"[0-9]{7}")
_NUMBERED = re.compile(r"\d|[一二三四五六七八九十〇]")


class Address(Kind):
    inputs = ("postcode", "address", "building")

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        postcode = re.sub(r"[^0-9]", "", ascii_of(posted.get("postcode", "")))
        # The box has several lines; an address is one.
        address = re.sub(r"\s*\n\s*", " ", self._typed(posted, "address", SHORT))
        errors = {}
        if len(postcode) != 7:
            errors["postcode"] = _("郵便番号を7けたの数字で書いてください。例：000-0000")
        if not _is_numbered(address):
            errors["address"] = _("住所を番地まで書いてください。")
        if errors:
            raise AnswerRefused(errors)
        return {"postcode": postcode, "address": address, "building": self._typed(posted, "building", SHORT)}

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        code = value["postcode"]
        return " ".join(filter(None, (f"〒{code[:3]}-{code[3:]}", value["address"], value["building"])))

    def checker(self, field: FieldDef) -> Fits:
        def fits(value: Any) -> str:
            if not are_texts(value, self.inputs, SHORT) or not _POSTCODE.fullmatch(value["postcode"]):
                return "wrong_shape"
            return "" if _is_numbered(value["address"]) else "wrong_shape"

        return fits


def _is_numbered(address: str) -> bool:
    return bool(_NUMBERED.search(address) or _NUMBERED.search(unicodedata.normalize("NFKC", address)))

"""Bank accounts, checked against the list of banks and branches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import text

from .. import banks
from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import Fits, Kind, Posted, are_texts, ascii_of

_PARTS = ("bank", "branch", "kind", "number", "holder_kana")
MOST = 60


class BankAccount(Kind):
    """Bank and branch by name or number; where a name fits several, the person ticks the one that is meant."""

    inputs = (*_PARTS, "bank_code", "branch_code")
    KINDS: ClassVar[dict[str, Any]] = {"futsu": gettext_lazy("普通"), "toza": gettext_lazy("当座")}

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        errors: dict[str, str] = {}
        bank = self._bank(posted, errors)
        branch = self._branch(posted, bank, errors)
        kind = posted.get("kind", "")
        if kind not in self.KINDS:
            errors["kind"] = _("普通か当座を選んでください。")
        number = re.sub(r"[^0-9]", "", ascii_of(posted.get("number", "")))
        if not 1 <= len(number) <= 7:
            errors["number"] = _("口座番号を7けたまでの数字で書いてください。")
        holder = text.to_katakana(self._typed(posted, "holder_kana", MOST))
        if not _is_holder(holder):
            errors["holder_kana"] = _("口座名義をカタカナで書いてください。例：ミホン ハナ")
        if errors or bank is None or branch is None:
            raise AnswerRefused(errors)
        return {
            "bank": bank.name,
            "branch": branch.name,
            "kind": kind,
            "number": number.zfill(7),
            "holder_kana": holder,
            "bank_code": bank.code,
            "branch_code": branch.code,
        }

    def _bank(self, posted: Posted, errors: dict[str, str]) -> banks.Bank | None:
        typed = self._typed(posted, "bank", MOST)
        if not typed:
            errors["bank"] = _("金融機関の名前を書いてください。")
            return None
        found = banks.find_banks(typed)
        bank = _chosen(found, posted.get("bank_code", ""))
        if bank is None:
            errors["bank"] = _several(found) if found else _no_bank()
        return bank

    def _branch(self, posted: Posted, bank: banks.Bank | None, errors: dict[str, str]) -> banks.Branch | None:
        typed = self._typed(posted, "branch", MOST)
        if not typed:
            errors["branch"] = _("支店の名前を書いてください。")
        if not typed or bank is None:
            return None
        found = banks.find_branches(bank, typed)
        branch = _chosen(found, posted.get("branch_code", ""))
        if branch is None:
            errors["branch"] = _several(found) if found else _no_branch()
        return branch

    def is_blank(self, posted: Posted) -> bool:
        return not any(posted.get(name, "").strip() for name in _PARTS)

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return self._line(value, value["number"])

    def checker(self, field: FieldDef) -> Fits:
        def fits(value: Any) -> str:
            if not are_texts(value, self.inputs, MOST) or value["kind"] not in self.KINDS:
                return "wrong_shape"
            if not re.fullmatch(r"[0-9]{7}", value["number"]) or not _is_holder(value["holder_kana"]):
                return "wrong_shape"
            bank = banks.bank(value["bank_code"])
            if bank is None:
                return "no_such_bank"
            return "" if banks.branch(bank, value["branch_code"]) else "no_such_branch"

        return fits

    def sentence(self, code: str, field: FieldDef) -> str:
        said = {"no_such_bank": _no_bank, "no_such_branch": _no_branch}.get(code)
        return said() if said else super().sentence(code, field)

    @classmethod
    def masked(cls, value: Mapping[str, str]) -> str:
        """The account as people read it, of its number the last three digits only."""
        number = value["number"]
        return cls._line(value, "•" * (len(number) - 3) + number[-3:])

    @classmethod
    def _line(cls, value: Mapping[str, str], number: str) -> str:
        kind = cls.KINDS.get(value["kind"], "")
        bank = banks.with_code(value["bank"], value.get("bank_code", ""))
        branch = banks.with_code(value["branch"], value.get("branch_code", ""))
        return f"{bank} {branch} {kind} {number} {value['holder_kana']}"


def _chosen(found: list[Any], ticked: str) -> Any:
    """The one that is meant: the only one, or the one ticked among several."""
    if len(found) == 1:
        return found[0]
    return next((one for one in found if one.code == ticked), None)


def _several(found: list[Any]) -> str:
    return _("あてはまるものが%(n)s件あります。下から選んでください。") % {"n": len(found)}


def _no_bank() -> str:
    return _(
        "この金融機関は見つかりません。名前の一部（例：みずほ）か4けたの番号で、もう一度書いてください。"
    )


def _no_branch() -> str:
    return _("この支店は見つかりません。名前の一部か3けたの番号で、もう一度書いてください。")


def _is_holder(holder: str) -> bool:
    return bool(holder) and text.is_kana(re.sub(r"[（）()A-Za-z.\-]", "", holder) or "ア")

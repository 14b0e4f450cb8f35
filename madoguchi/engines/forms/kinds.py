"""Each kind of question: reading what was typed, filling it in again, showing it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import calendar, clock, text

from .definition import FieldDef
from .errors import AnswerRefused

Posted = Mapping[str, str]

_SHORT, _LONG = 200, 2000


class Kind:
    """A kind of question. Values are plain JSON: text, numbers, truth, or a dict of these."""

    inputs: ClassVar[tuple[str, ...]] = ("value",)

    def read(self, posted: Posted, field: FieldDef) -> Any:
        """The value typed. Raises AnswerRefused with a sentence for each input at fault."""
        typed = self._typed(posted, "value", _SHORT)
        if not typed:
            raise AnswerRefused({"value": _("答えを書いてください。")})
        return typed

    def fill(self, value: Any) -> dict[str, str]:
        """What stands in the inputs when the question is shown again."""
        return {"value": "" if value is None else str(value)}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        """The value as people read it."""
        return str(value)

    def is_blank(self, posted: Posted) -> bool:
        return not any(posted.get(name, "").strip() for name in self.inputs)

    def _typed(self, posted: Posted, name: str, most: int) -> str:
        typed = text.normal(posted.get(name, "")).strip()
        if len(typed) > most:
            raise AnswerRefused({name: _("%(most)s文字までで書いてください。") % {"most": most}})
        return typed


class ShortText(Kind):
    pass


class LongText(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        typed = self._typed(posted, "value", _LONG)
        if not typed:
            raise AnswerRefused({"value": _("答えを書いてください。")})
        return typed


class Number(Kind):
    def read(self, posted: Posted, field: FieldDef) -> int:
        typed = _ascii(posted.get("value", "")).replace(",", "")
        if not re.fullmatch(r"-?\d{1,12}", typed):
            raise AnswerRefused({"value": _("数字で書いてください。例：3")})
        number = int(typed)
        if field.least is not None and number < field.least:
            raise AnswerRefused({"value": _("%(least)s以上の数を書いてください。") % {"least": field.least}})
        if field.most is not None and number > field.most:
            raise AnswerRefused({"value": _("%(most)s以下の数を書いてください。") % {"most": field.most}})
        return number

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return f"{value:,}{labels.get('unit') or field.unit}"


class YesNo(Kind):
    def read(self, posted: Posted, field: FieldDef) -> bool:
        answer = posted.get("value", "")
        if answer not in {"yes", "no"}:
            raise AnswerRefused({"value": _("「はい」か「いいえ」を選んでください。")})
        return answer == "yes"

    def fill(self, value: Any) -> dict[str, str]:
        return {"value": "" if value is None else "yes" if value else "no"}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return _("はい") if value else _("いいえ")


class Choice(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        chosen = posted.get("value", "")
        if chosen not in field.options:
            raise AnswerRefused({"value": _("1つ選んでください。")})
        return chosen

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return labels.get(f"options.{value}") or field.options.get(value, str(value))


class Date(Kind):
    inputs = ("y", "m", "d")

    def read(self, posted: Posted, field: FieldDef) -> str:
        year, month, day = (_ascii(posted.get(name, "")) for name in self.inputs)
        missing = [name for name, typed in zip(self.inputs, (year, month, day), strict=True) if not typed]
        if missing:
            raise AnswerRefused({missing[0]: _("年、月、日をすべて書いてください。")})
        if not (month.isdigit() and day.isdigit() and len(month) <= 2 and len(day) <= 2):
            raise AnswerRefused({"m": _("月と日は数字で書いてください。例：11月1日")})
        gregorian = self._year(year)
        try:
            date = dt.date(gregorian, int(month), int(day))
        except ValueError:
            if not 1 <= int(month) <= 12:
                raise AnswerRefused({"m": _("月は1から12までです。")}) from None
            raise AnswerRefused(
                {
                    "d": _("%(month)s月%(day)s日はありません。日を確かめてください。")
                    % {"month": int(month), "day": int(day)}
                }
            ) from None
        today = clock.today()
        # Nobody states the birthday of somebody who is not born yet: a person's date is always past.
        is_past = field.no_later_than == "today" or field.type in {"person", "list"}
        if is_past and date > today:
            raise AnswerRefused({"y": _("まだ来ていない日です。年、月、日を確かめてください。")})
        if field.no_earlier_than == "today" and date < today:
            raise AnswerRefused({"y": _("過ぎた日です。今日からの日を書いてください。")})
        return date.isoformat()

    def _year(self, typed: str) -> int:
        try:
            year = calendar.read_year(typed)
        except ValueError:
            raise AnswerRefused({"y": _("年は2026や令和8のように書いてください。")}) from None
        if not 1868 <= year <= 2200:
            raise AnswerRefused({"y": _("年は2026や令和8のように書いてください。")})
        return year

    def fill(self, value: Any) -> dict[str, str]:
        if not value:
            return dict.fromkeys(self.inputs, "")
        date = dt.date.fromisoformat(value)
        return {"y": str(date.year), "m": str(date.month), "d": str(date.day)}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        date = dt.date.fromisoformat(value)
        if not calendar.in_eras():
            return calendar.said_date(date)
        return f"{calendar.wareki(date)}（{date.year}年）"


class Name(Kind):
    inputs = ("family", "given", "family_kana", "given_kana")

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        name = {part: self._typed(posted, part, 60) for part in self.inputs}
        errors = {}
        for part, sentence in (
            ("family", _("姓（みょうじ）を書いてください。")),
            ("given", _("名を書いてください。")),
        ):
            if not name[part]:
                errors[part] = sentence
        for part in ("family_kana", "given_kana"):
            if not name[part]:
                errors[part] = _("ふりがなを書いてください。")
                continue
            kana = text.to_katakana(name[part])
            if not text.is_kana(kana):
                errors[part] = _("ふりがなは、ひらがなかカタカナで書いてください。例：ミホン")
            name[part] = kana
        if errors:
            raise AnswerRefused(errors)
        return name

    def fill(self, value: Any) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return f"{full_name(value)}（{value['family_kana']} {value['given_kana']}）"


class Address(Kind):
    inputs = ("postcode", "address", "building")

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        postcode = re.sub(r"\D", "", _ascii(posted.get("postcode", "")))
        address = self._typed(posted, "address", _SHORT)
        errors = {}
        if len(postcode) != 7:
            errors["postcode"] = _("郵便番号を7けたの数字で書いてください。例：000-0000")
        if not re.search(r"\d|[一二三四五六七八九十〇]", unicodedata.normalize("NFKC", address)):
            errors["address"] = _("住所を番地まで書いてください。")
        if errors:
            raise AnswerRefused(errors)
        return {"postcode": postcode, "address": address, "building": self._typed(posted, "building", _SHORT)}

    def fill(self, value: Any) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        code = value["postcode"]
        return " ".join(filter(None, (f"〒{code[:3]}-{code[3:]}", value["address"], value["building"])))


class BankAccount(Kind):
    inputs = ("bank", "branch", "kind", "number", "holder_kana")
    KINDS: ClassVar[dict[str, Any]] = {"futsu": gettext_lazy("普通"), "toza": gettext_lazy("当座")}

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        errors: dict[str, str] = {}
        bank, branch = self._typed(posted, "bank", 60), self._typed(posted, "branch", 60)
        if not bank:
            errors["bank"] = _("金融機関の名前を書いてください。")
        if not branch:
            errors["branch"] = _("支店の名前を書いてください。")
        kind = posted.get("kind", "")
        if kind not in self.KINDS:
            errors["kind"] = _("普通か当座を選んでください。")
        number = re.sub(r"\D", "", _ascii(posted.get("number", "")))
        if not 1 <= len(number) <= 7:
            errors["number"] = _("口座番号を7けたまでの数字で書いてください。")
        holder = text.to_katakana(self._typed(posted, "holder_kana", 60))
        if not holder or not text.is_kana(re.sub(r"[（）()A-Za-z.\-]", "", holder) or "ア"):
            errors["holder_kana"] = _("口座名義をカタカナで書いてください。例：ミホン ハナ")
        if errors:
            raise AnswerRefused(errors)
        return {
            "bank": bank,
            "branch": branch,
            "kind": kind,
            "number": number.zfill(7),
            "holder_kana": holder,
        }

    def fill(self, value: Any) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return self._line(value, value["number"])

    @classmethod
    def masked(cls, value: Mapping[str, str]) -> str:
        """The account as people read it, of its number the last three digits only."""
        number = value["number"]
        return cls._line(value, "•" * (len(number) - 3) + number[-3:])

    @classmethod
    def _line(cls, value: Mapping[str, str], number: str) -> str:
        kind = cls.KINDS.get(value["kind"], "")
        return f"{value['bank']} {value['branch']} {kind} {number} {value['holder_kana']}"


class Phone(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        typed = _ascii(posted.get("value", ""))
        digits = re.sub(r"\D", "", typed)
        if not re.fullmatch(r"[\d\-() +]+", typed) or not 9 <= len(digits) <= 15:
            raise AnswerRefused({"value": _("電話番号を数字で書いてください。例：00-0000-0000")})
        return typed


class Email(Kind):
    def read(self, posted: Posted, field: FieldDef) -> str:
        typed = _ascii(posted.get("value", ""))
        try:
            validate_email(typed)
        except ValidationError:
            raise AnswerRefused(
                {"value": _("メールアドレスの形を確かめてください。例：hana@mihon.invalid")}
            ) from None
        return typed


KINDS: dict[str, Kind] = {
    "text": ShortText(),
    "long_text": LongText(),
    "number": Number(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "date": Date(),
    "name": Name(),
    "address": Address(),
    "bank_account": BankAccount(),
    "phone": Phone(),
    "email": Email(),
    "list_more": YesNo(),
}
# A person is asked in parts, each a question of its own.
PART_KINDS = {"name": "name", "birth": "date", "address": "address", "phone": "phone", "email": "email"}


def full_name(name: Mapping[str, str] | None) -> str:
    """姓 名 of a name value; "" when nothing is known."""
    if not name:
        return ""
    return " ".join(filter(None, (name.get("family", ""), name.get("given", ""))))


def _ascii(typed: str) -> str:
    """Digits and signs as a keyboard in Japanese mode gives them, made narrow."""
    return text.normal(unicodedata.normalize("NFKC", typed)).strip()[:_SHORT]

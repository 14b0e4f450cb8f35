"""Names: the legal one, former surname and alias, which of them a paper shows, and the name that stands for a signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import calendar, clock, text

from ..definition import FieldDef
from ..errors import AnswerRefused
from .base import Fits, Kind, Posted, are_texts

MOST = 60
LEGAL, FORMER, ALIAS = "legal", "former", "alias"


class Name(Kind):
    inputs = ("family", "given", "family_kana", "given_kana")

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        name = {part: self._typed(posted, part, MOST) for part in self.inputs}
        errors = {}
        for part, sentence in (
            ("family", _("姓（みょうじ）を書いてください。")),
            ("given", _("名を書いてください。")),
        ):
            if not name[part]:
                errors[part] = sentence
        for part in ("family_kana", "given_kana"):
            if not name[part]:
                errors[part] = _no_reading(part)
                continue
            name[part], wrong = _reading(name[part], part)
            if wrong:
                errors[part] = wrong
        if errors:
            raise AnswerRefused(errors)
        return name

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {part: (value or {}).get(part, "") for part in self.inputs}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return f"{full_name(value)}（{value['family_kana']} {value['given_kana']}）"

    def checker(self, field: FieldDef) -> Fits:
        inputs, is_kana = self.inputs, text.is_kana

        def fits(value: Any) -> str:
            if not are_texts(value, inputs, MOST) or not (value["family"].strip() and value["given"].strip()):
                return "wrong_shape"
            return "" if is_kana(value["family_kana"]) and is_kana(value["given_kana"]) else "wrong_shape"

        return fits


class OtherNames(Kind):
    """旧氏 (the surname one had) and 通称 (the name one goes by), each with its reading, and which name is used.

    They are recorded whatever the paper may show; `names` of the field says which of them it may.
    """

    inputs = ("former_family", "former_family_kana", "alias", "alias_kana", "use")
    USES: ClassVar[dict[str, Any]] = {
        LEGAL: gettext_lazy("住民票の氏名"),
        FORMER: gettext_lazy("旧氏"),
        ALIAS: gettext_lazy("通称"),
    }

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        names = {part: self._typed(posted, part, MOST) for part in self.inputs}
        use = names["use"] = names["use"] or LEGAL
        errors = {}
        for part, kana in (("former_family", "former_family_kana"), ("alias", "alias_kana")):
            if names[part] and not names[kana]:
                errors[kana] = _no_reading(kana)
            elif names[kana] and not names[part]:
                errors[part] = _("ふりがなだけでなく、名前も書いてください。")
            elif names[kana]:
                names[kana], wrong = _reading(names[kana], kana)
                errors |= {kana: wrong} if wrong else {}
        if use not in self.USES or (use != LEGAL and use not in field.names):
            errors["use"] = _("この手続きの書類では使えない名前です。ほかの名前を選んでください。")
        elif use == FORMER and not names["former_family"]:
            errors["use"] = _("旧氏を使うときは、旧氏を書いてください。")
        elif use == ALIAS and not names["alias"]:
            errors["use"] = _("通称を使うときは、通称を書いてください。")
        if errors:
            raise AnswerRefused(errors)
        return names

    def options(self, field: FieldDef, labels: Mapping[str, str]) -> list[tuple[str, str]]:
        """Which name a paper of this procedure may show, the legal one always."""
        allowed = [use for use in self.USES if use == LEGAL or use in field.names]
        return [(use, str(self.USES[use])) for use in allowed]

    def is_blank(self, posted: Posted) -> bool:
        named = any(posted.get(name, "").strip() for name in self.inputs if name != "use")
        return not named and posted.get("use", "") in {"", LEGAL}

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        filled = {part: (value or {}).get(part, "") for part in self.inputs}
        if not filled["use"] or (field and filled["use"] not in field.names):
            filled["use"] = LEGAL  # what was chosen elsewhere is not allowed on this paper
        return filled

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        parts = []
        if value.get("former_family"):
            parts.append(_("旧氏 %s") % _with_reading(value["former_family"], value["former_family_kana"]))
        if value.get("alias"):
            parts.append(_("通称 %s") % _with_reading(value["alias"], value["alias_kana"]))
        use = value.get("use", LEGAL)
        use = use if use in field.names else LEGAL
        parts.append(_("書類に書く名前は%s") % self.USES.get(use, ""))
        return _("、").join(parts)

    def checker(self, field: FieldDef) -> Fits:
        inputs, uses = self.inputs, frozenset(self.USES)

        def fits(value: Any) -> str:
            if not are_texts(value, inputs, MOST) or value["use"] not in uses:
                return "wrong_shape"
            for name, kana in (
                (value["former_family"], value["former_family_kana"]),
                (value["alias"], value["alias_kana"]),
            ):
                if bool(name) != bool(kana) or (kana and not text.is_kana(kana)):
                    return "wrong_shape"
            is_named = {LEGAL: True, FORMER: value["former_family"], ALIAS: value["alias"]}[value["use"]]
            return "" if is_named else "wrong_shape"

        return fits


class Signature(Kind):
    """署名にかわる確認: a statement, and the name typed under it. Kept with the day it was typed."""

    def read(self, posted: Posted, field: FieldDef) -> dict[str, str]:
        name = self._typed(posted, "value", 2 * MOST)
        if not name:
            raise AnswerRefused({"value": _("内容を読んで、ご自分の名前を書いてください。")})
        return {"name": name, "on": clock.today().isoformat()}

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        return {"value": (value or {}).get("name", "")}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        return _("%(name)s（%(on)sに確認）") % {"name": value["name"], "on": _said(value["on"])}

    def checker(self, field: FieldDef) -> Fits:
        def fits(value: Any) -> str:
            if not are_texts(value, ("name", "on"), 2 * MOST) or not value["name"].strip():
                return "wrong_shape"
            return "" if _day(value["on"]) else "wrong_shape"

        return fits


def full_name(name: Mapping[str, str] | None) -> str:
    """姓 名 of a name value; "" when nothing is known."""
    if not name:
        return ""
    return " ".join(filter(None, (name.get("family", ""), name.get("given", ""))))


def paper_name(
    name: Mapping[str, str] | None, others: Mapping[str, str] | None, allowed: Iterable[str]
) -> str:
    """The name a paper shows: the one the person chose where the paper may show it, else the legal one."""
    use = (others or {}).get("use", LEGAL)
    if others and use in allowed:
        if use == ALIAS and others.get("alias"):
            return others["alias"]
        if use == FORMER and others.get("former_family"):
            return " ".join(filter(None, (others["former_family"], (name or {}).get("given", ""))))
    return full_name(name)


def is_signed_by(typed: str, person: Mapping[str, Any]) -> bool:
    """Whether it is one of the person's names; spaces, width and variants of a character make no difference."""
    name, others = person.get("name") or {}, person.get("other_names") or {}
    own = [full_name(name), paper_name(name, {**others, "use": FORMER}, (FORMER,)), others.get("alias", "")]
    return text.fold(typed) in {text.fold(one) for one in own if one}


# What the inputs are called: two of them may be wrong at once, and each sentence says which.
_READINGS = {
    "family_kana": gettext_lazy("みょうじのふりがな"),
    "given_kana": gettext_lazy("なまえのふりがな"),
    "former_family_kana": gettext_lazy("旧氏のふりがな"),
    "alias_kana": gettext_lazy("通称のふりがな"),
}


def _no_reading(part: str) -> str:
    return _("「%(part)s」を書いてください。") % {"part": _READINGS[part]}


def _reading(typed: str, part: str) -> tuple[str, str]:
    """A reading in katakana, and what is wrong with it."""
    kana = text.to_katakana(typed)
    if not text.is_kana(kana):
        return typed, _("「%(part)s」は、ひらがなかカタカナで書いてください。例：ミホン") % {
            "part": _READINGS[part]
        }
    return kana, ""


def _with_reading(name: str, kana: str) -> str:
    return f"{name}（{kana}）" if kana else name


def _day(written: str) -> Any:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None


def _said(written: str) -> str:
    day = _day(written)
    return calendar.said_in_eras(day) if day else written

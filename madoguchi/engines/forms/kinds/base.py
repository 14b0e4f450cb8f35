"""What every kind of question can do: read what was typed, fill it in again, show it, and say what may be kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from madoguchi.kernel import text

from ..definition import FieldDef
from ..errors import AnswerRefused

Posted = Mapping[str, str]
# What is wrong with a kept value: a stable code, or "" for nothing.
Fits = Callable[[Any], str]

SHORT, LONG = 200, 2000
MY_NUMBER = "my_number"
_FEWEST = 6  # characters that twelve digits take at least: ⑫ is two


class Kind:
    """A kind of question. Values are plain JSON: text, numbers, truth, a list of words, or a dict of these."""

    inputs: ClassVar[tuple[str, ...]] = ("value",)
    most_letters: ClassVar[int] = SHORT

    def read(self, posted: Posted, field: FieldDef) -> Any:
        """The value typed. Raises AnswerRefused with a sentence for each input at fault."""
        typed = self._typed(posted, "value", self.most_letters)
        if not typed:
            raise AnswerRefused({"value": _("答えを書いてください。")})
        return typed

    def fill(self, value: Any, field: FieldDef | None = None) -> dict[str, str]:
        """What stands in the inputs when the question is shown again."""
        return {"value": "" if value is None else str(value)}

    def show(self, value: Any, field: FieldDef, labels: Mapping[str, str]) -> str:
        """The value as people read it."""
        return str(value)

    def options(self, field: FieldDef, labels: Mapping[str, str]) -> list[tuple[str, str]]:
        """What there is to choose from, in the reader's words."""
        return [(option, labels.get(f"options.{option}") or words) for option, words in field.options.items()]

    def is_blank(self, posted: Posted) -> bool:
        return not any(posted.get(name, "").strip() for name in self.inputs)

    def checker(self, field: FieldDef) -> Fits:
        """The test of a value as it is kept: made once for a field, it answers a code, or "" when it fits."""
        most = self.most_letters
        return lambda value: (
            ""
            if value.__class__ is str and 0 < len(value) <= most and not value.isspace() and is_free(value)
            else text_fault(value, most) or MY_NUMBER
        )

    def sentence(self, code: str, field: FieldDef) -> str:
        """What a code of `checker` says to the person."""
        match code:
            case "too_long":
                return _("%(most)s文字までで書いてください。") % {"most": self.most_letters}
            case "too_small":
                return _("%(least)s以上の数を書いてください。") % {"least": shown_number(field.least)}
            case "too_large":
                return _("%(most)s以下の数を書いてください。") % {"most": shown_number(field.most)}
            case "in_future":
                return _("まだ来ていない日です。年、月、日を確かめてください。")
            case "in_past":
                return _("過ぎた日です。今日からの日を書いてください。")
            case "not_an_option":
                return _("選択肢の中から選んでください。")
            case "too_few":
                return _("%(least)sつ以上選んでください。") % {"least": field.least}
            case "too_many":
                return _("%(most)sつまで選べます。") % {"most": field.most}
            case "my_number":
                return str(text.MyNumberRefused.message)
            case "not_agreed":
                return _("内容を読んで、同意するときは印をつけてください。")
            case _:
                return _("この答えは読み取れません。書きなおしてください。")

    def _typed(self, posted: Posted, name: str, most: int) -> str:
        typed = text.normal(posted.get(name, "")).strip()
        if len(typed) > most:
            raise AnswerRefused({name: _("%(most)s文字までで書いてください。") % {"most": most}})
        if text.looks_like_my_number(typed):
            raise AnswerRefused({name: str(text.MyNumberRefused.message)})
        return typed


def is_free(value: str) -> bool:
    """Whether no マイナンバー stands in a text. Short ones and those without figures cost next to nothing."""
    return len(value) < _FEWEST or not text.looks_like_my_number(value)


def text_fault(value: Any, most: int) -> str:
    """What is wrong with a text that must not be blank."""
    if not isinstance(value, str) or not value.strip():
        return "wrong_shape"
    return "too_long" if len(value) > most else ""


def are_texts(value: Any, parts: tuple[str, ...], most: int) -> bool:
    """Whether it is a record in which each of `parts` is a text that is not too long."""
    if not isinstance(value, dict):
        return False
    return all(isinstance(found := value.get(part), str) and len(found) <= most for part in parts)


def shown_number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def ascii_of(typed: str) -> str:
    """Digits and signs as a keyboard in Japanese mode gives them, made narrow."""
    return text.normal(unicodedata.normalize("NFKC", typed)).strip()[:SHORT]

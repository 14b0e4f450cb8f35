"""How pages print days, moments and questions: `{% load city %}`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from madoguchi.engines.forms import queries as forms
from madoguchi.faces.shared.numbers import number
from madoguchi.kernel import calendar, clock
from madoguchi.kernel.text import said_in as lang_of
from madoguchi.kernel.text import said_of

register = template.Library()


def _as_date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return clock.in_city(value).date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


@register.filter
def day(value: Any) -> str:
    """11月20日; with the year when it is not this one."""
    date = _as_date(value)
    if date is None:
        return ""
    if date.year == clock.today().year:
        return calendar.said_day(date)
    return calendar.said_date(date)


@register.filter
def holiday(value: Any) -> str:
    """勤労感謝の日; nothing on any other day."""
    date = _as_date(value)
    return calendar.said_holiday(date) if date else ""


@register.filter
def both_eras(value: Any) -> str:
    """2026年11月20日（令和8年）: the year as forms print it and as people remember it."""
    date = _as_date(value)
    return calendar.said_in_eras(date) if date else ""


@register.filter
def wareki(value: Any) -> str:
    """令和8年11月20日, as letters and official papers write it."""
    date = _as_date(value)
    return calendar.wareki(date) if date else ""


@register.filter
def wareki_year(value: Any) -> str:
    """令和8年: the year alone, as tables head a column."""
    date = _as_date(value)
    return calendar.wareki_year(date.year) if date else ""


@register.filter
def moment(value: Any) -> str:
    """11月20日 9時42分, by the city's clock."""
    if not isinstance(value, dt.datetime):
        return day(value)
    at = clock.in_city(value)
    return f"{day(at)} {clock_time(at)}"


@register.filter
def clock_time(value: Any) -> str:
    """9時42分, by the city's clock."""
    if not isinstance(value, dt.datetime):
        return ""
    return calendar.said_time(clock.in_city(value))


@register.filter
def left_until(left: Any) -> str:
    """のこり3日, のこり5時間, のこり20分: a length of time, by its largest measure, never more than there is."""
    if not isinstance(left, dt.timedelta) or left <= dt.timedelta(0):
        return ""
    minutes = int(left.total_seconds() // 60)
    if minutes >= 24 * 60:
        return _("のこり%(n)s日") % {"n": minutes // (24 * 60)}
    if minutes >= 60:
        return _("のこり%(n)s時間") % {"n": minutes // 60}
    return _("のこり%(n)s分") % {"n": minutes}


@register.filter
def get(mapping: Any, key: str) -> Any:
    """One value of a dictionary by a name the template holds."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def tick(option: str) -> str:
    """The name of the input of one option among several."""
    return forms.input_of_option(option)


@register.filter
def ticked(inputs: Mapping[str, str], option: str) -> bool:
    """Whether that option is ticked."""
    return bool(inputs.get(forms.input_of_option(option)))


@register.filter
def said(row: Any, field: str = "name") -> str:
    """What a division, a counter or a place is called in the reader's language, or as the city calls it."""
    return said_of(row, field) if row else ""


@register.filter
def said_in(row: Any, field: str = "name") -> str:
    """The lang attribute of `said`."""
    return lang_of(row, field) if row else "ja"


@register.filter
def minus(value: int, other: int) -> int:
    """What is left."""
    return int(value) - int(other)


@register.filter
def strip_head(text: str) -> str:
    """The words before the first ｜ of a strip: they stand in bold."""
    return _strip_parts(text)[0]


@register.filter
def strip_rest(text: str) -> str:
    """The words after it."""
    return _strip_parts(text)[1]


def _strip_parts(text: str) -> tuple[str, str]:
    head, _sep, rest = str(text or "").replace(" | ", "｜").partition("｜")
    return (head, rest) if rest else ("", head)


# Kinds made of several inputs stand in a fieldset; the others have one input with a label of its own.
# Of these each input has a label and an error of its own; a date is one thing in three boxes.
IN_PARTS = {"name", "other_names", "address", "bank_account"}
SEVERAL = {*IN_PARTS, "date", "choice", "choices", "consent", "yes_no", "list_more"}
FIRST_INPUT = {
    "name": "family",
    "other_names": "former_family",
    "date": "y",
    "address": "postcode",
    "bank_account": "bank",
}
KINDS = {*SEVERAL, "text", "long_text", "number", "money", "signature", "phone", "email"}


@register.inclusion_tag("shared/forms/question.html")
def question(
    asked: Any,
    errors: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    heading: str = "h1",
    prefix: str = "",
    remark: Any = None,
    whole: Iterable[str] = (),
    towns: bool = False,
    town_remark: str = "",
    closed: bool = False,
) -> dict[str, Any]:
    """One question of a form: its label as heading, hint, the error beside the field, why it is asked.

    `asked` is a Question of `engines.forms`; after a refusal `errors` maps input names to sentences and
    `typed` holds what was posted, which is shown again instead of the kept answer. `heading` is "h1" on
    a page with one question, "label" where several stand together; there `prefix` keeps names apart.
    `remark` (who, at, text) is what the office asks to put right; the old answer is shown with it.
    `whole` are names that a line's end must not break. Where `towns`, the page's form can put the town of
    a postcode in (it is sent with `town` = the question's path), and `town_remark` says what that did.
    On a `closed` screen (a terminal at a counter) nothing leads to another page.
    """
    kind = asked.kind if asked.kind in KINDS else "text"
    inputs = {name: typed.get(prefix + name, "") for name in asked.inputs} if typed else asked.inputs
    errors = errors or {}
    ident = question_id(asked.path)
    described = (
        [f"{ident}-remark"] * bool(remark)
        + [f"{ident}-hint"] * bool(asked.hint)
        + [f"{ident}-error"] * (bool(errors) and kind not in IN_PARTS)
    )
    own = not any(part.isdigit() for part in asked.path.split("."))
    return {
        "asked": asked,
        "label": kept_whole(asked.label, whole),
        "heading": heading,
        "remark": remark,
        "ident": ident,
        "prefix": prefix,
        "grouped": kind in SEVERAL,
        "first_input": FIRST_INPUT.get(kind, "value"),
        "widget": f"shared/forms/{kind}.html",
        "inputs": inputs,
        "errors": errors,
        "sentences": [] if kind in IN_PARTS else list(dict.fromkeys(map(str, errors.values()))),
        "described_by": " ".join(described),
        "options": _options(asked),
        "towns": towns,
        "town_remark": town_remark,
        "closed": closed,
        "which": forms.account_choices(inputs) if kind == "bank_account" and errors else None,
        "eras": [era.name for era in calendar.ERAS],
        "account_kinds": [("futsu", _("普通")), ("toza", _("当座"))],
        "own": own,
        "birthday": own and asked.path.endswith(".birth"),
        "in_eras": calendar.in_eras(),
        "era_note": _era_note(inputs) if kind == "date" else "",
    }


def kept_whole(text: str, names: Iterable[str]) -> SafeString:
    """The text with each of the names (and its さん) in one piece."""
    shown = str(conditional_escape(text))
    for name in sorted({str(conditional_escape(name)) for name in names if name}, key=len, reverse=True):
        for piece in (f"{name}さん", name):
            if piece in shown:
                # One name may be the beginning of another: only the longest that stands here is kept whole.
                return mark_safe(shown.replace(piece, f'<span class="nb">{piece}</span>'))  # noqa: S308
    return mark_safe(shown)  # noqa: S308


@register.filter(name="question_ident")
def question_id(path: str) -> str:
    """The id of a question's group; its inputs are `<id>-<input name>`."""
    return "q-" + path.replace(".", "-")


def _options(asked: Any) -> list[tuple[str, Any]]:
    if asked.kind == "yes_no":
        return [("yes", _("はい")), ("no", _("いいえ"))]
    if asked.kind == "list_more":
        return [("yes", _("はい")), ("no", _("いいえ、これで全部です"))]
    return list(asked.options)


def _era_note(inputs: Mapping[str, str]) -> str:
    """「2026年は令和8年です。」 under a year already typed, for whoever thinks in the other count."""
    year = number(inputs.get("y", ""))
    if not calendar.in_eras() or year is None or not 1868 <= year <= 2200:
        return ""
    return _("%(year)s年は%(wareki)sです。") % {"year": year, "wareki": calendar.wareki_year(year)}

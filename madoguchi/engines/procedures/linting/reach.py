"""Questions nobody is ever asked, papers nobody ever needs, claims nobody can make: decided over the choices.

A condition over yes/no, choices and numbers that are only compared is tried with every combination of them
(three-valued, other answers unknown; of numbers those at both sides of each line the conditions draw). Where it can
never be true, the line is dead. What cannot be decided so is left alone: no guess is reported.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.engines.forms.definition import FieldDef, item_name
from madoguchi.engines.forms.form import Form
from madoguchi.kernel.rules import Rule, lines_of

from .faults import Fault, Looked

MOST_TRIED = 4096


def never_asked(looked: Looked) -> Iterator[Fault]:
    """Fields whose `shown_when` is never true."""
    for path in _dead(looked.procedure.form):
        yield Fault(
            f"{looked.places[path]}.shown_when",
            _("この条件が成り立つことはないので、だれにも聞かれません。"),
            _("条件を直すか、項目を消します。"),
        )


def asked_too_early(looked: Looked) -> Iterator[Fault]:
    """Fields whose `shown_when` needs an answer that is asked later."""
    order = {key: place for place, (_page, key, _field) in enumerate(looked.procedure.form.fields())}
    for path, rule in looked.procedure.form.shown.items():
        key = path.partition(".")[0]
        later = [name for name in rule.names_used if order.get(name, -1) > order[key]]
        if later or (rule.names_used and "." not in path and key in rule.names_used):
            message = _("「%s」は、この項目よりあとで聞かれます。") % (later[0] if later else key)
            yield Fault(
                f"{looked.places[path]}.shown_when", message, _("聞く順を入れかえます。"), is_error=False
            )


def never_needed(looked: Looked) -> Iterator[Fault]:
    """Documents that are required in no case."""
    form = looked.procedure.form
    dead = set(_dead(form))
    for number, document in enumerate(looked.shape.documents):
        rule = looked.procedure.needs.get(document.id)
        if rule is not None and not _can_be_true(rule, form, dead):
            yield Fault(
                f"documents.{number}.required_when",
                _("この条件が成り立つことはないので、この書類は求められません。"),
                _("条件を直すか、書類を消します。"),
            )


def never_eligible(looked: Looked) -> Iterator[Fault]:
    """A claim nobody could make."""
    rule, form = looked.procedure.eligibility, looked.procedure.form
    if rule is not None and not _can_be_true(rule, form, set(_dead(form))):
        yield Fault(
            "eligibility.when",
            _("どう答えても対象になりません。"),
            _("条件を直します。だれでも対象なら eligibility を消します。"),
        )


def _dead(form: Form) -> list[str]:
    """The fields that are never shown, those included that wait for one of them."""
    dead: list[str] = []
    while True:
        more = [
            path
            for path, rule in form.shown.items()
            if path not in dead and not _can_be_true(rule, form, set(dead), path)
        ]
        if not more:
            return dead
        dead += more


def _can_be_true(rule: Rule, form: Form, dead: set[str], path: str = "") -> bool:
    top, inner = _finite(rule, form, dead, path)
    spaces = [*top.values(), *inner.values()]
    tried = 1
    for space in spaces:
        tried *= len(space)
    if tried > MOST_TRIED:
        return True
    key = path.partition(".")[0] if "." in path else ""
    for values in itertools.product(*spaces):
        facts: dict[str, Any] = dict(zip(top, values, strict=False))
        if key:
            facts[item_name(key, _field(form, key))] = dict(zip(inner, values[len(top) :], strict=True))
        outcome = rule.evaluate(_asked(form, facts))
        if outcome.is_true:
            return True
        if outcome.is_unknown and not _waits_only_for(outcome.unknown, dead, {**facts}, key):
            return True
    return False


def _finite(
    rule: Rule, form: Form, dead: set[str], path: str
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The names the rule uses that have few values: of the form, and (inside a list) of the item."""
    used = set(rule.names_used)
    while True:  # what a used field depends on itself decides whether it can be answered at all
        more = {name for one in used if one in form.shown for name in form.shown[one].names_used}
        if more <= used:
            break
        used |= more
    lines = _lines([rule, *(form.shown[name] for name in sorted(used) if name in form.shown)])
    top = {
        key: values
        for _page, key, field in form.fields()
        if key in used and key not in dead and (values := _values(field, lines.get(key)))
    }
    if "." not in path:
        return top, {}
    key = path.partition(".")[0]
    of = _field(form, key)
    item = item_name(key, of)
    inner = {
        name: values
        for name, field in of.fields.items()
        if f"{key}.{name}" not in dead and (values := _values(field, lines.get(f"{item}.{name}")))
    }
    return top, inner


def _field(form: Form, key: str) -> FieldDef:
    field = form.field(key)
    if field is None:
        raise KeyError(key)
    return field


def _lines(conditions: list[Rule]) -> dict[str, frozenset[int | Decimal] | None]:
    """The numbers each name is compared with by any of them; None where one of them counts with it otherwise."""
    found: dict[str, frozenset[int | Decimal] | None] = {}
    for rule in conditions:
        for name, numbers in lines_of(rule.source).items():
            known = found.get(name, frozenset())
            found[name] = None if known is None or numbers is None else known | numbers
    return found


def _values(field: FieldDef, lines: frozenset[int | Decimal] | None) -> list[Any]:
    """Every answer that can make a difference; none where there are too many to try."""
    values: list[Any] = []
    if field.type == "yes_no":
        values = [True, False]
    elif field.type == "choice":
        values = list(field.options)
    elif field.type in {"number", "money"} and lines is not None:
        values = _beside(lines, field)
    return [*values, None] if values and not field.required else values


def _beside(lines: frozenset[int | Decimal], field: FieldDef) -> list[int]:
    """The whole numbers that may be answered at, before and behind each line and at either end."""
    least = 0 if field.least is None and field.type == "money" else field.least
    near = {
        round_(line) + step for line in lines for round_ in (math.floor, math.ceil) for step in (-1, 0, 1)
    }
    near |= {end for end in (least, field.most) if end is not None} or {0}
    return sorted(
        number
        for number in near
        if (least is None or least <= number) and (field.most is None or number <= field.most)
    )


def _asked(form: Form, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without the answers to questions that these very answers hide."""
    shown = dict(facts)
    for key in facts:
        rule = form.shown.get(key)
        if rule is not None and rule.evaluate(facts).value is False:
            del shown[key]
    return shown


def _waits_only_for(unknown: tuple[str, ...], dead: set[str], tried: Mapping[str, Any], key: str) -> bool:
    """Whether all that is unknown will stay so: never asked at all, or hidden by the answers that were tried."""
    return all(name.partition(".")[0] in dead or name in dead or name in tried for name in unknown)

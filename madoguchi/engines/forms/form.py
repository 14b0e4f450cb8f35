"""A form compiled from a definition: which questions stand, in which order, given what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from madoguchi.kernel import rules
from madoguchi.kernel.rules import types

from .definition import FieldDef, PageDef, item_name
from .kinds import PART_KINDS

Answers = Mapping[str, Any]

# Beside the answers: which lists the person said are complete, and the last number given to an item.
LISTS = "_lists"
TOP_PARTS = ("name", "birth", "address", "phone")
ITEM_PARTS = ("name", "birth")
# Offered, never demanded.
OPTIONAL_PARTS = frozenset({"phone", "email", "other_names"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One askable thing: a field, or one part of a person. `path` is relative to its record."""

    key: str
    part: str  # "" or the part of a person
    kind: str
    field: FieldDef
    text_path: str

    @property
    def path(self) -> str:
        return f"{self.key}.{self.part}" if self.part else self.key


@dataclass(slots=True)
class Form:
    """Pages and fields with their conditions compiled once."""

    pages: list[PageDef]
    shown: dict[str, rules.Rule] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    # Of checking.py, made at the first check.
    checks: Any = field(default=None, init=False, repr=False, compare=False)

    def fields(self) -> Iterator[tuple[PageDef, str, FieldDef]]:
        for page in self.pages:
            for key, definition in page.fields.items():
                yield page, key, definition

    def field(self, key: str) -> FieldDef | None:
        return next((definition for _page, name, definition in self.fields() if name == key), None)

    @property
    def sealed_keys(self) -> frozenset[str]:
        """Top-level fields whose answers are kept sealed: they, or anything in them, are sensitive."""
        return frozenset(key for _page, key, definition in self.fields() if is_sensitive(definition))

    @property
    def brief_keys(self) -> frozenset[str]:
        """Top-level fields whose answers are kept only until the case is closed."""
        return frozenset(key for _page, key, definition in self.fields() if definition.keep == "until_closed")

    def is_shown(self, path: str, facts: Mapping[str, Any]) -> bool:
        """Whether the field is asked. A condition that is still unknown hides it: it will be asked when known."""
        rule = self.shown.get(path)
        return rule is None or rule.evaluate(facts).value is True


def is_sensitive(definition: FieldDef) -> bool:
    """Whether its answers are sealed: by what the pack says, or because anybody may write anything there."""
    if definition.sensitivity is not None:
        return definition.sensitivity != "none"
    return definition.type in {"text", "long_text"} or any(map(is_sensitive, definition.fields.values()))


class WrongExpression(Exception):
    """An expression that does not compile, and the key of the pack file it stands under (`pages.0.fields.x.shown_when`)."""

    def __init__(self, at: str, error: rules.RuleError) -> None:
        super().__init__(at)
        self.at, self.error = at, error


def compiled(at: str, source: str, names: Mapping[str, Any]) -> rules.Rule:
    """The rule of `source`, which must say yes or no. Raises WrongExpression."""
    try:
        return rules.compile(source, names=names, gives=rules.Bool)
    except rules.RuleError as error:
        raise WrongExpression(at, error) from error


def compile_form(pages: list[PageDef]) -> Form:
    """Compile the conditions of all fields. Raises WrongExpression."""
    form = Form(pages=pages)
    form.names = {key: _type(definition) for _page, key, definition in form.fields()}
    form.names["today"] = types.Date
    for number, page in enumerate(pages):
        for key, definition in page.fields.items():
            at = f"pages.{number}.fields.{key}"
            if definition.shown_when:
                form.shown[key] = compiled(f"{at}.shown_when", definition.shown_when, form.names)
            if definition.type == "list":
                inside = {**form.names, item_name(key, definition): form.names[key].of}
                for inner_key, inner in definition.fields.items():
                    if inner.shown_when:
                        form.shown[f"{key}.{inner_key}"] = compiled(
                            f"{at}.fields.{inner_key}.shown_when", inner.shown_when, inside
                        )
    return form


def leaves(key: str, definition: FieldDef, text_path: str) -> list[Leaf]:
    """The questions a single (not repeated) field makes."""
    if definition.type == "person":
        return [
            Leaf(key, part, PART_KINDS[part], definition, text_path) for part in definition.parts or TOP_PARTS
        ]
    return [Leaf(key, "", definition.type, definition, text_path)]


def item_leaves(key: str, definition: FieldDef) -> list[Leaf]:
    """The questions one item of a list makes, in order. A person's parts stand flat in the item."""
    found: list[Leaf] = []
    if definition.of == "person":
        found += [
            Leaf(part, "", PART_KINDS[part], definition, f"fields.{key}")
            for part in definition.parts or ITEM_PARTS
        ]
    for inner_key, inner in definition.fields.items():
        found += leaves(inner_key, inner, f"fields.{key}.fields.{inner_key}")
    return found


def facts_from(form: Form, answers: Answers, today: dt.date) -> dict[str, Any]:
    """The answers as expressions see them: typed, and without what is unknown."""
    facts: dict[str, Any] = {"today": today}
    for _page, key, definition in form.fields():
        if key not in answers:
            continue
        if definition.type == "list":
            items = [_item_facts(definition, item) for item in answers[key]]
            facts[key] = items if is_complete(answers, key) else rules.OpenList(items)
        elif answers[key] is not None:
            facts[key] = _fact(definition, answers[key])
        else:
            facts[key] = None
    return facts


def is_complete(answers: Answers, key: str) -> bool:
    """Whether the person said that nothing more belongs in the list. Until then it may grow."""
    return bool((answers.get(LISTS) or {}).get(key, {}).get("complete"))


def _item_facts(definition: FieldDef, item: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for key, value in item.items():
        if key == "birth" and isinstance(value, str):
            facts[key] = dt.date.fromisoformat(value)
        elif key in definition.fields:
            facts[key] = _fact(definition.fields[key], value)
    return facts


def _fact(definition: FieldDef, value: Any) -> Any:
    if value is None:
        return None
    if definition.type == "date":
        return dt.date.fromisoformat(value)
    if definition.type == "person":
        birth = value.get("birth")
        return {"birth": dt.date.fromisoformat(birth)} if birth else {}
    return value


def item_facts(form: Form, key: str, item: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a condition inside one item sees them."""
    definition = form.field(key)
    if definition is None:
        raise KeyError(key)
    return {**facts, item_name(key, definition): _item_facts(definition, item)}


def _type(definition: FieldDef) -> Any:
    match definition.type:
        case "yes_no" | "consent":
            return types.Bool
        case "date":
            return types.Date
        case "number" | "money":
            return types.Number
        case "choice":
            return types.Choice(frozenset(definition.options))
        case "choices":
            return types.ListOf(types.Choice(frozenset(definition.options)))
        case "person":
            return types.Record({"birth": types.Date})
        case "list":
            inner = {key: _type(value) for key, value in definition.fields.items()}
            if definition.of == "person":
                inner = {"birth": types.Date, **inner}
            return types.ListOf(types.Record(inner))
        case "address" | "bank_account" | "signature":
            return types.Record({})
        case _:
            return types.Text

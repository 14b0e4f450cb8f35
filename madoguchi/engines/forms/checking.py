"""A whole set of answers checked in one pass: conditions, what must be there, kinds, least and most.

Compiled once for each form (a definition never changes), without a database, for a machine that sends everything
at once as for the moment of handing in. Whatever is sent gives problems, never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import clock, text
from madoguchi.kernel.rules import OpenList, Rule, TooMuchWork

from .definition import FieldDef, item_name
from .form import LISTS, OPTIONAL_PARTS, Answers, Form, Leaf, item_leaves, leaves
from .kinds import KINDS, Fits, full_name, is_signed_by

MISSING = "missing"
WRONG_SHAPE = "wrong_shape"
_ABSENT: Any = object()
_Found = list[tuple[str, str]]  # path and code
_Check = Callable[[Mapping[str, Any], dict[str, Any], _Found], None]
_Row = tuple[str, Rule | None, bool, Fits, _Check | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way: where, a stable code, and a sentence for whoever answered."""

    path: str
    code: str
    sentence: str


def check(form: Form, answers: Answers, *, by_resident: bool = True) -> list[Problem]:
    """Everything that stands in the way of taking `answers` as they are, in the order of the form.

    What a condition hides is not looked at; a condition that is unknown hides, as it does on the page. A question
    that may be left blank may be absent or null. What staff wrote down from paper (`by_resident=False`) need not
    agree with itself: a clerk writes what stands there, and asks.
    """
    if form.checks is None:
        form.checks = _Compiled(form)
    compiled: _Compiled = form.checks
    found = compiled.run(answers if isinstance(answers, Mapping) else {})
    if by_resident and isinstance(answers, Mapping):
        found += compiled.beside(answers, {path for path, _code in found})
    return [Problem(path, code, compiled.sentence(path, code)) for path, code in found]


class _Compiled:
    """The checks of one form, made once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.fields = {key: definition for _page, key, definition in form.fields()}
        used = {name for rule in form.shown.values() for name in rule.names_used}
        # Rules read what is kept as it is kept (dates as text); only a list says whether it may still grow.
        self.plain = [key for key in self.fields if key in used and self.fields[key].type != "list"]
        self.lists = [key for key in self.fields if key in used and self.fields[key].type == "list"]
        self.rows = [_row(form, key, definition) for key, definition in self.fields.items()]
        self.crossed = [
            (key, definition)
            for key, definition in self.fields.items()
            if definition.type in {"bank_account", "signature"}
        ]

    def run(self, answers: Mapping[str, Any]) -> _Found:
        facts: dict[str, Any] = {key: answers[key] for key in self.plain if key in answers}
        for key in self.lists:
            items = answers.get(key)
            if isinstance(items, list):
                facts[key] = items if _is_whole(answers, key) else OpenList(items)
        facts["today"] = clock.today()
        found: _Found = []
        # In one place and not a function for each field: this loop is what a sheet of 300 questions waits for.
        for key, rule, is_required, fits, inside in self.rows:
            if rule is not None and not holds(rule, facts):
                continue
            if inside is not None:
                inside(answers, facts, found)
                continue
            value = answers.get(key)
            if value is None:
                if is_required:
                    found.append((key, MISSING))
            elif code := fits(value):
                found.append((key, code))
        return found

    def beside(self, answers: Mapping[str, Any], wrong: set[str]) -> _Found:
        """What one answer must keep to because of another."""
        return [
            (key, code)
            for key, definition in self.crossed
            if key not in wrong
            and isinstance(value := answers.get(key), dict)
            and (code := beside(self.form, definition, value, answers))
        ]

    def sentence(self, path: str, code: str) -> str:
        if code == MISSING:
            return _("まだ答えていません。答えを書いてください。")
        if code == "other_holder":
            return _("口座名義が、ご本人の名前とちがいます。ご本人の名義の口座を書いてください。")
        if code == "other_signature":
            return _("書いた名前が、申請する方（あなた）の名前とちがいます。同じ名前を書いてください。")
        kind, definition = self._kind_at(path)
        if code == "too_few" and definition.type == "list":
            return _("%(least)sつは書いてください。") % {"least": definition.at_least}
        if code == "too_many" and definition.type == "list":
            return _("ここに書けるのは%(most)s人（件）までです。") % {"most": definition.at_most}
        return KINDS[kind].sentence(code, definition)

    def _kind_at(self, path: str) -> tuple[str, FieldDef]:
        key, _sep, rest = path.partition(".")
        definition = self.fields[key]
        wanted = rest.partition(".")[2] if definition.type == "list" else path
        found = item_leaves(key, definition) if definition.type == "list" else leaves(key, definition, "")
        leaf = next((leaf for leaf in found if leaf.path == wanted), None)
        return (leaf.kind, leaf.field) if leaf else ("text", definition)


def beside(form: Form, definition: FieldDef, value: Mapping[str, Any], answers: Answers) -> str:
    """The code of what does not agree with another answer of the same form; "" when all is well.

    An account whose `holder` is a person of the form stands in that person's name (both readings, any order and
    spacing): money paid to another's account does not come back. A signature is the name of who applies.
    """
    person = person_beside(form, definition, answers)
    if definition.type == "bank_account":
        name = person.get("name")
        if not definition.holder or not isinstance(name, dict):
            return ""
        holder = text.fold(str(value.get("holder_kana", "")))
        parts = [str(name[part]) for part in ("family_kana", "given_kana") if name.get(part)]
        return "other_holder" if any(text.fold(part) not in holder for part in parts) else ""
    try:
        named = full_name(person.get("name"))
        return "other_signature" if named and not is_signed_by(value["name"], person) else ""
    except (AttributeError, KeyError, TypeError):
        return ""  # the name itself is at fault, and is said to be


def person_beside(form: Form, definition: FieldDef, answers: Answers) -> Mapping[str, Any]:
    """The person a signature or an account belongs to: the field's `holder`, for a signature else `applicant`."""
    key = definition.holder or ("applicant" if definition.type == "signature" else "")
    field = form.field(key) if key else None
    person = answers.get(key) if field is not None and field.type == "person" else None
    return person if isinstance(person, dict) else {}


def _row(form: Form, key: str, definition: FieldDef) -> _Row:
    """What there is to check of one field: its condition, then its own test, or those of the records inside it."""
    inside: _Check | None = None
    if definition.type == "list":
        inside = _list(form, key, definition)
    elif definition.type == "person":
        inside = _record(key, leaves(key, definition, ""))
    fits = _anything if inside else KINDS[definition.type].checker(definition)
    return key, form.shown.get(key), definition.required, fits, inside


def _anything(value: Any) -> str:
    return ""


def holds(rule: Rule, facts: Mapping[str, Any]) -> bool:
    """Whether the condition is known to hold. One that takes too long to say hides its question."""
    try:
        return rule.says(facts) is True
    except TooMuchWork:
        return False


def _record(path: str, parts: list[Leaf]) -> _Check:
    """A person: each part a question of its own."""
    tests = [(leaf.part, *_needs(leaf)) for leaf in parts]

    def step(answers: Mapping[str, Any], facts: dict[str, Any], found: _Found) -> None:
        person = answers.get(path)
        if person is not None and not isinstance(person, dict):
            found.append((path, WRONG_SHAPE))
            return
        for part, is_required, fits in tests:
            value = person.get(part) if person else None
            if value is None:
                if is_required:
                    found.append((f"{path}.{part}", MISSING))
            elif code := fits(value):
                found.append((f"{path}.{part}", code))

    return step


def _needs(leaf: Leaf) -> tuple[bool, Fits]:
    name = leaf.part or leaf.key
    is_part = leaf.field.type in {"person", "list"}
    is_required = leaf.field.required and not (is_part and name in OPTIONAL_PARTS)
    return is_required, KINDS[leaf.kind].checker(leaf.field)


def _list(form: Form, key: str, definition: FieldDef) -> _Check:
    name, in_item = item_name(key, definition), _item(form, key, definition)

    def step(answers: Mapping[str, Any], facts: dict[str, Any], found: _Found) -> None:
        items = answers.get(key)
        if items is None:
            found.append((f"{key}.more", MISSING))
        elif not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            found.append((key, WRONG_SHAPE))
        elif len(items) > definition.at_most:
            found.append((key, "too_many"))
        else:
            for place, item in enumerate(items, start=1):
                in_item({**facts, name: item}, item, f"{key}.{item_id(item, place)}", found)
            if len(items) < definition.at_least:
                found.append((key, "too_few"))
            elif len(items) < definition.at_most and not _is_whole(answers, key):
                found.append((f"{key}.more", MISSING))

    return step


def _item(form: Form, key: str, definition: FieldDef) -> Callable[..., None]:
    """The checks of one item: each of its questions with its condition, which sees the item by its name."""
    tests = [
        (leaf, form.shown.get(f"{key}.{leaf.key}") if leaf.part == "" else None, *_needs(leaf))
        for leaf in item_leaves(key, definition)
    ]

    def in_item(facts: dict[str, Any], item: Mapping[str, Any], at: str, found: _Found) -> None:
        for leaf, rule, is_required, fits in tests:
            if rule is not None and not holds(rule, facts):
                continue
            record = item.get(leaf.key) if leaf.part else item
            value = record.get(leaf.part or leaf.key) if isinstance(record, dict) else None
            if value is None:
                if is_required:
                    found.append((f"{at}.{leaf.path}", MISSING))
            elif code := fits(value):
                found.append((f"{at}.{leaf.path}", code))

    return in_item


def item_id(item: Mapping[str, Any], place: int) -> str:
    """How an item is called in a path; one without a number of its own by its place."""
    name = item.get("id")
    return name if isinstance(name, str) and re.fullmatch(r"[0-9]{1,4}", name) else str(place)


def _is_whole(answers: Mapping[str, Any], key: str) -> bool:
    """Whether nothing more belongs in the list. One that came without a draft's marks came whole."""
    lists = answers.get(LISTS)
    said = lists.get(key) if isinstance(lists, dict) else None
    return bool(said.get("complete")) if isinstance(said, dict) else True

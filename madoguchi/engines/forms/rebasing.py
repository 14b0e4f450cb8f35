"""A newer version under a half-written draft: which answers still fit, and what changed for whoever writes it.

Nothing here writes: `services.rebase` does, with what `rebased` found. What a person wrote is never thrown away
unseen: an answer that no longer fits is kept aside, sealed, and shown beside its question as 「前の答え」.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .definition import FieldDef
from .errors import AnswerRefused
from .form import LISTS, Form, item_leaves, leaves
from .kinds import KINDS
from .questions import Sheet, build, is_required

# Beside the answers, always sealed: {path: {"label", "shown", "kind"}}, answers no question has asked for since a rebase.
ASIDE = "_aside"
# Asked anew when a law changed what is agreed to: a name put under other words is no signature.
ASKED_ANEW = ("signature", "consent")
# How the answer to a question is kept; every other kind keeps a text.
_KEPT_AS: dict[str, type] = {
    "yes_no": bool,
    "consent": bool,
    "number": int,
    "money": int,
    "choices": list,
    "name": dict,
    "other_names": dict,
    "address": dict,
    "bank_account": dict,
    "signature": dict,
}
# Changes that wait for an answer; the others only want to be seen.
TO_ANSWER = frozenset({"new", "again"})
Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer of the document, and the question of a form it would be the answer to (None: there is none)."""

    path: str
    value: Any
    kind: str = ""
    field: FieldDef | None = None
    is_required: bool = True


@dataclass(slots=True)
class Rebased:
    """The answers as they go on, and what changed: [{"path", "what": new | gone | again | words | law, …}]."""

    answers: dict[str, Any]
    changes: list[Change]
    after: Sheet


def stored(form: Form, answers: Mapping[str, Any]) -> Iterator[Stored]:
    """Every answer of the document with the question that `form` has for it."""
    for key, value in answers.items():
        definition = form.field(key)
        if key in {LISTS, ASIDE}:
            continue
        if isinstance(value, list) and (definition is None or definition.type == "list"):
            yield from _in_list(key, definition, value)
        elif isinstance(value, dict) and definition is not None and definition.type == "person":
            asked = {leaf.part: leaf for leaf in leaves(key, definition, "")}
            for part, inner in value.items():
                yield _stored(f"{key}.{part}", inner, asked.get(part), part)
        elif definition is None or definition.type in {"list", "person"}:
            yield Stored(key, value)
        else:
            yield _stored(key, value, leaves(key, definition, "")[0], key)


def _in_list(key: str, definition: FieldDef | None, items: list[Any]) -> Iterator[Stored]:
    asked = {leaf.path: leaf for leaf in item_leaves(key, definition)} if definition else {}
    for item in items:
        for name, value in item.items():
            if name != "id":
                yield _stored(f"{key}.{item['id']}.{name}", value, asked.get(name), name)


def _stored(path: str, value: Any, leaf: Any, name: str) -> Stored:
    if leaf is None:
        return Stored(path, value)
    return Stored(path, value, leaf.kind, leaf.field, is_required(leaf, name))


def misfit(one: Stored) -> str:
    """Why the question could not have been answered so ("" when it could): gone, kind, options, required, rules."""
    if one.field is None:
        return "gone"
    if one.value is None:
        return "required" if one.is_required else ""
    kept_as = _KEPT_AS.get(one.kind, str)
    if not isinstance(one.value, kept_as) or (kept_as is int and isinstance(one.value, bool)):
        return "kind"
    if one.kind in ASKED_ANEW:
        return ""
    kind = KINDS[one.kind]
    try:
        # Read again as if it had been typed now: every rule of the kind and the field applies, whichever those are.
        kind.read(kind.fill(one.value, one.field), one.field)
    except AnswerRefused:
        return "options" if one.field.options else "rules"
    except (AttributeError, KeyError, TypeError, ValueError):
        return "kind"
    return ""


def misfits(form: Form, sheet: Sheet) -> list[str]:
    """The questions asked now whose answer does not keep to the definition."""
    asked = {question.path for question in sheet.questions}
    return [one.path for one in stored(form, sheet.answers) if one.path in asked and misfit(one)]


def rebased(*, form: Form, before: Sheet, texts: Mapping[str, str], asks_anew: bool = False) -> Rebased:
    """The answers of `before` as they stand under `form`, and what is different for this person.

    `texts` are the words of the new version. With `asks_anew` nobody is taken at an old signature or consent.
    """
    answers = without_aside(before.answers)
    found: dict[str, Change] = {}
    for one in list(stored(form, answers)):
        why = misfit(one) or ("law" if asks_anew and one.kind in ASKED_ANEW else "")
        if why:
            _take_out(answers, one.path)
            found[one.path] = {"path": one.path, "what": "again", "why": why}
    _forget_lists(form, answers)
    after = build(form, answers, texts)
    changes = list(_compared(found, before, after))
    aside = dict(before.answers.get(ASIDE) or {}) | _set_aside(changes, before)
    if aside:
        answers[ASIDE] = aside
    return Rebased(answers, changes, after)


def asked_again(before: Sheet, paths: Iterable[str]) -> tuple[dict[str, Any], list[Change]]:
    """The answers without those at `paths`, which are kept aside, and the changes that say so."""
    answers = without_aside(before.answers)
    changes = [{"path": path, "what": "again", "why": "rules"} for path in paths]
    for change in changes:
        _take_out(answers, change["path"])
    answers[ASIDE] = dict(before.answers.get(ASIDE) or {}) | _set_aside(changes, before)
    return answers, changes


def _compared(found: Mapping[str, Change], before: Sheet, after: Sheet) -> Iterator[Change]:
    """Only what this person meets: asked before or asked now, in the order of the form."""
    old = {question.path: question for question in before.questions}
    now = {question.path: question for question in after.questions}
    for path, question in now.items():
        known = old.get(path)
        if path in found and known is not None and known.is_answered:
            yield found[path]
        elif known is None and not question.is_answered:
            yield {"path": path, "what": "new"}
        elif (
            known is not None and known.is_answered and question.is_answered and known.label != question.label
        ):
            yield {"path": path, "what": "words"}
    for path, question in old.items():
        if path not in now and question.is_answered and question.kind != "list_more":
            yield {"path": path, "what": "gone"}


def _set_aside(changes: Iterable[Change], before: Sheet) -> dict[str, dict[str, str]]:
    """The old answers behind the changes, as they were shown. A signature is not shown again: it is given anew."""
    aside = {}
    for change in changes:
        question = before.question(change["path"])
        if question is not None and change["what"] in {"again", "gone"}:
            shown = "" if question.kind == "signature" else question.shown
            label = question.short_label or question.label
            aside[question.path] = {"label": label, "shown": shown, "kind": question.kind}
    return aside


def merged(earlier: list[Change], later: list[Change], after: Sheet) -> list[Change]:
    """What is still to be looked at of an earlier move nobody has seen, and of this one."""
    now = {question.path: question for question in after.questions}
    named = {change["path"] for change in later}
    kept = []
    for change in earlier:
        path, what = change["path"], change["what"]
        is_open = path in now and not now[path].is_answered
        stands = (
            what == "law"
            or (what in {"new", "again"} and is_open)
            or (what == "gone" and path not in now)
            or (what == "words" and path in now)
        )
        if path not in named and stands:
            kept.append(change)
    return [*kept, *later]


def without(changes: list[Change], path: str) -> list[Change]:
    """The changes still to be looked at once the question at `path` was answered (or the item taken out)."""
    return [
        change for change in changes if change["path"] != path and not change["path"].startswith(f"{path}.")
    ]


def without_aside(answers: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the answers down to the items, without what was kept aside."""
    return {
        key: [dict(item) for item in value]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else dict(value)
        if isinstance(value, dict)
        else value
        for key, value in answers.items()
        if key != ASIDE
    }


def forget_aside(answers: dict[str, Any], path: str = "") -> None:
    """The old answer at `path` was looked at; without a path all of them."""
    aside = answers.get(ASIDE) or {}
    for known in [known for known in aside if not path or known == path or known.startswith(f"{path}.")]:
        del aside[known]
    if not aside:
        answers.pop(ASIDE, None)


def _take_out(answers: dict[str, Any], path: str) -> None:
    key, _sep, rest = path.partition(".")
    if not rest:
        answers.pop(key, None)
        return
    if isinstance(answers.get(key), dict):
        answers[key].pop(rest, None)
        return
    item_id, _sep, name = rest.partition(".")
    for item in answers.get(key) or []:
        if item["id"] == item_id:
            item.pop(name, None)


def _forget_lists(form: Form, answers: dict[str, Any]) -> None:
    """A list or person that is gone leaves nothing: no empty items, no count of them."""
    for key in [key for key, value in answers.items() if key not in {LISTS, ASIDE} and _is_shell(value)]:
        definition = form.field(key)
        if definition is None or definition.type not in {"list", "person"}:
            del answers[key]
    if LISTS in answers:
        answers[LISTS] = {key: value for key, value in answers[LISTS].items() if form.field(key) is not None}


def _is_shell(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, dict) and set(item) <= {"id"} for item in value)
    return value == {}

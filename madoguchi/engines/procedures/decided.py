"""What is decided and told (`decided:` of a definition): proposed from the answers, read, shown, printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import override

from madoguchi.engines.documents import queries as documents
from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.definition import FieldDef
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.form import facts_from
from madoguchi.engines.forms.kinds import KINDS
from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import clock, packs, rules
from madoguchi.kernel.packs.models import Definition

from . import procedure as procedures
from .definition import DecidedField
from .models import Case
from .procedure import Procedure

PATH = "decided."
EMPTY = "－"  # in a letter, where a field that may stay empty is empty

Posted = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One decided thing as people read it."""

    key: str
    label: str
    shown: str
    proposed: str = ""  # what the answers proposed, where something else was decided


def fields_of(procedure: Procedure, outcome: str) -> dict[str, DecidedField]:
    """What `outcome` says beside yes or no; without `on`, a field belongs to every outcome that is no refusal."""
    state = procedure.shape.flow.get(outcome)
    if state is None or state.end != "done":
        return {}
    return {
        key: field
        for key, field in procedure.shape.decided.items()
        if (outcome in field.on if field.on else "reason" not in state.requires)
    }


def proposals(case: Case, outcome: str) -> dict[str, Any]:
    """What stands in the boxes before somebody decides: what the answers in force make of `proposed`."""
    procedure = procedures.of(case.definition)
    wanted = fields_of(procedure, outcome)
    if not any(key in procedure.proposals for key in wanted):
        return {}
    revision = form_queries.latest_revision(case.draft)
    facts = facts_from(procedure.form, form_queries.answers_at(case.draft, revision), clock.today())
    found = {}
    for key, field in wanted.items():
        rule = procedure.proposals.get(key)
        value = _kept(field, _worked_out(rule, facts)) if rule is not None else None
        if value is not None:
            found[key] = value
    return found


def _worked_out(rule: rules.Rule, facts: Mapping[str, Any]) -> Any:
    try:
        return rule.evaluate(facts).value
    except rules.TooMuchWork:
        return None  # it is only a proposal: somebody decides


def _kept(field: DecidedField, value: Any) -> Any:
    """What an expression gave, as forms keep such a value; None for what is unknown or does not fit."""
    if field.type == "date":
        return value.isoformat() if isinstance(value, dt.date) else None
    if field.type == "yes_no":
        return value if isinstance(value, bool) else None
    if field.type in {"money", "number"}:
        return int(value) if _is_number(value) else None
    if field.type == "choice":
        return value if value in field.options else None
    return value[:200] if isinstance(value, str) and value else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read(case: Case, outcome: str, posted: Posted | None) -> dict[str, Any]:
    """The decided values as typed; None: as proposed. Raises AnswerRefused, each sentence at `decided.<key>:<input>`."""
    procedure = procedures.of(case.definition)
    wanted = fields_of(procedure, outcome)
    if not wanted:
        return {}
    if posted is None:
        proposed = proposals(case, outcome)
        posted = {key: _kind(field).fill(proposed.get(key)) for key, field in wanted.items()}
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for key, field in wanted.items():
        typed = posted.get(key, {})
        if not field.required and _kind(field).is_blank(typed):
            continue
        try:
            values[key] = _kind(field).read(typed, _as_field(field))
        except AnswerRefused as refusal:
            errors |= {f"{PATH}{key}:{name}": sentence for name, sentence in refusal.errors.items()}
    if errors:
        raise AnswerRefused(errors)
    return values


def questions(case: Case, outcome: str, values: Mapping[str, Any]) -> list[Question]:
    """The boxes of the page that decides, filled with `values`."""
    procedure = procedures.of(case.definition)
    texts = packs.texts(case.definition, "ja")
    found = []
    for key, field in fields_of(procedure, outcome).items():
        at, value, label = f"{PATH}{key}", values.get(key), _label(key, field, texts)
        unit = texts.get(f"{at}.unit") or field.unit
        found.append(
            Question(
                path=at,
                kind=field.type,
                page_id="decided",
                label=f"{label}（{unit}）" if unit else label,
                short_label=label,
                hint=texts.get(f"{at}.hint") or field.hint,
                value=value,
                is_answered=value is not None,
                is_required=field.required,
                options=[
                    (option, texts.get(f"{at}.options.{option}") or words)
                    for option, words in field.options.items()
                ],
                inputs=_kind(field).fill(value),
            )
        )
    return found


def shown(
    procedure: Procedure, outcome: str, values: Mapping[str, Any], texts: Mapping[str, str]
) -> list[Fact]:
    """What was decided as people read it, in the order of the definition."""
    return [
        Fact(key, _label(key, field, texts), _shown(key, field, values[key], texts))
        for key, field in fields_of(procedure, outcome).items()
        if key in values
    ]


def beside_proposals(case: Case, outcome: str, facts: list[Fact]) -> list[Fact]:
    """The same, each that differs from what the answers propose with the proposal beside it."""
    procedure = procedures.of(case.definition)
    texts = packs.texts(case.definition, "ja")
    proposed = {one.key: one.shown for one in shown(procedure, outcome, proposals(case, outcome), texts)}
    return [
        replace(one, proposed=proposed[one.key]) if proposed.get(one.key, one.shown) != one.shown else one
        for one in facts
    ]


def places(
    procedure: Procedure, outcome: str, values: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, str]:
    """What stands in `{{decided.<key>}}` of a letter, in Japanese: 12,345円, 令和9年1月1日（2027年）."""
    with override("ja"):
        return {
            f"{PATH}{key}": _shown(key, field, values[key], texts) if key in values else EMPTY
            for key, field in fields_of(procedure, outcome).items()
        }


def letter_form(procedure: Procedure, outcome: str) -> Definition | None:
    """The letter in force; where it prints what this version of the procedure does not decide, the newest that fits.

    A letter and its procedure are published together, but open cases stay on the version they came in on. None for
    what goes out without a letter.
    """
    key = procedure.shape.flow[outcome].letter
    if not key:
        return None
    known = {f"{PATH}{name}" for name in fields_of(procedure, outcome)}
    newest = documents.published(key)
    if documents.decided_places(newest) <= known:
        return newest
    older = (form for form in documents.versions(key) if documents.decided_places(form) <= known)
    return next(older, newest)


def _label(key: str, field: DecidedField, texts: Mapping[str, str]) -> str:
    return texts.get(f"{PATH}{key}.label") or field.label


def _shown(key: str, field: DecidedField, value: Any, texts: Mapping[str, str]) -> str:
    at = f"{PATH}{key}."
    labels = {path.removeprefix(at): words for path, words in texts.items() if path.startswith(at)}
    return _kind(field).show(value, _as_field(field), labels)


def _kind(field: DecidedField) -> Any:
    return KINDS[field.type]


def _as_field(field: DecidedField) -> FieldDef:
    """The decided field as a question of a form has it: the same kinds read and show both."""
    same = {"type", "label", "hint", "unit", "options", "required", "no_earlier_than", "least", "most"}
    return FieldDef(**field.model_dump(include=same), ground="決定", keep="case", sensitivity="personal")

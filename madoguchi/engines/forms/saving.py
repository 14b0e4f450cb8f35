"""Many answers at once, as programs send them: a document like the one the JSON Schema describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from . import queries
from . import services as one_by_one
from .definition import FieldDef
from .errors import AnswerRefused, AnswersRefused, NoSuchQuestion
from .form import LISTS, Form
from .kinds import KINDS
from .models import Draft
from .questions import Question, next_item_id

# How an answer of a kind is written in JSON; every other kind is a text.
WRITTEN_AS: dict[str, type] = {
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
NOT_WRITTEN_SO = gettext_lazy("値の形がちがいます。手続の説明（answers_schema）を見てください。")
Problems = dict[str, dict[str, Any]]


@writes
def save_answers(*, draft: Draft, form: Form, given: Mapping[str, Any], by: Actor) -> Draft:
    """Keep the answers in `given` (field -> value); fields that are not in it stay as they are.

    A person is given by parts, a list whole: it is complete then, and items with a known `id` are the old ones.
    All or nothing: with one answer at fault none is kept, and AnswersRefused names each place.
    """
    draft = one_by_one._locked(draft)
    answers = queries.answers_of(draft)
    problems: Problems = {}
    pending = _spread(form, answers, given, problems)
    _read_all(draft, form, answers, pending, problems, by)
    if problems:
        raise AnswersRefused(problems)
    one_by_one._keep(draft, form, answers)
    draft.save()
    return draft


def stated(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a document: what `save_answers` takes. Our own marks beside them begin with `_`."""
    return {key: value for key, value in answers.items() if not key.startswith("_")}


def _read_all(
    draft: Draft,
    form: Form,
    answers: dict[str, Any],
    pending: dict[str, Any],
    problems: Problems,
    by: Actor,
) -> None:
    """Read what is asked now; an answer may be what makes the next one be asked."""
    while pending:
        sheet = queries.sheet_of(form, answers, draft)
        asked = [question for question in sheet.questions if question.path in pending]
        if not asked:
            break
        for question in asked:
            value = pending.pop(question.path)
            try:
                read = _read(form, question, value)
                one_by_one._put(form, answers, question.path, read)
                one_by_one._looked_at(draft, answers, question.path)
                if by.is_resident:
                    one_by_one.check_beside(form, answers, question.path, read)
            except AnswerRefused as refused:
                problems[question.path] = dict(refused.errors)
    for path, value in pending.items():
        if value is not None and path not in problems:
            problems[path] = {"": NoSuchQuestion.message}


def _read(form: Form, question: Question, value: Any) -> Any:
    return one_by_one.read_answer(form, question, inputs_of(form, question, value))


def inputs_of(form: Form, question: Question, value: Any) -> Mapping[str, str]:
    """A JSON value as the inputs of a page hold it, so that both are read by the same rules. Raises AnswerRefused."""
    kind, field = question.kind, one_by_one.field_at(form, question.path)
    written = kind if kind != "list_more" else "yes_no"
    if value is not None and not _is_written(written, value):
        raise AnswerRefused({"": NOT_WRITTEN_SO})
    if kind == "choices" and not set(value or ()) <= set(field.options):
        raise AnswerRefused({"": NOT_WRITTEN_SO})  # a page could not have ticked it
    try:
        return KINDS[kind].fill(value, field)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # `fill` is written for values we kept ourselves; a stranger's may be no date at all.
        raise AnswerRefused({"": NOT_WRITTEN_SO}) from error


def _is_written(kind: str, value: Any) -> bool:
    wanted = WRITTEN_AS.get(kind, str)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return False
    parts: list[Any] = list(value.values()) if isinstance(value, dict) else []
    parts += value if isinstance(value, list) else []
    return all(isinstance(part, str) for part in parts)


def _spread(
    form: Form, answers: dict[str, Any], given: Mapping[str, Any], problems: Problems
) -> dict[str, Any]:
    """The document by question path; lists take their new items at once."""
    pending: dict[str, Any] = {}
    for key, value in given.items():
        field = form.field(key)
        if field is None:
            problems[key] = {"": NoSuchQuestion.message}
        elif field.type == "list":
            pending |= _items(answers, key, field, value, problems)
        elif field.type == "person":
            if not isinstance(value, dict):
                problems[key] = {"": _("氏名や住所などの部分ごとに書いてください。")}
                continue
            pending |= {f"{key}.{part}": inner for part, inner in value.items()}
        else:
            pending[key] = value
    return pending


def _items(
    answers: dict[str, Any], key: str, field: FieldDef, value: Any, problems: Problems
) -> dict[str, Any]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        problems[key] = {"": _("一覧の形で書いてください。")}
        return {}
    if not field.at_least <= len(value) <= field.at_most:
        problems[key] = {
            "": _("%(least)sから%(most)sまでの数で書いてください。")
            % {"least": field.at_least, "most": field.at_most}
        }
        return {}
    before = {item["id"]: item for item in answers.get(key) or []}
    kept: list[dict[str, Any]] = []
    pending: dict[str, Any] = {}
    for item in value:
        known = before.pop(item.get("id", ""), None) if isinstance(item.get("id", ""), str) else None
        ours = dict(known or {"id": next_item_id(answers, key)})
        lists = answers.setdefault(LISTS, {})
        last = max(int(ours["id"]), lists.get(key, {}).get("last", 0))
        lists[key] = {"last": last, "complete": True}
        kept.append(ours)
        pending |= {f"{key}.{ours['id']}.{inner}": one for inner, one in item.items() if inner != "id"}
    answers[key] = kept
    answers.setdefault(LISTS, {}).setdefault(key, {"last": 0})["complete"] = True
    return pending

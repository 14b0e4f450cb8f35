"""Answers that were put right, laid over the answers that stand: for a look ahead, and for the revision that follows."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .errors import NoSuchQuestion, TooManyItems
from .form import LISTS, Form
from .questions import next_item_id

MORE = ".more"


def merged(form: Form, answers: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with `changes` (path -> value) in them; what was given is left alone.

    「ほかにいますか」 (`children.more`) is {"added": how many items more, "complete": whether that is all}.
    Raises NoSuchQuestion, TooManyItems.
    """
    result = copy.deepcopy(dict(answers))
    lists = {path.removesuffix(MORE): said for path, said in changes.items() if path.endswith(MORE)}
    for key, said in lists.items():
        for _turn in range(said["added"]):
            _add_item(form, result, key)
    for path, value in changes.items():
        if not path.endswith(MORE):
            _put(form, result, path, value)
    for key, said in lists.items():
        known = result.setdefault(LISTS, {})
        known[key] = {**known.get(key, {"last": 0}), "complete": said["complete"]}
    return result


def _put(form: Form, answers: dict[str, Any], path: str, value: Any) -> None:
    key, _sep, rest = path.partition(".")
    field = form.field(key)
    if field is None:
        raise NoSuchQuestion
    if field.type != "list":
        answers[key] = {**(answers.get(key) or {}), rest: value} if rest else value
        return
    item_id, _sep, inner = rest.partition(".")
    if item_id == next_item_id(answers, key):
        _add_item(form, answers, key)
    item = next((one for one in answers.get(key) or [] if one["id"] == item_id), None)
    if item is None:
        raise NoSuchQuestion
    item[inner] = value


def _add_item(form: Form, answers: dict[str, Any], key: str) -> None:
    field, items = form.field(key), answers.setdefault(key, [])
    if field is None or field.type != "list":
        raise NoSuchQuestion
    if len(items) >= field.at_most:
        raise TooManyItems(most=field.at_most)
    item_id = next_item_id(answers, key)
    items.append({"id": item_id})
    answers.setdefault(LISTS, {})[key] = {"last": int(item_id), "complete": False}

"""Checks data against a pydantic model and says in Japanese, with line and proposal, what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from .problems import Problem, Severity, meant
from .tree import Path, Tree, shown

M = TypeVar("M", bound=BaseModel)


class Shape(BaseModel):
    """The base of every pack file's model: a key nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(slots=True)
class Located(Generic[M]):
    """A part of a pack that fits its model, with the place it came from.

    `data` is the file's own data, before the model filled in its defaults: what is published and hashed, so that a
    new default in the code does not change an old definition.
    """

    value: M
    data: Any
    file: str
    tree: Tree
    text: str = ""  # the body, for Markdown
    problems: list[Problem] = field(default_factory=list, repr=False)

    @property
    def line(self) -> int:
        return self.tree.line()

    def problem(
        self, key: str | Path, message: str, hint: str = "", *, is_error: bool = True, rule: str = ""
    ) -> Problem:
        """Report something the model cannot see. `key` is dotted (`documents.0.form`) or a path."""
        path = _path(key) if isinstance(key, str) else key
        severity = Severity.ERROR if is_error else Severity.WARNING
        file, line = self.tree.place(path, self.file)
        found = Problem(file, line, shown(path), message, hint, severity, rule)
        self.problems.append(found)
        return found


def _path(key: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in key.split(".")) if key else ()


def located(
    model: type[M], tree: Tree, file: str, problems: list[Problem], text: str = ""
) -> Located[M] | None:
    """The data of `tree` as `model`, or None after adding to `problems` everything that does not fit."""
    if not isinstance(tree.data, dict):
        message = (
            _("「キー: 値」の形で書きます。")
            if tree.data is not None
            else _("ファイルに何も書かれていません。")
        )
        problems.append(Problem(file, tree.line(), "", message, meant("", _names(model))))
        return None
    try:
        value = model.model_validate(tree.data)
    except ValidationError as error:
        problems.extend(_problems(error, model, tree, file))
        return None
    return Located(value, tree.data, file, tree, text, problems)


def _names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _problems(error: ValidationError, model: type[BaseModel], tree: Tree, file: str) -> Iterator[Problem]:
    seen: set[tuple[Path, str]] = set()
    for each in error.errors(include_url=False):
        path = _own_path(each["loc"], tree.data)
        message, hint = _sentence(each["type"], dict(each), path, model, tree.data)
        if (path, message) not in seen:  # the branches of a union repeat each other
            seen.add((path, message))
            where, line = tree.place(path, file)
            yield Problem(where, line, shown(path), message, hint)


def _own_path(loc: tuple[int | str, ...], data: Any) -> Path:
    """The place in the data: pydantic also names union branches and validators on the way."""
    path: list[int | str] = []
    for place, part in enumerate(loc):
        if isinstance(data, Mapping) and (part in data or place == len(loc) - 1):
            data = data.get(part)
            path.append(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            path.append(part)
    return tuple(path)


_SAYINGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda ctx: _("書かれていません。ここに要ります。"),
    "string_type": lambda ctx: _("文字を書きます。"),
    "int_type": lambda ctx: _("整数を書きます。"),
    "int_parsing": lambda ctx: _("整数を書きます。"),
    "int_from_float": lambda ctx: _("整数を書きます。"),
    "float_type": lambda ctx: _("数を書きます。"),
    "float_parsing": lambda ctx: _("数を書きます。"),
    "bool_type": lambda ctx: _("yes か no を書きます。"),
    "bool_parsing": lambda ctx: _("yes か no を書きます。"),
    "date_type": lambda ctx: _("日付を 2026-04-01 の形で書きます。"),
    "date_parsing": lambda ctx: _("日付を 2026-04-01 の形で書きます。"),
    "date_from_datetime_parsing": lambda ctx: _("日付を 2026-04-01 の形で書きます。"),
    "list_type": lambda ctx: _("一覧（- で始まる行、または [ ]）を書きます。"),
    "dict_type": lambda ctx: _("「キー: 値」の形で書きます。"),
    "model_type": lambda ctx: _("「キー: 値」の形で書きます。"),
    "model_attributes_type": lambda ctx: _("「キー: 値」の形で書きます。"),
    "string_too_short": lambda ctx: _("空にできません。"),
    "string_too_long": lambda ctx: _("%s文字までです。") % ctx.get("max_length"),
    "string_pattern_mismatch": lambda ctx: _("書き方が違います（形: %s）。") % ctx.get("pattern"),
    "too_short": lambda ctx: _("少なくとも%s個要ります。") % ctx.get("min_length"),
    "too_long": lambda ctx: _("%s個までです。") % ctx.get("max_length"),
    "greater_than": lambda ctx: _("%sより大きい数を書きます。") % ctx.get("gt"),
    "greater_than_equal": lambda ctx: _("%s以上の数を書きます。") % ctx.get("ge"),
    "less_than": lambda ctx: _("%sより小さい数を書きます。") % ctx.get("lt"),
    "less_than_equal": lambda ctx: _("%s以下の数を書きます。") % ctx.get("le"),
    "none_required": lambda ctx: _("ここは空のままにします。"),
}


def _sentence(
    kind: str, error: dict[str, Any], path: Path, model: type[BaseModel], data: Any
) -> tuple[str, str]:
    ctx: dict[str, Any] = error.get("ctx", {})
    given = error.get("input")
    if kind == "extra_forbidden":
        name = str(path[-1]) if path else ""
        return _("「%s」というキーはありません。") % name, meant(name, _keys_at(model, path[:-1], data))
    if kind in {"literal_error", "enum"}:
        known = _options(str(ctx.get("expected", "")))
        return _("「%s」は書けません。") % _short(given), meant(str(given), known)
    if kind == "value_error":
        return str(ctx.get("error", error["msg"])), ""
    if kind in _SAYINGS:
        hint = ""
        if kind == "string_type" and given is not None and not isinstance(given, list | dict):
            hint = _('引用符で囲むと文字になります: "%s"') % _short(given)
        elif kind != "missing" and given is not None:
            hint = _("いまの値: %s") % _short(given)
        return _SAYINGS[kind](ctx), hint
    return str(error["msg"]), ""


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _options(expected: str) -> list[str]:
    """pydantic words the options of a Literal as 'a', 'b' or 'c'."""
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",") if part.strip()]


@lru_cache(maxsize=256)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _keys_at(model: type[BaseModel], path: Path, data: Any) -> list[str]:
    """The keys that may stand at `path`, by the model's JSON schema."""
    schema = _schema(model)
    places = [schema]
    for part in path:
        places = [inner for place in places for inner in _inside(schema, place, part)]
    return [
        name
        for place in places
        for branch in _branches(schema, place)
        for name in branch.get("properties", {})
    ]


def _branches(schema: dict[str, Any], place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in place:
        yield from _branches(schema, schema["$defs"][place["$ref"].rsplit("/", 1)[-1]])
        return
    yield place
    for many in ("anyOf", "oneOf", "allOf"):
        for branch in place.get(many, ()):
            yield from _branches(schema, branch)


def _inside(schema: dict[str, Any], place: dict[str, Any], part: str | int) -> Iterator[dict[str, Any]]:
    for branch in _branches(schema, place):
        if isinstance(part, int):
            inner = branch.get("items")
        else:
            inner = branch.get("properties", {}).get(part) or branch.get("additionalProperties")
            if inner is None and branch.get("patternProperties"):
                inner = next(iter(branch["patternProperties"].values()))
        if isinstance(inner, dict):
            yield inner

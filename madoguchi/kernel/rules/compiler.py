"""From the tree of a rule to Python closures, with every type checked on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.text import nearest

from . import macros, operators
from .errors import At, RuleError
from .functions import CALLS, FUNCTIONS, MACROS, METHODS
from .parts import MapOf, Part, Scope, Work, place
from .syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    Junction,
    ListLiteral,
    Literal,
    MapLiteral,
    Member,
    Name,
    Node,
    Unary,
)
from .types import Bool, Choice, Date, ListOf, Nothing, Number, Record, Text, Type, common
from .values import UNKNOWN, Items, Seen


def build(node: Node, scope: Scope) -> Part:
    """The closure and type of `node`. Raises RuleError at the first thing that cannot be right."""
    return _BUILDERS[type(node)](node, scope)


def meant(word: str, known: Iterable[str]) -> str:
    """The proposal beside an unknown word."""
    known = sorted(known)
    close = nearest(word, known)
    if close is not None:
        return _("「%s」ではありませんか。") % close
    return _("使えるもの: %s") % "、".join(known[:20]) if known else ""


def _literal(node: Literal, scope: Scope) -> Part:
    match node.value:
        case bool():
            kind = Bool
        case str():
            kind = Text
        case None:
            kind = Nothing
        case _:
            kind = Number
    seen = Seen(node.value)
    return Part(kind, lambda work: seen)


def _name(node: Name, scope: Scope) -> Part:
    name = node.name
    if name in scope.local:
        outer = scope.local[name]
        return Part(outer.type, lambda work: work.local[name], outer.path)
    if name not in scope.names:
        if name in CALLS:
            raise RuleError(_("「%s」は関数です。") % name, node.at, _("うしろに ( ) を付けて書きます。"))
        known = {*scope.names, *scope.local}
        raise RuleError(_("「%s」という名前はありません。") % name, node.at, meant(name, known))
    kind = scope.names[name]
    scope.uses(name)
    missing = Seen(UNKNOWN, unknown=(name,))

    def step(work: Work) -> Seen:
        raw = work.facts.get(name, UNKNOWN)
        return missing if raw is UNKNOWN else place(kind, raw, name, work)

    return Part(kind, step, name)


def _member(node: Member, scope: Scope) -> Part:
    base = build(node.base, scope)
    if not isinstance(base.type, Record):
        hint = _("一覧の中は exists や all で見ます。") if isinstance(base.type, ListOf) else ""
        raise RuleError(_("%sに「.%s」はありません。") % (base.type.title, node.field), node.at, hint)
    if node.field not in base.type.fields:
        raise RuleError(
            _("「%s」という項目はありません。") % node.field, node.at, meant(node.field, base.type.fields)
        )
    kind, name, inner = base.type.fields[node.field], node.field, base.step

    def step(work: Work) -> Seen:
        whole = inner(work)
        if whole.value is UNKNOWN or whole.value is None:
            return whole
        part = place(kind, whole.value.get(name, UNKNOWN), f"{whole.path}.{name}", work)
        if part.value is not UNKNOWN:
            part.why = whole.why
        return part

    path = None if base.path is None else f"{base.path}.{name}"
    if path is not None:
        scope.uses(path)
    return Part(kind, step, path)


def _index(node: Index, scope: Scope) -> Part:
    base, key = build(node.base, scope), build(node.key, scope)
    if isinstance(base.type, MapOf):
        _check_keys(base.type.keys, key, node.key)
        return Part(base.type.of, operators.look_up(base.step, key.step))
    if not isinstance(base.type, ListOf):
        raise RuleError(_("%sから番号で取り出すことはできません。") % base.type.title, node.at)
    need(key, Number, node.key.at)
    return Part(base.type.of, operators.element(base.step, key.step), base.path)


def _check_keys(keys: frozenset[Any], key: Part, node: Node) -> None:
    if isinstance(key.type, Choice):
        wrong = sorted(str(each) for each in keys - key.type.options)
        if wrong:
            raise RuleError(
                _("「%s」は選択肢にありません。") % wrong[0], node.at, meant(wrong[0], key.type.options)
            )
    elif key.type is not Text or not all(isinstance(each, str) for each in keys):
        need(key, Number if all(not isinstance(each, str) for each in keys) else Text, node.at)


def _call(node: Call, scope: Scope) -> Part:
    if node.base is not None:
        return _method(node, scope)
    if node.name in FUNCTIONS:
        return _function(node, scope)
    match node.name:
        case "date":
            return _date(node, scope)
        case "size":
            return _size(node, node.args, scope)
        case "has":
            return _has(node, scope)
    raise RuleError(_("「%s」という関数はありません。") % node.name, node.at, meant(node.name, CALLS))


def _function(node: Call, scope: Scope) -> Part:
    function = FUNCTIONS[node.name]
    if len(node.args) != len(function.takes):
        raise RuleError(
            _("「%s」の中の数が違います。") % node.name, node.at, _("書き方: %s") % function.shown
        )
    parts = [build(arg, scope) for arg in node.args]
    for part, kind, arg in zip(parts, function.takes, node.args, strict=True):
        need(part, kind, arg.at)
    return Part(function.gives, operators.applied(function.work, [part.step for part in parts]))


def _date(node: Call, scope: Scope) -> Part:
    text = node.args[0] if len(node.args) == 1 else None
    if not isinstance(text, Literal) or Date.read(text.value) is UNKNOWN:
        raise RuleError(_("日付として読めません。"), node.at, _("書き方: %s") % "date('2026-04-01')")
    seen = Seen(Date.read(text.value))
    return Part(Date, lambda work: seen)


def _size(node: Call, args: tuple[Node, ...], scope: Scope) -> Part:
    if len(args) != 1:
        raise RuleError(_("「%s」の中の数が違います。") % "size", node.at, _("書き方: %s") % "size(一覧)")
    part = build(args[0], scope)
    if not isinstance(part.type, ListOf):
        need(part, Text, args[0].at)
    return Part(Number, operators.size(part.step))


def _has(node: Call, scope: Scope) -> Part:
    if len(node.args) != 1 or not isinstance(node.args[0], Name | Member | Index):
        raise RuleError(
            _("has には名前をひとつ書きます。"), node.at, _("書き方: %s") % "has(applicant.phone)"
        )
    return Part(Bool, operators.has(build(node.args[0], scope).step))


def _method(node: Call, scope: Scope) -> Part:
    if node.base is None:  # never: _call sends only methods here
        raise RuleError(_("この書き方は使えません。"), node.at)
    if node.name == "size" and not node.args:
        return _size(node, (node.base,), scope)
    base = build(node.base, scope)
    if node.name in MACROS:
        return _macro(node, base, scope)
    if node.name not in METHODS:
        known = [*METHODS, *MACROS, "size"]
        raise RuleError(
            _("「.%s( )」という書き方はありません。") % node.name, node.at, meant(node.name, known)
        )
    if len(node.args) != 1:
        raise RuleError(_("「%s」の中の数が違います。") % node.name, node.at)
    word = build(node.args[0], scope)
    need(base, Text, node.base.at)
    need(word, Text, node.args[0].at)
    return Part(Bool, operators.applied(METHODS[node.name], [base.step, word.step]))


def _macro(node: Call, base: Part, scope: Scope) -> Part:
    if not isinstance(base.type, ListOf):
        raise RuleError(_("%sは一覧ではないので、%sは使えません。") % (base.type.title, node.name), node.at)
    if len(node.args) != 2 or not isinstance(node.args[0], Name):
        hint = _("書き方: %s") % f"children.{node.name}(child, child.birth > today)"
        raise RuleError(_("%s の書き方が違います。") % node.name, node.at, hint)
    name = node.args[0].name
    element = Part(base.type.of, lambda work: work.local[name], base.path)
    body = build(node.args[1], scope.inside(name, element, node.at))
    if node.name == "map":
        return Part(ListOf(body.type), macros.mapped(base.step, name, body.step))
    need(body, Bool, node.args[1].at)
    if node.name == "filter":
        return Part(base.type, macros.filtered(base.step, name, body.step), base.path)
    return Part(Bool, macros.QUANTIFIERS[node.name](base.step, name, body.step))


def _unary(node: Unary, scope: Scope) -> Part:
    of = build(node.of, scope)
    if node.sign == "!":
        need(of, Bool, node.of.at)
        return Part(Bool, operators.negation(of.step))
    need(of, Number, node.of.at)
    return Part(Number, operators.applied(lambda number: -number, [of.step]))


def _junction(node: Junction, scope: Scope) -> Part:
    parts = [build(part, scope) for part in node.parts]
    for part, inner in zip(parts, node.parts, strict=True):
        need(part, Bool, inner.at)
    return Part(Bool, operators.junction([part.step for part in parts], decided_by=node.sign == "||"))


def _binary(node: Binary, scope: Scope) -> Part:
    left, right = build(node.left, scope), build(node.right, scope)
    steps = left.step, right.step
    match node.sign:
        case "==" | "!=":
            _check_equality(node, left, right)
            return Part(Bool, operators.equality(*steps, positive=node.sign == "=="))
        case "in":
            return _membership(node, left, right)
        case "<" | "<=" | ">" | ">=":
            _check_order(node, left, right)
            return Part(Bool, operators.order(node.sign, *steps))
    kind = Text if node.sign == "+" and left.type is Text else Number
    for part, inner in ((left, node.left), (right, node.right)):
        if part.type is Date:
            raise RuleError(
                _("日付は + や - で計算できません。"), inner.at, _("plus_days(日付, 日) などと書きます。")
            )
        need(part, kind, inner.at)
    return Part(kind, operators.arithmetic(node.sign, *steps))


def _check_equality(node: Binary, left: Part, right: Part) -> None:
    for part, other, inner in ((left, right, node.right), (right, left, node.left)):
        if isinstance(part.type, Choice):
            _check_option(part.type, inner)
        if isinstance(part.type, Record | ListOf | MapOf) and other.type is not Nothing:
            raise RuleError(_("%sどうしは == で比べられません。") % part.type.title, node.at)
    _check_meet(node, left, right)


def _check_option(kind: Choice, node: Node) -> None:
    if isinstance(node, Literal) and isinstance(node.value, str) and node.value not in kind.options:
        raise RuleError(
            _("「%s」は選択肢にありません。") % node.value, node.at, meant(node.value, kind.options)
        )


def _check_meet(node: Node, left: Part, right: Part) -> None:
    if common(left.type, right.type) is not None:
        return
    hint = ""
    if Bool in (left.type, right.type):
        hint = _("「はい」なら名前だけ、「いいえ」なら前に ! を付けて書きます。")
    elif Date in (left.type, right.type):
        hint = _("日付は date('2026-04-01') と書きます。")
    raise RuleError(_("%sと%sは比べられません。") % (left.type.title, right.type.title), node.at, hint)


def _check_order(node: Binary, left: Part, right: Part) -> None:
    for part, inner in ((left, node.left), (right, node.right)):
        if part.type not in (Number, Date, Text, Nothing):
            raise RuleError(_("%sに大小はありません。") % part.type.title, inner.at)
    _check_meet(node, left, right)


def _membership(node: Binary, left: Part, right: Part) -> Part:
    if isinstance(right.type, MapOf):
        _check_keys(right.type.keys, left, node.left)
        return Part(Bool, operators.is_key(left.step, right.step))
    if not isinstance(right.type, ListOf):
        raise RuleError(
            _("in の右には一覧を書きます。"), node.right.at, _("書き方: %s") % "event in ['birth', 'move_in']"
        )
    if isinstance(left.type, Record | ListOf | MapOf):
        raise RuleError(_("%sは in で探せません。") % left.type.title, node.left.at)
    if isinstance(left.type, Choice) and isinstance(node.right, ListLiteral):
        for item in node.right.items:
            _check_option(left.type, item)
    if isinstance(right.type.of, Choice):
        _check_option(right.type.of, node.left)
    _check_meet(node, left, Part(right.type.of, right.step))
    return Part(Bool, operators.membership(left.step, right.step))


def _conditional(node: Conditional, scope: Scope) -> Part:
    condition, then, otherwise = (build(part, scope) for part in (node.condition, node.then, node.otherwise))
    need(condition, Bool, node.condition.at)
    kind = common(then.type, otherwise.type)
    if kind is None or isinstance(kind, MapOf):
        raise RuleError(
            _("? の結果が%sと%sに分かれています。") % (then.type.title, otherwise.type.title),
            node.otherwise.at,
        )
    return Part(kind, operators.conditional(condition.step, then.step, otherwise.step))


def _one_type(parts: list[Part], nodes: Iterable[Node]) -> Type:
    kind = Nothing
    for part, node in zip(parts, nodes, strict=True):
        if isinstance(part.type, MapOf):
            raise RuleError(_("%sはここに書けません。") % part.type.title, node.at)
        both = common(kind, part.type)
        if both is None:
            raise RuleError(_("%sと%sが混ざっています。") % (kind.title, part.type.title), node.at)
        kind = both
    return kind


def _list(node: ListLiteral, scope: Scope) -> Part:
    parts = [build(item, scope) for item in node.items]
    steps = [part.step for part in parts]
    return Part(
        ListOf(_one_type(parts, node.items)), lambda work: Seen(Items([step(work) for step in steps]))
    )


def _map(node: MapLiteral, scope: Scope) -> Part:
    keys: list[Any] = []
    for key, _value in node.pairs:
        if not isinstance(key, Literal) or key.value is None or isinstance(key.value, bool):
            raise RuleError(_("対応表の左には、文字か数をそのまま書きます。"), key.at)
        if key.value in keys:
            raise RuleError(_("「%s」が二度書かれています。") % key.value, key.at)
        keys.append(key.value)
    values = [build(value, scope) for _key, value in node.pairs]
    kind = _one_type(values, [value for _key, value in node.pairs])
    steps = list(zip(keys, [value.step for value in values], strict=True))
    return Part(MapOf(frozenset(keys), kind), lambda work: Seen({key: step(work) for key, step in steps}))


def need(part: Part, kind: Type, at: At) -> None:
    """Refuse a part of another type than `kind`. A choice is text too; null goes everywhere."""
    if part.type is Nothing or part.type == kind or (kind is Text and isinstance(part.type, Choice)):
        return
    hint = _("日付は date('2026-04-01') と書きます。") if kind is Date and part.type is Text else ""
    raise RuleError(_("ここには%sが要りますが、%sです。") % (kind.title, part.type.title), at, hint)


_BUILDERS: dict[type[Node], Callable[[Any, Scope], Part]] = {
    Literal: _literal,
    Name: _name,
    Member: _member,
    Index: _index,
    Call: _call,
    Unary: _unary,
    Junction: _junction,
    Binary: _binary,
    Conditional: _conditional,
    ListLiteral: _list,
    MapLiteral: _map,
}

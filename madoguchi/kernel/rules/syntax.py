"""From the text of a rule to a small tree, by cel-python's parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from celpy.celparser import CELParseError, CELParser
from django.utils.translation import gettext as _
from lark import Token, Tree

from .errors import At, RuleError
from .types import fits

MAX_LENGTH = 2000
MAX_DEPTH = 32

_OPERATORS = {
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
    "relation_in": "in",
    "addition_add": "+",
    "addition_sub": "-",
    "multiplication_mul": "*",
    "multiplication_div": "/",
    "multiplication_mod": "%",
}
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.DOTALL)
# Names that CEL keeps for itself, so that a rule means the same elsewhere.
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"}
    | {"package", "namespace", "return", "var", "void", "while"}
)


@dataclass(frozen=True, slots=True)
class Node:
    at: At


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    base: Node
    field: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    base: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(args)`, or `base.name(args)`."""

    name: str
    args: tuple[Node, ...]
    base: Node | None = None


@dataclass(frozen=True, slots=True)
class Unary(Node):
    sign: str
    of: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`a && b && c` or `a || b || c`, flat."""

    sign: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary(Node):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapLiteral(Node):
    pairs: tuple[tuple[Node, Node], ...]


def parse(source: str) -> Node:
    """The tree of `source`. Raises RuleError with the place where it stops making sense."""
    if len(source) > MAX_LENGTH:
        raise RuleError(
            _("規則が長すぎます（%d文字まで）。") % MAX_LENGTH, hint=_("いくつかの規則に分けてください。")
        )
    if not source.strip():
        raise RuleError(_("規則が書かれていません。"))
    try:
        tree = CELParser().parse(source)
    except CELParseError as error:
        raise RuleError(
            _("式として読めません。"), _place_of(error, source), _likely_mistake(source)
        ) from None
    return _node(tree, 0)


def _place_of(error: CELParseError, source: str) -> At:
    if error.line is None or error.column is None or error.column < 1:
        return At(source.count("\n") + 1, len(source.rpartition("\n")[2]) + 1)
    return At(error.line, error.column)


def _likely_mistake(source: str) -> str:
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "''", source)
    if re.search(r"(?<![=!<>])=(?!=)", bare):
        return _("等しいかどうかは == で比べます。")
    if re.search(r"(?<!&)&(?!&)|(?<!\|)\|(?!\|)|\b(and|or|not)\b", bare):
        return _("「かつ」は &&、「または」は ||、「でない」は ! と書きます。")
    if re.search(r"[（）＝！＜＞＆｜’”“、。]", bare):
        return _("記号は半角で書きます。")
    if re.search(r"[^\x00-\x7f]", bare):
        return _("日本語の言葉は ' ' で囲みます。")
    if bare.count("(") != bare.count(")"):
        return _("( と ) の数が合っていません。")
    return ""


def _at(part: Tree[Any] | Token) -> At:
    if isinstance(part, Token):
        return At(part.line or 1, part.column or 1)
    if part.meta.empty:
        return At()
    return At(part.meta.line, part.meta.column)


def _node(tree: Tree[Any], depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise RuleError(
            _("規則の入れ子が深すぎます（%d段まで）。") % MAX_DEPTH,
            _at(tree),
            _("いくつかの規則に分けてください。"),
        )
    # The grammar has one level per operator; most levels only pass on.
    while len(tree.children) == 1 and isinstance(tree.children[0], Tree) and tree.data in _PASSES_ON:
        tree = tree.children[0]
    return _SHAPES[str(tree.data)](tree, depth + 1)


_PASSES_ON = frozenset(
    {"expr", "conditionalor", "conditionaland", "relation", "addition", "multiplication"}
    | {"unary", "member", "primary", "paren_expr"}
)


def _conditional(tree: Tree[Any], depth: int) -> Node:
    condition, then, otherwise = (_node(part, depth) for part in tree.children)
    return Conditional(_at(tree), condition, then, otherwise)


def _junction(tree: Tree[Any], depth: int) -> Node:
    sign = "||" if tree.data == "conditionalor" else "&&"
    parts: list[Tree[Any]] = []
    left = tree
    while left.data == tree.data and len(left.children) == 2:
        parts.append(left.children[1])
        left = left.children[0]
    parts.append(left)
    return Junction(_at(tree), sign, tuple(_node(part, depth) for part in reversed(parts)))


def _binary(tree: Tree[Any], depth: int) -> Node:
    operation, right = tree.children
    return Binary(
        _at(tree), _OPERATORS[str(operation.data)], _node(operation.children[0], depth), _node(right, depth)
    )


def _unary(tree: Tree[Any], depth: int) -> Node:
    sign, of = tree.children
    return Unary(_at(tree), "!" if sign.data == "unary_not" else "-", _node(of, depth))


def _identifier(token: Token) -> str:
    if token in RESERVED:
        raise RuleError(_("「%s」は名前に使えない言葉です。") % token, _at(token))
    return str(token)


def _args(parts: list[Tree[Any]], depth: int) -> tuple[Node, ...]:
    return tuple(_node(part, depth) for part in parts[0].children) if parts else ()


def _token(tree: Tree[Any]) -> Token:
    token = tree.children[0]
    if not isinstance(token, Token):
        raise RuleError(_("この書き方は使えません。"), _at(token))
    return token


def _name(tree: Tree[Any], depth: int) -> Node:
    return Name(_at(tree), _identifier(_token(tree)))


def _call(tree: Tree[Any], depth: int) -> Node:
    name, *exprs = tree.children
    return Call(_at(tree), str(name), _args(exprs, depth))


def _method(tree: Tree[Any], depth: int) -> Node:
    base, name, *exprs = tree.children
    return Call(_at(name), str(name), _args(exprs, depth), base=_node(base, depth))


def _member(tree: Tree[Any], depth: int) -> Node:
    base, name = tree.children
    return Member(_at(name), _node(base, depth), str(name))


def _index(tree: Tree[Any], depth: int) -> Node:
    base, key = tree.children
    return Index(_at(key), _node(base, depth), _node(key, depth))


def _list(tree: Tree[Any], depth: int) -> Node:
    return ListLiteral(_at(tree), _args(tree.children, depth))


def _map(tree: Tree[Any], depth: int) -> Node:
    parts = _args(tree.children, depth)
    return MapLiteral(_at(tree), tuple(zip(parts[::2], parts[1::2], strict=True)))


def _refused(tree: Tree[Any], depth: int) -> Node:
    raise RuleError(_("この書き方は使えません。"), _at(tree))


def _literal(tree: Tree[Any], depth: int) -> Node:
    token = _token(tree)
    at = _at(token)
    match token.type:
        case "BOOL_LIT":
            return Literal(at, token.value == "true")
        case "NULL_LIT":
            return Literal(at, None)
        case "INT_LIT":
            number = int(token, 16) if "x" in token else int(token)
            return Literal(at, _bounded(number, at))
        case "FLOAT_LIT":
            return Literal(at, _bounded(Decimal(str(token)), at))
        case "STRING_LIT" | "MLSTRING_LIT":
            return Literal(at, _string(token, at))
    raise RuleError(_("この種類の値は使えません。"), at)


def _bounded(number: int | Decimal, at: At) -> int | Decimal:
    if not fits(number):
        raise RuleError(_("数が大きすぎます。"), at)
    return number


def _string(token: Token, at: At) -> str:
    text = str(token)
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    quotes = 3 if len(text) >= 6 and text[:3] in {"'''", '"""'} else 1
    inner = text[quotes:-quotes]
    if raw:
        return inner

    def plain(found: re.Match[str]) -> str:
        escape = found[1]
        if escape[0] in "xuU" and len(escape) > 1:
            code = int(escape[1:], 16)
        elif escape.isdecimal() and len(escape) == 3:
            code = int(escape, 8)
        elif escape in _ESCAPES:
            return _ESCAPES[escape]
        elif escape in "\\'\"`?":
            return escape
        else:
            raise RuleError(_("「\\%s」という書き方はありません。") % escape, at)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise RuleError(_("そのような文字はありません。"), at)
        return chr(code)

    return _ESCAPE.sub(plain, inner)


_SHAPES = {
    "expr": _conditional,
    "conditionalor": _junction,
    "conditionaland": _junction,
    "relation": _binary,
    "addition": _binary,
    "multiplication": _binary,
    "unary": _unary,
    "member_dot": _member,
    "member_dot_arg": _method,
    "member_index": _index,
    "member_object": _refused,
    "dot_ident": _refused,
    "dot_ident_arg": _refused,
    "ident": _name,
    "ident_arg": _call,
    "list_lit": _list,
    "map_lit": _map,
    "literal": _literal,
}

"""Values alone, for the plain rules that are most of them: comparisons of single answers, joined by and, or, not.

`Rule.evaluate` also says why, and carries reasons through every step; a form of hundreds of questions checked whole
asks only whether. What is not plain (lists that grow, functions, fields of records) is left to the steps that explain.
A test holds both against each other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from .syntax import Binary, Call, Junction, Literal, Name, Node, Unary
from .types import Bool, Choice, Date, ListOf, Number, Text, Type
from .values import UNKNOWN, OpenList

Quick = Callable[[Mapping[str, Any]], Any]
_ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SINGLE: tuple[Type | None, ...] = (Text, Number, Bool, Date)
_COMPARED = frozenset({"==", "!=", *_ORDERS})


def quick(node: Node, names: Mapping[str, Type]) -> Quick | None:
    """The rule as one function of the facts; None when it is not plain."""
    match node:
        case Junction():
            return _junction(node, names)
        case Unary(sign="!"):
            of = quick(node.of, names)
            return _negation(of) if of else None
        case Binary() if node.sign in _COMPARED:
            return _comparison(node, names)
        case Binary(sign="in"):
            return _membership(node, names)
        case Name() if names.get(node.name) is Bool:
            return _fact(node.name, Bool)
    return None


def _junction(node: Junction, names: Mapping[str, Type]) -> Quick | None:
    parts = [quick(part, names) for part in node.parts]
    if not all(parts):
        return None
    decided_by = node.sign == "||"

    def says(facts: Mapping[str, Any]) -> Any:
        outcome: Any = not decided_by
        for part in parts:
            value = part(facts)  # type: ignore[misc]  # none of them is None: looked at above
            if value is UNKNOWN:
                outcome = UNKNOWN
            elif (value is True) is decided_by:
                return decided_by
        return outcome

    return says


def _negation(of: Quick) -> Quick:
    def says(facts: Mapping[str, Any]) -> Any:
        value = of(facts)
        return UNKNOWN if value is UNKNOWN else value is not True

    return says


def _comparison(node: Binary, names: Mapping[str, Type]) -> Quick | None:
    left, right = _value(node.left, names), _value(node.right, names)
    if left is None or right is None:
        return None
    if node.sign in _ORDERS:
        return _order(_ORDERS[node.sign], left, right)
    positive = node.sign == "=="

    def says(facts: Mapping[str, Any]) -> Any:
        one, other = left(facts), right(facts)
        if one is UNKNOWN or other is UNKNOWN:
            return UNKNOWN
        return (one == other) is positive

    return says


def _order(holds: Callable[[Any, Any], bool], left: Quick, right: Quick) -> Quick:
    def says(facts: Mapping[str, Any]) -> Any:
        one, other = left(facts), right(facts)
        if one is UNKNOWN or other is UNKNOWN:
            return UNKNOWN
        return one is not None and other is not None and holds(one, other)

    return says


def _membership(node: Binary, names: Mapping[str, Type]) -> Quick | None:
    """`'night' in needs`, where `needs` is a list of plain words."""
    if not isinstance(node.left, Literal) or not isinstance(node.right, Name):
        return None
    if not isinstance(node.left.value, str):
        return None
    kind, name, wanted = names.get(node.right.name), node.right.name, node.left.value
    if not isinstance(kind, ListOf) or not isinstance(kind.of, Choice):
        return None
    options = kind.of.options

    def says(facts: Mapping[str, Any]) -> Any:
        items = facts.get(name, UNKNOWN)
        if items is None:
            return False
        if not isinstance(items, list | tuple):
            return UNKNOWN
        is_settled = not isinstance(items, OpenList)
        for item in items:
            if item == wanted and item in options:
                return True
            if item is not None and not (isinstance(item, str) and item in options):
                is_settled = False
        return False if is_settled else UNKNOWN

    return says


def _value(node: Node, names: Mapping[str, Type]) -> Quick | None:
    """A single answer, or what it is compared with."""
    if isinstance(node, Literal):
        value = node.value
        return lambda facts: value
    if isinstance(node, Call) and node.base is None and node.name == "date":
        written = node.args[0]
        day = Date.read(written.value) if isinstance(written, Literal) else UNKNOWN
        return lambda facts: day
    kind = names.get(node.name) if isinstance(node, Name) else None
    if isinstance(node, Name) and (isinstance(kind, Choice) or kind in _SINGLE):
        return _fact(node.name, kind)
    return None


def _fact(name: str, kind: Type | None) -> Quick:
    read = (kind or Text).read

    def says(facts: Mapping[str, Any]) -> Any:
        raw = facts.get(name, UNKNOWN)
        return raw if raw is None or raw is UNKNOWN else read(raw)

    return says

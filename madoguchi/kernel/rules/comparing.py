"""Between which numbers a rule draws its lines: for whoever tries a rule out at both sides of each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

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
    parse,
)

_COMPARE = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})


def lines_of(source: str) -> dict[str, frozenset[int | Decimal] | None]:
    """Each name (`n`, `child.n`) with the numbers it is compared with; None where it is counted with otherwise.

    A rule that only compares a name says the same of all numbers between two neighbouring lines. With arithmetic,
    or beside another name, it need not, and nobody can try it out by a few values.
    """
    found: dict[str, frozenset[int | Decimal] | None] = {}
    for name, numbers in _uses(parse(source)):
        known = found.get(name, frozenset())
        found[name] = None if known is None or numbers is None else known | numbers
    return found


def _uses(node: Node) -> Iterator[tuple[str, frozenset[int | Decimal] | None]]:
    """Every place where a name stands by itself or in a comparison."""
    if isinstance(node, Binary) and node.sign in _COMPARE:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            name, numbers = _path(one), _numbers(other)
            if name and numbers is not None:
                yield name, numbers
                return
    if name := _path(node):
        yield name, None
        return
    for inner in _inside(node):
        yield from _uses(inner)


def _path(node: Node) -> str:
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Member) and (base := _path(node.base)):
        return f"{base}.{node.field}"
    return ""


def _numbers(node: Node) -> frozenset[int | Decimal] | None:
    """The plain numbers written there; None where anything else stands. `null` is a blank, beside every line."""
    if isinstance(node, Unary) and node.sign == "-":
        of = _numbers(node.of)
        return None if of is None else frozenset(-number for number in of)
    if isinstance(node, ListLiteral):
        parts = [_numbers(item) for item in node.items]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    if not isinstance(node, Literal) or isinstance(node.value, bool | str):
        return None
    return frozenset() if node.value is None else frozenset({node.value})


def _inside(node: Node) -> Iterator[Node]:
    match node:
        case Unary():
            yield node.of
        case Binary():
            yield from (node.left, node.right)
        case Junction():
            yield from node.parts
        case Conditional():
            yield from (node.condition, node.then, node.otherwise)
        case Call():
            yield from node.args
            if node.base is not None:
                yield node.base
        case Index():
            yield from (node.base, node.key)
        case Member():
            yield node.base
        case ListLiteral():
            yield from node.items
        case MapLiteral():
            for pair in node.pairs:
                yield from pair

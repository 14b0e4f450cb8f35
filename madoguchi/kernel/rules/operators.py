"""How operators and functions treat what is unknown (Kleene) and what is none.

None is a known answer left blank: it equals only null, no order holds for it, as a condition it counts as no,
and whatever is worked out from it is none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .parts import Step, Work, items_of, with_list
from .types import fits
from .values import UNKNOWN, Items, Paths, Seen, joined, not_known

_LONGEST_TEXT = 10_000
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def negation(of: Step) -> Step:
    def step(work: Work) -> Seen:
        seen = of(work)
        return seen if seen.value is UNKNOWN else Seen(seen.value is not True, seen.reasons)

    return step


def junction(parts: list[Step], *, decided_by: bool) -> Step:
    """`||` is decided by the first true part, `&&` by the first false one, whatever is unknown before it."""

    def step(work: Work) -> Seen:
        unknown: list[Seen] = []
        why: list[str] = []
        for part in parts:
            seen = part(work)
            if seen.value is UNKNOWN:
                unknown.append(seen)
            elif (seen.value is True) is decided_by:
                return Seen(decided_by, seen.reasons)
            else:
                why.extend(seen.reasons)
        return not_known(*unknown) if unknown else Seen(not decided_by, tuple(why))

    return step


def equality(left: Step, right: Step, *, positive: bool) -> Step:
    def step(work: Work) -> Seen:
        one, other = left(work), right(work)
        unknown = [seen for seen in (one, other) if seen.value is UNKNOWN]
        if unknown:
            return not_known(*unknown)
        return Seen((one.value == other.value) is positive, one.reasons + other.reasons)

    return step


def order(sign: str, left: Step, right: Step) -> Step:
    holds = _ORDERS[sign]
    compared = applied(holds, [left, right])

    def step(work: Work) -> Seen:
        seen = compared(work)
        return Seen(False, seen.why) if seen.value is None else seen

    return step


def applied(work_out: Callable[..., Any], args: list[Step]) -> Step:
    """A function of known values: unknown when one is unknown, none when one is none or it fails."""

    def step(work: Work) -> Seen:
        work.step()
        seen = [arg(work) for arg in args]
        unknown = [each for each in seen if each.value is UNKNOWN]
        if unknown:
            return not_known(*unknown)
        why = joined(each.reasons for each in seen)
        if any(each.value is None for each in seen):
            return Seen(None, why)
        try:
            return Seen(work_out(*(each.value for each in seen)), why)
        except (ValueError, OverflowError, ArithmeticError):
            return Seen(None, why)  # no such date, division by zero

    return step


def arithmetic(sign: str, left: Step, right: Step) -> Step:
    return applied(_ARITHMETIC[sign], [left, right])


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else None
    return value if fits(value) else None


def _divided(one: Any, other: Any) -> Any:
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _bounded(Decimal(one) / Decimal(other))
    # Whole numbers stay whole, towards zero, as in CEL.
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def _remainder(one: Any, other: Any) -> Any:
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return Decimal(one) % Decimal(other)
    return one - other * _divided(one, other)


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda one, other: _bounded(one + other),
    "-": lambda one, other: _bounded(one - other),
    "*": lambda one, other: _bounded(one * other),
    "/": _divided,
    "%": _remainder,
}


def conditional(condition: Step, then: Step, otherwise: Step) -> Step:
    """When the condition is unknown but both ways lead to the same, that is the answer."""

    def step(work: Work) -> Seen:
        chosen = condition(work)
        if chosen.value is not UNKNOWN:
            way = then(work) if chosen.value is True else otherwise(work)
            if way.value is UNKNOWN:
                return way
            return Seen(way.value, chosen.reasons + way.why, way.unknown, way.path)
        one, other = then(work), otherwise(work)
        is_same = not isinstance(one.value, Items | Mapping) and one.value == other.value
        if one.value is UNKNOWN or not is_same:
            return not_known(chosen)
        return Seen(one.value, one.reasons + other.reasons)

    return step


def has(of: Step) -> Step:
    """Whether something is there: false for an answer left blank."""

    def step(work: Work) -> Seen:
        seen = of(work)
        return seen if seen.value is UNKNOWN else Seen(seen.value is not None, seen.reasons)

    return step


def size(of: Step) -> Step:
    def step(work: Work) -> Seen:
        seen = of(work)
        if seen.value is UNKNOWN or seen.value is None:
            return seen if seen.value is UNKNOWN else Seen(0, seen.reasons)
        if isinstance(seen.value, Items):
            if seen.value.missing:
                return Seen(UNKNOWN, unknown=seen.value.missing)
            return Seen(len(seen.value.seen), seen.reasons)
        return Seen(len(seen.value), seen.reasons)

    return step


def membership(left: Step, right: Step) -> Step:
    def step(work: Work) -> Seen:
        one, many = left(work), right(work)
        if many.value is UNKNOWN:
            return not_known(many)
        items = items_of(many)
        unknown = list(items.missing)
        why: Paths = ()
        for item in items.seen:
            work.step()
            blurred = [seen for seen in (one, item) if seen.value is UNKNOWN]
            if blurred:
                unknown.extend(not_known(*blurred).unknown)
            elif one.value == item.value:
                return Seen(True, one.reasons + with_list(many, item.reasons))
            else:
                why += item.reasons
        if unknown:
            return Seen(UNKNOWN, unknown=tuple(unknown))
        return Seen(False, (*(one.reasons if one.value is not UNKNOWN else ()), *with_list(many, why)))

    return step


def is_key(left: Step, right: Step) -> Step:
    def step(work: Work) -> Seen:
        key = left(work)
        return key if key.value is UNKNOWN else Seen(key.value in right(work).value, key.reasons)

    return step


def look_up(table: Step, key: Step) -> Step:
    def step(work: Work) -> Seen:
        wanted = key(work)
        if wanted.value is UNKNOWN:
            return wanted
        found = table(work).value.get(wanted.value)
        if found is None:
            return Seen(None, wanted.reasons)
        if found.value is UNKNOWN:
            return not_known(found)
        return Seen(found.value, wanted.reasons + found.why, path=found.path)

    return step


def element(of: Step, at: Step) -> Step:
    """The element at a position; none outside the list."""

    def step(work: Work) -> Seen:
        many, wanted = of(work), at(work)
        unknown = [seen for seen in (many, wanted) if seen.value is UNKNOWN]
        if unknown:
            return not_known(*unknown)
        items, number = items_of(many), wanted.value
        is_inside = number is not None and number == int(number) and 0 <= number < len(items.seen)
        if items.missing and not (is_inside and items.in_place):
            return Seen(UNKNOWN, unknown=items.missing)
        if not is_inside:
            return Seen(None, many.reasons + wanted.reasons)
        found = items.seen[int(number)]
        if found.value is UNKNOWN:
            return found
        return Seen(found.value, many.why + wanted.reasons + found.why, path=found.path)

    return step

"""The expression language of packs: a subset of CEL that knows what it does not know.

`compile` checks a rule against the types of the names it may use and makes it a pure function;
`Rule.evaluate` says true, false or UNKNOWN (or another value), which answers decided it, and which it would
ask for next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .comparing import lines_of
from .compiler import build
from .compiler import need as _need
from .errors import At, RuleError, TooMuchWork
from .parts import MapOf, Scope, Step, Work
from .quick import Quick, quick
from .syntax import parse
from .types import Bool, Choice, Date, ListOf, Nothing, Number, Record, Text, Type
from .values import UNKNOWN, Items, OpenList, Outcome, Paths, Seen, once, whole

TODAY = "today"


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. It keeps nothing between evaluations, so that threads may share it."""

    source: str
    type: Type
    names_used: tuple[str, ...]  # top-level names, in the order of the text: for linting and dependency order
    paths_used: tuple[str, ...]  # with fields, without positions: children.birth
    _step: Step = field(repr=False, compare=False)
    _quick: Quick | None = field(default=None, repr=False, compare=False)

    def says(self, facts: Mapping[str, Any]) -> Any:
        """The value alone, for whoever checks much at once and needs no reasons. Raises TooMuchWork."""
        return self._quick(facts) if self._quick else _plain(self._step(Work(facts))).value

    def evaluate(self, facts: Mapping[str, Any]) -> Outcome:
        """What the rule says about `facts`.

        A name or field that is missing, UNKNOWN, or of another kind than declared is unknown: not answered
        or not shown. None is a known blank. `today` is a name like any other: the caller gives its value.
        Dates may be dates or YYYY-MM-DD. A list that may still grow is an OpenList. Raises TooMuchWork,
        never anything else.
        """
        seen = _plain(self._step(Work(facts)))
        if seen.value is UNKNOWN:
            asked = once(seen.unknown)
            return Outcome(UNKNOWN, unknown=once(map(whole, asked)), unknown_at=asked)
        reasons = once(path for path in seen.reasons if path != TODAY)
        return Outcome(seen.value, because=once(map(whole, reasons)), because_at=reasons)


def compile(source: str, *, names: Mapping[str, Type], gives: Type | None = None) -> Rule:
    """Check `source` against `names` and make it a Rule. With `gives`, its result must be of that type.

    Raises RuleError(line, column, message, hint) for what cannot be read, an unknown name (with the nearest
    one), an option a choice does not have, or values of types that do not go together.
    """
    node = parse(source)
    scope = Scope(names)
    part = build(node, scope)
    if isinstance(part.type, MapOf):
        raise RuleError(_("%sはここに書けません。") % part.type.title, node.at)
    if gives is not None:
        _need(part, gives, node.at)
    return Rule(source, part.type, tuple(scope.used), tuple(scope.paths), part.step, quick(node, names))


def _plain(seen: Seen) -> Seen:
    """The result without the marks of evaluation: a list is unknown as a whole if any of it is."""
    if not isinstance(seen.value, Items):
        return seen
    items = [_plain(item) for item in seen.value.seen]
    missing = [
        *(path for item in items if item.value is UNKNOWN for path in item.unknown),
        *seen.value.missing,
    ]
    if missing:
        return Seen(UNKNOWN, unknown=tuple(missing))
    return Seen([item.value for item in items], seen.why, path=seen.path)


__all__ = [
    "TODAY",
    "UNKNOWN",
    "At",
    "Bool",
    "Choice",
    "Date",
    "ListOf",
    "Nothing",
    "Number",
    "OpenList",
    "Outcome",
    "Paths",
    "Record",
    "Rule",
    "RuleError",
    "Text",
    "TooMuchWork",
    "Type",
    "compile",
    "lines_of",
]

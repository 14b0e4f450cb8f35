"""The rules of one area, read once and compiled: who may, what one booking takes, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from madoguchi.kernel.packs import queries as packs
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.rules import UNKNOWN, Bool, Choice, Date, Number, Rule, Type, compile

from .errors import AnswerUnclear, FactMissing
from .shape import AreaFile, Ask

KIND = "booking_area"  # of its definitions

# What every rule may ask for besides the answers of the area's own questions.
NAMES: Mapping[str, Type] = {
    "today": Date,  # the day of the booking, not of the asking
    "age": Number,  # whole years on that day, of the person it is for
    "age_months": Number,
    "is_group": Bool,
    "in_city": Bool,
    "people": Number,
    "mode": Choice(["venue", "online", "visit"]),
}
# What a fee may count with besides.
FEE_NAMES: Mapping[str, Type] = {"hours": Number, "periods_yen": Number, "resource_yen": Number}
SAID = {
    "age": "生年月日",
    "age_months": "生年月日",
    "in_city": "住所",
    "people": "人数",
}


@dataclass(frozen=True, slots=True)
class CountRule:
    count: str
    mode: str
    amount: Rule


@dataclass(frozen=True, slots=True)
class AreaRules:
    """One published version of an area's rules. Immutable, shared between threads."""

    said: AreaFile
    names: Mapping[str, Type]
    eligible: Rule | None
    takes: tuple[CountRule, ...]
    fee: Rule | None


def type_of(ask: Ask) -> Type | None:
    """What a rule sees of an answer; None for free words, which no rule reads."""
    if ask.type == "choice":
        return Choice([option.key for option in ask.options])
    return {"yes_no": Bool, "number": Number}.get(ask.type)


def compile_area(said: AreaFile) -> AreaRules:
    """The rules of `said`. Raises RuleError naming line and column of the expression that is wrong."""
    own = {ask.key: kind for ask in said.asks if (kind := type_of(ask)) is not None}
    names = {**NAMES, **own}
    return AreaRules(
        said=said,
        names=names,
        eligible=compile(said.who.eligible, names=names, gives=Bool) if said.who.eligible else None,
        takes=tuple(
            CountRule(rule.count, rule.mode, compile(rule.amount, names=names, gives=Number))
            for rule in said.takes
        ),
        fee=compile(said.fee, names={**names, **FEE_NAMES}, gives=Number) if said.fee else None,
    )


@lru_cache(maxsize=256)
def _rules_of(pk: Any) -> AreaRules:
    # A published definition never changes: its primary key is the key of this cache. (Its words may; pages ask for
    # them each time, in the reader's language.)
    return compile_area(AreaFile.model_validate(packs.whole(Definition.objects.get(pk=pk))))


def rules_of(definition_id: Any) -> AreaRules:
    """The rules a booking or an area stands on."""
    return _rules_of(definition_id)


@lru_cache(maxsize=1024)
def _compiled(source: str, pk: Any) -> Rule:
    return compile(source, names=_rules_of(pk).names, gives=Bool)


def resource_rule(source: str, definition_id: Any) -> Rule:
    """Who one resource is for (ResourceEntry.eligible), over the names of its area."""
    return _compiled(source, definition_id)


def asked(rule: Rule, facts: Mapping[str, Any], said: AreaFile) -> Any:
    """What the rule says. Raises FactMissing naming what it would have to know."""
    outcome = rule.evaluate(facts)
    if outcome.value is UNKNOWN:
        missing = outcome.unknown[0] if outcome.unknown else ""
        label = next((ask.label for ask in said.asks if ask.key == missing), SAID.get(missing, missing))
        raise FactMissing(what=label)
    return outcome.value


def whole(value: Any) -> int:
    """A count or yen: never below nothing, never a fraction."""
    return max(0, int(Decimal(value)))


def read_answers(said: AreaFile, posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the area's questions as the rules see them. Raises AnswerUnclear naming the first that does not fit."""
    read: dict[str, Any] = {}
    for ask in said.asks:
        raw = posted.get(ask.key)
        if raw is None or raw == "":
            if ask.required:
                raise FactMissing(what=ask.label)
            continue
        read[ask.key] = _read(ask, raw)
    return read


def _read(ask: Ask, raw: Any) -> Any:
    if ask.type == "yes_no":
        if raw in (True, "yes"):
            return True
        if raw in (False, "no"):
            return False
    elif ask.type == "number":
        text = str(raw).strip()
        if not isinstance(raw, bool) and text.isdecimal() and len(text) <= 9:
            return int(text)
    elif ask.type == "choice":
        if raw in {option.key for option in ask.options}:
            return raw
    elif isinstance(raw, str):
        return raw.replace("\0", " ")[:500]
    raise AnswerUnclear(what=ask.label)

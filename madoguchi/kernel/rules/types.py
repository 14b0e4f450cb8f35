"""What kind of thing a name in a rule is, so that mistakes show when the pack is checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .values import UNKNOWN

LARGEST = 10**18  # beyond any yen, and a bound for arithmetic


def fits(number: int | Decimal) -> bool:
    """Whether rules can count with it. Compared, not computed: 1e999999999 overflows in every other way."""
    if isinstance(number, Decimal) and number.is_nan():
        return False
    return -LARGEST <= number <= LARGEST


class Type:
    """A kind of value. `read` turns a fact into it, or into UNKNOWN when it does not fit."""

    @property
    def title(self) -> str:
        raise NotImplementedError

    def read(self, raw: Any) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Plain(Type):
    word: str

    @property
    def title(self) -> str:
        return self.word


class _Text(_Plain):
    def read(self, raw: Any) -> Any:
        return raw if isinstance(raw, str) else UNKNOWN


class _Number(_Plain):
    def read(self, raw: Any) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
            return UNKNOWN
        number = Decimal(str(raw)) if isinstance(raw, float) else raw
        return number if fits(number) else UNKNOWN


class _Bool(_Plain):
    def read(self, raw: Any) -> Any:
        return raw if isinstance(raw, bool) else UNKNOWN


class _Date(_Plain):
    def read(self, raw: Any) -> Any:
        """A date, or the YYYY-MM-DD that stands for it in a stored answer."""
        if isinstance(raw, dt.datetime):
            return UNKNOWN  # which day it is depends on a time zone: the caller says
        if isinstance(raw, dt.date):
            return raw
        if isinstance(raw, str) and len(raw) == 10:
            try:
                return dt.date.fromisoformat(raw)
            except ValueError:
                return UNKNOWN
        return UNKNOWN


class _Nothing(_Plain):
    """The type of `null` and of the elements of `[]`: it goes with every other."""

    def read(self, raw: Any) -> Any:
        return UNKNOWN


Text: Type = _Text("文字")
Number: Type = _Number("数")
Bool: Type = _Bool("はい・いいえ")
Date: Type = _Date("日付")
Nothing: Type = _Nothing("空欄")


@dataclass(frozen=True, slots=True)
class Choice(Type):
    """One of a few stable words."""

    options: frozenset[str]

    def __init__(self, options: Iterable[str]) -> None:
        object.__setattr__(self, "options", frozenset(options))

    @property
    def title(self) -> str:
        return "選択肢"

    def read(self, raw: Any) -> Any:
        return raw if isinstance(raw, str) and raw in self.options else UNKNOWN


@dataclass(frozen=True)
class Record(Type):
    """Named parts, each with its own type."""

    fields: Mapping[str, Type] = field(hash=False)

    @property
    def title(self) -> str:
        return "まとまり"

    def read(self, raw: Any) -> Any:
        return raw if isinstance(raw, Mapping) else UNKNOWN


@dataclass(frozen=True, slots=True)
class ListOf(Type):
    """Any number of things of one type. `ListOf({...})` is short for `ListOf(Record({...}))`."""

    of: Type

    def __init__(self, of: Type | Mapping[str, Type]) -> None:
        object.__setattr__(self, "of", of if isinstance(of, Type) else Record(of))

    @property
    def title(self) -> str:
        return "一覧"

    def read(self, raw: Any) -> Any:
        return raw if isinstance(raw, list | tuple) else UNKNOWN


def common(one: Type, other: Type) -> Type | None:
    """The type both can be seen as, or None when they never meet."""
    if one is Nothing or one == other:
        return other
    if other is Nothing:
        return one
    if isinstance(one, Choice) and isinstance(other, Choice):
        return Choice(one.options | other.options) if one.options & other.options else None
    words = (Choice, _Text)
    if isinstance(one, words) and isinstance(other, words):
        return Text
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        of = common(one.of, other.of)
        return None if of is None else ListOf(of)
    return None

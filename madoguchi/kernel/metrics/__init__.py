"""Named measures: what a running service can say about itself in figures. The plan reads them by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Measured", "Metric", "Part", "catalogue", "measure", "read"]


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a breakdown: `n` of `of`, by division, year or channel."""

    name: str
    n: float
    of: float | None = None
    group: str = ""

    @property
    def share(self) -> float | None:
        """Per cent, one decimal; None where there is nothing to divide by."""
        return round(100 * self.n / self.of, 1) if self.of else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure at a moment, never guessed.

    `value` is None when there is nothing to measure yet, or when the figure is so small that it would tell of single
    people; then it is `withheld`.
    """

    value: float | None
    at: dt.datetime
    n: float | None = None
    of: float | None = None
    parts: tuple[Part, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    key: str
    unit: str
    title: Any
    explain: Any
    compute: Callable[[dt.date | None], Measured]


_metrics: dict[str, Metric] = {}


def measure(
    key: str, *, unit: str, title: Any, explain: Any = ""
) -> Callable[[Callable[[dt.date | None], Measured]], Callable[[dt.date | None], Measured]]:
    """Registers a measure. `explain` says in words what is divided by what."""

    def register(compute: Callable[[dt.date | None], Measured]) -> Callable[[dt.date | None], Measured]:
        _metrics[key] = Metric(key, unit, title, explain, compute)
        return compute

    return register


def read(key: str, on: dt.date | None = None) -> Measured:
    """Compute the measure `key` now, or as it stood on a date. Raises KeyError for an unknown name."""
    return _metrics[key].compute(on)


def catalogue() -> list[Metric]:
    """All measures this installation offers, by name."""
    return [_metrics[key] for key in sorted(_metrics)]

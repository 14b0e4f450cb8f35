"""One category printed under one answer that several opinions share."""

from __future__ import annotations

from collections import Counter

from ..result import LegendEntry, Read
from .sharing import Shared

_LIKELY = 0.7
_OPEN = 0.5


def share_marks(
    marks: list[Read[str | None]], shared: list[Shared], counts: list[int], legend: list[LegendEntry]
) -> list[Read[str | None]]:
    """The one mark of a group goes to all of it where only then the legend's total is met; else it stays open."""
    groups = _groups(shared)
    wanted: dict[str, list[int]] = {}
    for group in groups:
        told = {marks[index].value for index in group} - {None}
        lacking = [index for index in group if marks[index].value is None]
        if len(told) == 1 and lacking:
            wanted.setdefault(str(told.pop()), []).extend(lacking)
    printed = {entry.glyph: entry.count for entry in legend if entry.glyph}
    found = list(marks)
    for mark, lacking in wanted.items():
        sums = [_totals(marks, weights)[mark] for weights in (counts, [1] * len(marks))]
        more = [sum(weights[index] for index in lacking) for weights in (counts, [1] * len(marks))]
        fits = any(total + added == printed.get(mark) for total, added in zip(sums, more, strict=True))
        for index in lacking:
            found[index] = _read(mark, fits=fits)
    return found


def _read(mark: str, *, fits: bool) -> Read[str | None]:
    if fits:
        why = f"共通の回答に付いた区分（{mark}）です。凡例の件数は、この意見も数えたときに合います。"
        return Read(mark, _LIKELY, why)
    return Read(None, _OPEN, f"共通の回答に付いた区分（{mark}）が、この意見のものでもあるか分かりません。")


def _groups(shared: list[Shared]) -> list[list[int]]:
    """Opinions of one answer, the one that prints it first."""
    by_source: dict[int, list[int]] = {}
    for index, one in enumerate(shared):
        if one.source is not None:
            by_source.setdefault(one.source, [one.source]).append(index)
    return list(by_source.values())


def _totals(marks: list[Read[str | None]], weights: list[int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for mark, weight in zip(marks, weights, strict=True):
        if mark.value is not None:
            found[mark.value] += weight
    return found

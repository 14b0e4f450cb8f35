"""What was found against what the document prints about itself."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from .layouts.raw import Laid
from .meaning.numbers import numbers_of
from .result import Check, Meta, ReadOpinion


def checks_of(opinions: list[ReadOpinion], meta: Meta, laid: Laid) -> list[Check]:
    return list(_checks(opinions, meta, laid))


def _checks(opinions: list[ReadOpinion], meta: Meta, laid: Laid) -> Iterator[Check]:
    yield from _numbers(opinions, laid)
    yield from _total(opinions, meta)
    yield from _parts(opinions, meta)
    yield from _legend(opinions, meta)
    yield from _people(meta)
    yield from _references(opinions)


def _numbers(opinions: list[ReadOpinion], laid: Laid) -> Iterator[Check]:
    numbers = [one.no.value for one in opinions]
    if not laid.has_numbers or not any(one.no_printed for one in opinions):
        yield Check("numbers", "番号が1から抜けや重なりなく並ぶ", None, len(numbers), None)
        return
    covered: set[int] = set()
    for one in opinions:
        covered.add(one.no.value)
    for one in opinions:
        covered.update(numbers_of(one.no_printed or "")[1:])
    gaps = [number for number in range(1, max(covered, default=0) + 1) if number not in covered]
    given = [one.no.value for one in opinions if one.no.confidence <= 0.5]
    rising = all(earlier < later for earlier, later in itertools.pairwise(numbers))
    yield Check(
        "numbers", "番号が1から抜けや重なりなく並ぶ", f"1–{max(covered, default=0)}",
        {"missing": gaps[:50], "given": given[:50]} if gaps or given or not rising else f"1–{max(covered, default=0)}",
        not gaps and not given and rising,
    )  # fmt: skip


def _total(opinions: list[ReadOpinion], meta: Meta) -> Iterator[Check]:
    printed = meta.opinions_printed.value
    rows = len(opinions)
    counted = sum(one.count.value for one in opinions)
    if printed is None:
        yield Check("opinions", "意見の件数", None, rows, None)
    else:
        found = counted if counted == printed else rows
        yield Check("opinions", "意見の件数", printed, found, printed in {rows, counted})


def _parts(opinions: list[ReadOpinion], meta: Meta) -> Iterator[Check]:
    counted = [part for part in meta.parts if part.count is not None]
    if not counted:
        return
    found: Counter[str | None] = Counter()
    weighed: Counter[str | None] = Counter()
    for one in opinions:
        found[one.section.value] += 1
        weighed[one.section.value] += one.count.value
    for part in counted:
        said = weighed[part.name] if weighed[part.name] == part.count else found[part.name]
        yield Check("part", part.name, part.count, said, said == part.count)
    if meta.opinions_printed.value is not None:
        total = sum(part.count or 0 for part in counted)
        yield Check(
            "parts_sum",
            "内訳の合計",
            meta.opinions_printed.value,
            total,
            total in {meta.opinions_printed.value, len(opinions)},
        )


def _legend(opinions: list[ReadOpinion], meta: Meta) -> Iterator[Check]:
    counted = [entry for entry in meta.legend if entry.count is not None]
    found = Counter(one.category.value for one in opinions)
    weighed: Counter[str | None] = Counter()
    for one in opinions:
        weighed[one.category.value] += one.count.value
    for entry in counted:
        what = f"対応区分 {entry.glyph or '（記号なし）'} {entry.label}"
        if entry.glyph is None or (found[None] and found[entry.glyph] != entry.count):
            yield Check("category", what, entry.count, found[entry.glyph] if entry.glyph else None, None)
            continue
        said = weighed[entry.glyph] if weighed[entry.glyph] == entry.count else found[entry.glyph]
        yield Check("category", what, entry.count, said, said == entry.count)
    if counted and len(counted) == len(meta.legend) and meta.opinions_printed.value is not None:
        total = sum(entry.count or 0 for entry in counted)
        yield Check(
            "legend_sum",
            "対応区分の合計",
            meta.opinions_printed.value,
            total,
            total in {meta.opinions_printed.value, len(opinions)},
        )


def _people(meta: Meta) -> Iterator[Check]:
    if meta.by_channel:
        total = sum(meta.by_channel.values())
        known = [read.value for read in (meta.opinions_printed, meta.persons) if read.value is not None]
        both = (meta.persons.value or 0) + (meta.organisations.value or 0)
        yield Check(
            "channels",
            "提出方法ごとの合計",
            known or None,
            total,
            (total in {*known, both}) if known else None,
        )
    if meta.briefed_groups_printed is not None:
        found = len(meta.briefed_groups)
        yield Check(
            "groups",
            "説明した団体の数",
            meta.briefed_groups_printed,
            found,
            found == meta.briefed_groups_printed,
        )


def _references(opinions: list[ReadOpinion]) -> Iterator[Check]:
    lost = [one.no.value for one in opinions if not one.cross_refs.is_sure]
    if lost or any(one.cross_refs.value for one in opinions):
        yield Check("references", "ほかの意見への参照先がある", None, lost or "すべてあり", not lost)

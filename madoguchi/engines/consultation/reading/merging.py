"""Two files of one document: recognised, put together, and told apart where they differ. Neither is corrected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from .result import LegendEntry, Problem, Read, Reading, ReadOpinion

_ALIKE = 0.9  # of titles, and of the texts of a sample of opinions
_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the words differ. `kept` stands in the merged reading, `other` in the other file."""

    no: int
    field: str
    at: int
    kept: str
    other: str
    near: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Categories that cannot both be right. None: the other file prints this mark elsewhere, but not here."""

    no: int
    kept: str | None
    other: str | None
    kept_printed: str | None
    other_printed: str | None


@dataclass(slots=True)
class MergeReport:
    kept: str
    other: str
    likeness: float
    differences: list[Difference] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    missing_marks: dict[str, list[int]] = field(default_factory=dict)
    only_in: dict[str, list[int]] = field(default_factory=dict)
    filled: dict[str, list[int]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        return len({(one.no, one.field) for one in self.differences})


@dataclass(slots=True)
class Document:
    """One document, from one file or put together from several."""

    reading: Reading
    reports: list[MergeReport] = field(default_factory=list)


def merge_all(readings: Sequence[Reading]) -> list[Document]:
    """Files that are the same document become one; the others stay as they are."""
    documents: list[Document] = []
    for reading in readings:
        twin = next((one for one in documents if is_same_document(one.reading, reading)), None)
        if twin is None:
            documents.append(Document(reading))
            continue
        twin.reading, report = merge(twin.reading, reading)
        twin.reports.append(report)
    return documents


def is_same_document(one: Reading, other: Reading) -> bool:
    return likeness(one, other) >= _ALIKE


def likeness(one: Reading, other: Reading) -> float:
    """0..1 by title, period and the words of opinions with the same number."""
    if not one.opinions or not other.opinions:
        return 0.0
    if one.sha256 == other.sha256:
        return 1.0
    periods = one.meta.period.value, other.meta.period.value
    if periods[0] and periods[1] and (periods[0].start, periods[0].end) != (periods[1].start, periods[1].end):
        return 0.0
    titles = [plain(reading.meta.title.value or "") for reading in (one, other)]
    title = SequenceMatcher(None, titles[0], titles[1], autojunk=False).ratio() if all(titles) else 0.5
    mine = {opinion.no.value: opinion for opinion in one.opinions}
    shared = [(mine[opinion.no.value], opinion) for opinion in other.opinions if opinion.no.value in mine]
    if len(shared) < 0.8 * max(len(one.opinions), len(other.opinions)) or (title < 0.6 and all(titles)):
        return 0.0
    sample = shared[:: max(1, len(shared) // _SAMPLE)][:_SAMPLE]
    alike = [_alike(first.opinion.value, second.opinion.value) for first, second in sample]
    return sum(alike) / len(alike)


def _alike(one: str, other: str) -> float:
    first, second = plain(one), plain(other)
    return (
        1.0 if first == second else SequenceMatcher(None, first[:400], second[:400], autojunk=False).ratio()
    )


def merge(one: Reading, other: Reading) -> tuple[Reading, MergeReport]:
    """The reading with more marks is kept; what it lacks is filled from the other, and every difference told."""
    base, second = (one, other) if _worth(one) >= _worth(other) else (other, one)
    report = MergeReport(base.name, second.name, likeness(base, second))
    theirs = {opinion.no.value: opinion for opinion in second.opinions}
    prints = _printed_marks(base), _printed_marks(second)
    opinions = [
        _merged(opinion, theirs[opinion.no.value], prints, report, (base.name, second.name))
        if opinion.no.value in theirs
        else opinion
        for opinion in base.opinions
    ]
    numbers = {opinion.no.value for opinion in base.opinions}
    extra = [opinion for opinion in second.opinions if opinion.no.value not in numbers]
    report.only_in = {
        base.name: sorted(numbers - theirs.keys()),
        second.name: sorted(opinion.no.value for opinion in extra),
    }
    meta = replace(base.meta, legend=_legend(base, second))
    merged = replace(
        base, name=f"{base.name} + {second.name}", meta=meta, opinions=sorted([*opinions, *extra], key=lambda one: one.no.value),
        problems=[*base.problems, *_problems(report, extra)], unread=[*base.unread, *second.unread],
    )  # fmt: skip
    return merged, report


def _worth(reading: Reading) -> tuple[int, int, int]:
    """More marks, more numbers of items, more words."""
    return (
        sum(opinion.category.value is not None for opinion in reading.opinions),
        sum(opinion.item_final_no.value is not None for opinion in reading.opinions),
        sum(len(opinion.opinion.value) + len(opinion.answer.value) for opinion in reading.opinions),
    )


def _printed_marks(reading: Reading) -> frozenset[str]:
    return frozenset(opinion.category.value for opinion in reading.opinions if opinion.category.value)


def _merged(
    kept: ReadOpinion,
    other: ReadOpinion,
    prints: tuple[frozenset[str], frozenset[str]],
    report: MergeReport,
    names: tuple[str, str],
) -> ReadOpinion:
    found = [*differences(kept, other, "opinion")]
    if (
        kept.answer_shared_from.value is None
        or kept.answer_shared_from.value != other.answer_shared_from.value
    ):
        found += differences(kept, other, "answer")
    report.differences += found
    changed: dict[str, Any] = {
        name: _doubted(getattr(kept, name), found, name) for name in ("opinion", "answer")
    }
    changed["category"] = _category(kept, other, prints, report, names)
    for name in ("item", "item_title", "item_final_no", "item_draft_no", "section"):
        mine, theirs = getattr(kept, name), getattr(other, name)
        if mine.value is None and theirs.value is not None:
            report.filled.setdefault(name, []).append(kept.no.value)
            changed[name] = Read(theirs.value, min(theirs.confidence, 0.9), f"{names[1]}から補いました。")
    if (
        kept.answer_shared_from.value is not None
        and kept.answer_shared_from.value == other.answer_shared_from.value
    ):
        changed["answer_shared_from"] = Read(
            kept.answer_shared_from.value, max(kept.answer_shared_from.confidence, 0.97)
        )
        if not found:
            changed["answer"] = Read(kept.answer.value, max(kept.answer.confidence, 0.97))
    return replace(kept, **changed)


def _doubted(read: Read[str], found: Sequence[Difference], name: str) -> Read[str]:
    mine = [one for one in found if one.field == name]
    if not mine:
        return read
    said = "、".join(f"「{one.kept}」／「{one.other}」" for one in mine[:5])
    return Read(read.value, min(read.confidence, 0.8), f"もう1つのファイルと文字が違います：{said}")


def _category(
    kept: ReadOpinion,
    other: ReadOpinion,
    prints: tuple[frozenset[str], frozenset[str]],
    report: MergeReport,
    names: tuple[str, str],
) -> Read[str | None]:
    mine, theirs = kept.category.value, other.category.value
    if mine == theirs:
        return kept.category
    for value, missing_in, survives in ((theirs, 0, prints[0]), (mine, 1, prints[1])):
        if (mine, theirs)[missing_in] is None and value is not None and value not in survives:
            report.missing_marks.setdefault(names[missing_in], []).append(kept.no.value)
            return kept.category if missing_in else Read(theirs, 0.9, f"{names[1]}から補いました。")
    report.conflicts.append(
        Conflict(kept.no.value, mine, theirs, kept.category_printed, other.category_printed)
    )
    why = f"もう1つのファイルでは「{other.category_printed or '（空欄）'}」です。"
    return Read(mine if mine is not None else theirs, 0.6, why)


def differences(kept: ReadOpinion, other: ReadOpinion, name: str) -> Iterator[Difference]:
    """Places where two texts differ, widths and spaces aside."""
    first, second = plain(getattr(kept, name).value), plain(getattr(other, name).value)
    if first == second:
        return
    head = _common(first, second)
    tail = _common(first[head:][::-1], second[head:][::-1])
    one, two = first[head : len(first) - tail], second[head : len(second) - tail]
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag != "equal":
            start = head + a
            yield Difference(
                kept.no.value, name, start, one[a:b], two[c:d], first[max(0, start - 8) : head + b + 8]
            )


def _common(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((place for place in range(length) if one[place] != other[place]), length)


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _legend(base: Reading, second: Reading) -> list[LegendEntry]:
    """Marks that one file lost, by the words beside them."""
    if not base.meta.legend:
        return second.meta.legend
    known = {plain(entry.label): entry for entry in second.meta.legend}
    return [
        entry
        if entry.glyph
        else replace(entry, glyph=known[plain(entry.label)].glyph)
        if plain(entry.label) in known
        else entry
        for entry in base.meta.legend
    ]


def _problems(report: MergeReport, extra: Sequence[ReadOpinion]) -> Iterator[Problem]:
    for conflict in report.conflicts:
        yield Problem(
            "category_conflict",
            f"No.{conflict.no} の対応区分が違います：{conflict.kept_printed or '（空欄）'}（{report.kept}）、"
            f"{conflict.other_printed or '（空欄）'}（{report.other}）",
        )
    for opinion in extra:
        yield Problem(
            "only_in_other", f"No.{opinion.no.value} は {report.other} にだけあります。", opinion.line
        )

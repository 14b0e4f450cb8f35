"""From printed rows to opinions: numbers, categories, shared answers, parts, items, references, each with its doubt."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from ..layouts.raw import Laid, Raw
from ..result import Meta, Problem, Read, ReadOpinion
from .categories import Categories, split_marks
from .headings import plan_item
from .items import Titles, items_of, split_items
from .numbers import levels_of, numbers_of
from .sections import keys_of, section_of
from .shared_marks import share_marks
from .sharing import references, shared_answers, similar_count

T = TypeVar("T")


def opinions_of(laid: Laid, meta: Meta, titles: Titles | None, problems: list[Problem]) -> list[ReadOpinion]:
    raws = laid.raws
    split_items(raws, has_column=laid.has_items)
    numbers = numbered(laid, problems)
    by_number = {read.value: index for index, read in reversed(list(enumerate(numbers)))}
    by_label = {label: index for index, raw in enumerate(raws) if (label := levels_of(raw.no))}
    split_marks(laid)
    shared = shared_answers(raws, by_number, by_label)
    categories = Categories(meta.legend, raws)
    items = items_of(raws, titles)
    sections = _sections(raws, meta)
    counts = [similar_count(raw.opinion, raw.count) for raw in raws]
    marks = share_marks(_marks(raws, categories), shared, [count.value for count in counts], meta.legend)
    found: list[ReadOpinion] = []
    for index, raw in enumerate(raws):
        share = shared[index]
        source = raws[share.source] if share.source is not None else raw
        found.append(
            ReadOpinion(
                no=numbers[index],
                no_printed=raw.no,
                line=raw.line,
                opinion=_told(raw, "opinion", raw.opinion),
                answer=_told(raw, "answer", source.answer or "", share.confidence, share.reason),
                answer_shared_from=_told(
                    raw,
                    "answer_shared_from",
                    numbers[share.source].value if share.source is not None else None,
                    share.confidence,
                    share.reason,
                ),
                category=_weaker(marks[index], raw, "category"),
                category_printed=raw.category or None,
                section_path=_told(raw, "section_path", raw.path),
                section=sections[index],
                item=_weaker(items[index].text, raw, "item"),
                item_title=items[index].title,
                item_final_no=items[index].final_no,
                item_draft_no=items[index].draft_no,
                plan_item=Read(plan_item(raw.item) if raw.item else None),
                place=raw.place,
                count=counts[index],
                cross_refs=references(raw.answer or "", numbers[index].value, by_number),
                other=raw.other,
            )
        )
    return found


def _marks(raws: list[Raw], categories: Categories) -> list[Read[str | None]]:
    found: list[Read[str | None]] = []
    for raw in raws:
        found.append(categories.read(raw.category, found[-1].value if found else None))
    return found


def numbered(laid: Laid, problems: list[Problem]) -> list[Read[int]]:
    """A number of its own for every opinion: the printed one where it is one, else its place in the document."""
    printed = [numbers_of(raw.no) if raw.no else [] for raw in laid.raws]
    firsts = [numbers[0] for numbers in printed if numbers]
    doubles = [number for number, times in Counter(firsts).items() if times > 1]
    if not firsts:
        why = (
            "番号がないため、並び順に付けました。"
            if not any(raw.no for raw in laid.raws)
            else "番号が数字ではないため、並び順に付けました。"
        )
        return [Read(place, 0.95, why) for place in range(1, len(printed) + 1)]
    if len(doubles) > 0.2 * len(firsts) and firsts.count(1) > 1:
        problems.append(
            Problem("numbers_restart", "番号が部分ごとに1から始まるため、通し番号を付け直しました。")
        )
        return [
            Read(place, 0.9, "番号が部分ごとに1から始まるため、通し番号にしました。")
            for place in range(1, len(printed) + 1)
        ]
    return _kept(laid.raws, printed, problems)


def _kept(raws: list[Raw], printed: list[list[int]], problems: list[Problem]) -> list[Read[int]]:
    taken: set[int] = set()
    found: list[Read[int]] = []
    reserved = {numbers[0] for numbers in printed if numbers}
    spare = max(reserved) + 1
    last = 0
    for raw, numbers in zip(raws, printed, strict=True):
        if numbers and numbers[0] not in taken:
            number, read = numbers[0], Read(numbers[0], *raw.doubts.get("no", (1.0, "")))
        else:
            number = last + 1 if last + 1 not in reserved | taken else spare
            spare += number == spare
            why = f"番号 {numbers[0]} が二度あります。" if numbers else "番号がありません。"
            read = Read(number, 0.5, f"{why}{number} を付けました。")
            problems.append(Problem("number_given", read.reason, raw.line))
        taken.add(number)
        last = number
        found.append(read)
    return found


def _sections(raws: list[Raw], meta: Meta) -> list[Read[str | None]]:
    if any(part.count is not None for part in meta.parts):
        known: dict[tuple[tuple[str, ...], str | None], Read[str | None]] = {}
        for raw in raws:
            key = (raw.path, raw.item)
            if key not in known:
                known[key] = section_of(raw.path, raw.item, meta.parts)
        return [known[raw.path, raw.item] for raw in raws]
    return [Read(key) for key in keys_of([raw.path for raw in raws])]


def _told(raw: Raw, name: str, value: T, confidence: float = 1.0, reason: str = "") -> Read[T]:
    return Read(value, *min(raw.doubts.get(name, (1.0, "")), (confidence, reason)))


def _weaker(read: Read[T], raw: Raw, name: str) -> Read[T]:
    doubt = raw.doubts.get(name)
    return Read(read.value, *doubt) if doubt and doubt[0] < read.confidence else read

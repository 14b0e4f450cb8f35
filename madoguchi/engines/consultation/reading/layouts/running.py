"""The last resort: numbered lines whose columns ran together. The border of opinion and answer is told by style."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ..flow import Bit, ends_sentence, joined_lines
from ..meaning.glyphs import canonical, is_category_like, is_letter, is_mark
from ..meaning.headings import Path, looks_like_heading
from ..words import heading_role
from .furniture import is_page_number
from .labels import number_of
from .raw import Laid, Raw

_POLITE = re.compile(r"(?:ます|です|ました|ません|ください|でした)[。．]?$")
_SENTENCE = re.compile(r"[^。？?！!]*[。？?！!]?[」）)]?\s*")
_SURE = 0.5
_FEWEST = 2
_WHY = "欄の境が失われているため、意見と考え方の境を文の調子から判断しました。"


@dataclass(slots=True)
class Record:
    number: int
    bit: Bit
    lines: list[Bit]
    first: str


def cut(bits: list[Bit], furniture: set[int]) -> tuple[list[Record], set[int], bool] | None:
    """Records that begin with 1, 2, 3 … where a heading line names opinion and answer. None: no such document."""
    heads = {bit.index for bit in bits if bit.cells is None and _is_heading(bit.text)}
    if not heads:
        return None
    records: list[Record] = []
    for bit in bits[min(heads) :]:
        if not bit.text or bit.index in furniture or bit.index in heads or is_page_number(bit.text):
            continue
        numbered = number_of(bit.text)
        if numbered is not None and numbered.number == len(records) + 1 and numbered.rest:
            records.append(Record(numbered.number, bit, [bit], numbered.rest))
        elif records:
            records[-1].lines.append(bit)
    roles = [heading_role(token)[0] for token in bits[min(heads)].text.split()]
    has_items = "item" in roles and roles.index("item") < roles.index("opinion")
    return (records, heads, has_items) if len(records) >= _FEWEST else None


def lay(records: list[Record], heads: set[int], top: frozenset[str], *, has_items: bool) -> Laid:
    path = Path(top=top)
    marks = Counter(_tail(record) for record in records)
    has_marks = sum(times for mark, times in marks.items() if mark) >= 0.6 * len(records)
    raws: list[Raw] = []
    taken: set[int] = set()
    for record in records:
        taken.update(bit.index for bit in record.lines)
        following = _headings_at_end(record)
        raws.append(_raw(record, path, has_marks=has_marks, has_items=has_items))
        for bit in following:
            path.heading(bit.text)
    answered = sum(bool(raw.answer) for raw in raws)
    score = 0.45 if answered >= 0.5 * len(raws) else 0.0
    return Laid(
        "running lines", score, f"番号で始まる{len(raws)}行（欄の境は失われている）", raws, taken, heads,
        has_numbers=True, has_categories=has_marks, has_items=has_items,
    )  # fmt: skip


def _is_heading(text: str) -> bool:
    roles = [heading_role(token) for token in text.split()]
    named = {role for role, worth in roles if worth >= 0.5}
    return len(roles) > 1 and {"opinion", "answer"} <= named and all(worth >= 0.5 for _role, worth in roles)


def _headings_at_end(record: Record) -> list[Bit]:
    found: list[Bit] = []
    while (
        len(record.lines) > 1
        and looks_like_heading(record.lines[-1].text)
        and not _is_sign(record.lines[-1].text)
    ):
        if not ends_sentence(record.lines[-2].text) and not is_category_like(
            record.lines[-2].text.split()[-1]
        ):
            break
        found.insert(0, record.lines.pop())
    return found


def _is_sign(text: str) -> bool:
    return is_mark(text) or is_letter(text)


def _tail(record: Record) -> str:
    last = record.lines[-1].text.split()
    return last[-1] if last and is_category_like(last[-1]) else ""


def _raw(record: Record, path: Path, *, has_marks: bool, has_items: bool) -> Raw:
    raw = Raw(line=record.bit.number, no=str(record.number), path=path.opinion())
    first = record.first
    if has_items:
        raw.item, first = _item(first)
        raw.doubt("item", _SURE, _WHY)
    text = "\n".join([first, *(bit.text for bit in record.lines[1:])])
    mark = _tail(record) if has_marks else ""
    if mark:
        raw.category = mark
        text = text[: text.rindex(mark)]
    raw.opinion, raw.answer = border(text.strip())
    raw.doubt("opinion", _SURE, _WHY)
    raw.doubt("answer", _SURE if raw.answer else 0.2, _WHY)
    return raw


def _item(text: str) -> tuple[str | None, str]:
    """Words before the first one that ends a sentence are the item's column."""
    pieces = text.split(" ")
    end = next((place for place, piece in enumerate(pieces) if ends_sentence(piece)), 0)
    item = " ".join(pieces[:end])
    return (None if canonical(item) == "－" else item or None), " ".join(pieces[end:])


def border(text: str) -> tuple[str, str]:
    """The best place between two sentences: plain before, polite behind, and a space or a new line between."""
    sentences = [found for found in _SENTENCE.findall(text) if found.strip()]
    best: tuple[float, int] = (-1.0, len(sentences))
    for place in range(1, len(sentences)):
        before, after = sentences[:place], sentences[place:]
        plain = sum(not _POLITE.search(one.strip()) for one in before) / len(before)
        polite = sum(bool(_POLITE.search(one.strip())) for one in after) / len(after)
        worth = plain + polite + 0.6 * (before[-1] != before[-1].rstrip())
        if worth > best[0]:
            best = (worth, place)
    return _joined(sentences[: best[1]]), _joined(sentences[best[1] :])


def _joined(sentences: list[str]) -> str:
    return joined_lines("".join(sentences).split("\n"))

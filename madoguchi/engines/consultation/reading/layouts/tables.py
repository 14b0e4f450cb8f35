"""Documents whose opinions stand in a table with columns, over one page or many, headings repeated or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..flow import Bit, ends_sentence
from ..meaning.glyphs import is_legend_row
from ..meaning.headings import Path, kind_of, looks_like_heading
from ..words import heading_role, is_heading_row, squeezed
from .columns import SAMPLE, Columns, columns_of, looks
from .furniture import is_page_number
from .raw import Laid
from .rows import Rows

_TOTAL = re.compile(r"^(?:合計|総計|計|小計)$")
_PHRASE = 6  # characters: shorter sentences are marks (反対。), not opinions


@dataclass(slots=True)
class Stretch:
    """Rows under one heading row, over all tables and pages that go on with them."""

    columns: Columns
    bits: list[Bit]


def lay(bits: list[Bit], top: frozenset[str], running: AbstractSet[int] = frozenset()) -> Laid:
    """Opinions from tables. The score says how sure it is that this is such a document."""
    stretches, furniture = stretches_of(bits)
    if not stretches:
        return Laid("table", 0.0, "意見と考え方の欄のある表がありません。")
    taken = {bit.index for stretch in stretches for bit in stretch.bits}
    first, last = min(taken), max(taken)
    path = Path(top=top)
    between = _headings_between(bits, taken | furniture | running, first, last)
    rows = Rows(path)
    starts = {stretch.bits[0].index: stretch for stretch in stretches}
    members = {bit.index: stretch for stretch in stretches for bit in stretch.bits}
    for bit in bits[min([first, *between]) : last + 1]:
        if bit.index in starts:
            rows.begin(starts[bit.index].columns, list(starts[bit.index].bits))
        if bit.index in members:
            rows.row(bit)
        elif bit.index in between:
            path.heading(bit.text)
        elif bit.index in furniture:
            rows.page_turned = True
    return _laid(rows, stretches, taken | between, furniture)


def _laid(rows: Rows, stretches: list[Stretch], taken: set[int], furniture: set[int]) -> Laid:
    columns = stretches[0].columns
    named = sum(heading_role(heading)[1] >= 0.5 for heading in columns.headings)
    by_words = named >= 2
    score = (0.95 if by_words else 0.55) if len(rows.raws) else 0.0
    many = len(columns.roles)
    said = "｜".join(heading or "（見出しなし）" for heading in columns.headings)
    reason = f"{many}列の表（{said}）" if by_words else f"見出しのない{many}列の表（中身から欄を判断）"
    return Laid(
        f"table, {many} columns", score, reason, rows.raws, taken, furniture | rows.furniture, rows.problems,
        has_numbers="no" in columns.roles, has_categories=any("category" in one.columns.roles for one in stretches),
        has_items="item" in columns.roles,
    )  # fmt: skip


def stretches_of(bits: list[Bit]) -> tuple[list[Stretch], set[int]]:
    """Every run of opinion rows with its columns, and the rows that are only headings."""
    stretches: list[Stretch] = []
    furniture: set[int] = set()
    pending: list[tuple[list[str], list[Bit], list[int]]] = []
    current: tuple[list[str], list[Bit], list[int]] | None = None
    rows = [bit for bit in bits if bit.cells is not None]
    for position, bit in enumerate(rows):
        cells = [cell or "" for cell in bit.cells or ()]
        if is_legend_row(cells):
            continue
        heads = _heading(rows, position)
        if heads is not None:
            if current is None or not _same(current[0], heads):
                current = (heads, [], [])
                pending.append(current)
            current[2].append(bit.index)
            if heads != cells:  # the words of two rows
                current[2].append(rows[position + 1].index)
            continue
        if current is None or bit.index in current[2]:
            continue
        if (
            len(cells) != len(current[0])
            and not (len(bit.filled) == 1 and len(cells) > 2)
            and not _fits(cells, current[0])
        ):
            current = None
            continue
        current[1].append(bit)
    for heads, data, headed in pending:
        columns = columns_of(heads, [bit.cells or () for bit in data if len(bit.filled) > 1])
        if data and columns.is_opinions and not _is_breakdown(data):
            stretches.append(Stretch(columns, data))
            furniture.update(headed)
    if not stretches:
        stretches = list(_without_heading(rows))
    return stretches, furniture


def _heading(rows: list[Bit], position: int) -> list[str] | None:
    """The headings of the columns when this row (or this and the next together) names them."""
    bit = rows[position]
    cells = [cell or "" for cell in bit.cells or ()]
    if not is_heading_row(cells):
        return None
    following = rows[position + 1] if position + 1 < len(rows) else None
    if following is None or following.table != bit.table or len(following.cells or ()) != len(cells):
        return cells
    below = [cell or "" for cell in following.cells or ()]
    filled = [cell for cell in below if cell]
    is_head = len(filled) > 1 and all(heading_role(cell)[1] >= 0.75 and len(cell) <= 12 for cell in filled)
    if not is_head or below == cells or "" not in cells + below:
        return cells
    return [under or above for above, under in zip(cells, below, strict=True)]


def _same(heads: list[str], others: list[str]) -> bool:
    """The heading row again, perhaps damaged: most cells are the same, or name the same role."""
    if len(heads) != len(others):
        return False
    same = sum(
        squeezed(one) == squeezed(other) or heading_role(one)[0] == heading_role(other)[0] != "other"
        for one, other in zip(heads, others, strict=True)
    )
    return same >= len(heads) - (len(heads) > 3)


def _fits(cells: list[str], heads: list[str]) -> bool:
    """A row of another width still belongs when only trailing empty cells were lost or added."""
    return (
        bool(cells)
        and ((len(cells) < len(heads) and bool(cells[-1])) or not any(cells[len(heads) :]))
        and len([cell for cell in cells if cell]) >= min(2, len(heads))
    )


def _is_breakdown(data: list[Bit]) -> bool:
    """Names and counts, not opinions: short cells, figures in the last column, a total."""
    texts = [cell for bit in data for _column, cell in bit.filled if ends_sentence(cell)]
    if len(texts) < 0.5 * len(data) and any(
        _TOTAL.match(squeezed((bit.cells or ("",))[0] or "")) for bit in data
    ):
        last = looks([bit.filled[-1][1] if bit.filled else "" for bit in data])
        return last.numbers > 0.7 or any(char.isdigit() for bit in data for char in bit.text)
    return False


def _without_heading(rows: list[Bit]) -> Iterator[Stretch]:
    """Tables nobody put headings over: two columns of sentences are opinions and answers."""
    by_width: dict[int, list[Bit]] = {}
    for bit in rows:
        by_width.setdefault(len(bit.cells or ()), []).append(bit)
    for width, data in sorted(by_width.items(), key=lambda found: -len(found[1])):
        full = [bit for bit in data if len(bit.filled) > 1]
        if width < 2 or not full:
            continue
        columns = columns_of([""] * width, [bit.cells or () for bit in full[:SAMPLE]])
        seen = [looks([(bit.cells or ())[column] for bit in full[:SAMPLE]]) for column in range(width)]
        texts = sum(one.sentences > 0.5 and one.length > _PHRASE for one in seen)
        if texts >= 2 and columns.is_opinions and "answer" in columns.roles:
            yield Stretch(columns, data)
            return


def _headings_between(bits: list[Bit], known: set[int], first: int, last: int) -> set[int]:
    """Lines that stand between the tables as headings of parts; then also the one over the first table."""
    found = {
        bit.index
        for bit in bits[first : last + 1]
        if bit.index not in known and bit.text and bit.cells is None and looks_like_heading(bit.text)
        and not is_page_number(bit.text) and not bit.text.isdigit() and not _is_note(bit.text)
    }  # fmt: skip
    if found:
        kinds = {kind_of(bits[index].text)[0] for index in found}
        before = [bit for bit in bits[max(0, first - 12) : first] if bit.text and bit.index not in known]
        above: set[int] = set()
        for bit in reversed(before):
            if bit.cells is not None or kind_of(bit.text)[0] not in kinds or not looks_like_heading(bit.text):
                break
            above.add(bit.index)
        found |= above
    return found


def _is_note(text: str) -> bool:
    return text[0] in "※＊*注" or bool(re.match(r"^[(（](?:注|単位|件数)", text))

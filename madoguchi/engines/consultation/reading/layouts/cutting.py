"""Line-wrapped text cut into opinions: numbers alone on their lines, categories alone on theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..flow import Bit, ends_sentence
from ..meaning.glyphs import canonical, is_category_like, is_mark
from ..meaning.headings import kind_of
from ..meaning.numbers import whole_number
from ..words import Role, heading_role, squeezed
from .furniture import is_page_number

_FEWEST = 2
_GAP = 3  # numbers that may be lost in a row, and one


@dataclass(slots=True)
class Core:
    """The lines of one opinion, from its number to its category. `is_lost`: its number is not there."""

    number: Bit
    lines: list[Bit] = field(default_factory=list)
    mark: Bit | None = None
    is_lost: bool = False


@dataclass(slots=True)
class Cut:
    """A document cut into opinions; `between` is what stands outside them."""

    cores: list[Core]
    furniture: set[int]
    between: list[Bit]
    has_items: bool = False
    has_headings: bool = False

    @property
    def closed(self) -> set[int]:
        inside = {bit.index for core in self.cores for bit in [core.number, *core.lines]}
        return inside | {core.mark.index for core in self.cores if core.mark} | self.furniture


def cut(bits: list[Bit]) -> Cut | None:
    """None when there are no numbers that rise alone on their lines."""
    if sum(bit.cells is not None and len(bit.filled) > 1 for bit in bits) > 0.3 * sum(
        bool(bit.text) for bit in bits
    ):
        return None
    heads, words, roles = _headings(bits)
    starts = _starts(bits, heads)
    if len(starts) < _FEWEST:
        return None
    marks = _marks(bits, starts)
    has_items = "item" in roles and "opinion" in roles and roles.index("item") < roles.index("opinion")
    cores: list[Core] = []
    furniture = set(heads)
    between = [bit for bit in bits[: starts[0].index] if bit.text and bit.index not in heads]
    ends = [*(start.index for start in starts[1:]), len(bits)]
    for start, end in zip(starts, ends, strict=True):
        core = Core(start)
        cores.append(core)
        rest = _fill(core, bits[start.index + 1 : end], marks, words, furniture, has_items=has_items)
        between += _lost(cores, rest, marks)
    return Cut(cores, furniture, between, has_items, bool(heads))


def _headings(bits: list[Bit]) -> tuple[set[int], set[str], list[Role]]:
    """Lines that repeat the table's heading row, also in pieces; the words that are in it; the roles in their order."""
    found, order = _headings_in_lines(bits)
    words = {squeezed(bits[index].text) for index in found}
    near = 0
    for bit in bits:
        if not bit.text or bit.index in found:
            continue
        tokens = bit.text.split()
        roles = [heading_role(token) for token in tokens]
        if (
            len(tokens) > 1
            and all(worth >= 0.5 for _role, worth in roles)
            and {"opinion", "answer"} & {role for role, _worth in roles}
        ):
            found.add(bit.index)
            words.update(map(squeezed, tokens))
            order = order or [role for role, _worth in roles]
            near = 3
            for above in reversed(bits[max(0, bit.index - 2) : bit.index]):
                if above.text and len(above.text) <= 4 and heading_role(above.text)[1] >= 0.9:
                    found.add(above.index)
                    words.add(squeezed(above.text))
        elif (
            near
            and len(tokens) == 1
            and (roles[0][1] >= 0.5 or squeezed(bit.text) in words)
            and len(bit.text) <= 6
        ):
            found.add(bit.index)
            words.add(squeezed(bit.text))
            near -= 1
        else:
            near = 0
    return found, words, order


def _headings_in_lines(bits: list[Bit]) -> tuple[set[int], list[Role]]:
    """A heading row of which every cell became a line."""
    found: set[int] = set()
    order: list[Role] = []
    run: list[tuple[Bit, Role]] = []
    for bit in [bit for bit in bits if bit.text]:
        role, worth = heading_role(bit.text) if bit.cells is None and len(bit.text) <= 14 else ("other", 0.0)
        if worth >= 0.9:
            run.append((bit, role))
            continue
        roles = [role for _bit, role in run]
        if len(run) > 2 and {"opinion", "answer"} <= set(roles):
            found.update(bit.index for bit, _role in run)
            order = order or roles
        run = []
    return found, order


def _starts(bits: list[Bit], heads: set[int]) -> list[Bit]:
    """Lines that hold a number and nothing else, as the longest run that rises by one, a lost one here and there.

    A number before a heading row or a new page is a page's.
    """
    following: dict[int, Bit | None] = {}
    after: Bit | None = None
    for bit in reversed(bits):
        following[bit.index] = after
        after = bit if bit.text else after
    candidates: list[tuple[int, Bit]] = []
    for bit in bits[min(heads, default=0) :]:
        if bit.cells is not None or not bit.text or len(bit.text) > 12:
            continue
        number = whole_number(bit.text)
        later = following[bit.index]
        if number is None or later is None or later.index in heads or later.breaks:
            continue
        if later.page == bit.page or _alone_at_head(bit, bits):
            candidates.append((number, bit))
    return _longest_run(candidates)


def _longest_run(candidates: list[tuple[int, Bit]]) -> list[Bit]:
    """Each number one more than the one before; a step of two or three costs more than it brings."""
    best: dict[int, tuple[float, int]] = {}  # number -> worth of the best run that ends with it, and where
    before: list[int | None] = []
    for place, (number, _bit) in enumerate(candidates):
        worth, source = (1.0, None) if number == 1 else (0.2 - number, None)
        for step in range(1, _GAP + 1):
            if number - step in best:
                told = best[number - step][0] + 1.0 - 0.8 * (step - 1)
                if told > worth:
                    worth, source = told, best[number - step][1]
        before.append(source)
        if number not in best or worth > best[number][0]:
            best[number] = (worth, place)
    if not best:
        return []
    at: int | None = max(best.values())[1]
    run: list[Bit] = []
    while at is not None:
        run.append(candidates[at][1])
        at = before[at]
    return run[::-1]


def _alone_at_head(bit: Bit, bits: list[Bit]) -> bool:
    return bit.index > 0 and bits[bit.index - 1].page != bit.page


def _marks(bits: list[Bit], starts: list[Bit]) -> set[str]:
    """Which lone lines are categories: signs always, letters and words when they come often."""
    first = starts[0].index
    alone = Counter(
        canonical(bit.text)
        for bit in bits[first:]
        if bit.cells is None
        and 0 < len(bit.text) <= 12
        and is_category_like(bit.text)
        and whole_number(bit.text) is None
    )
    letters = {mark for mark in alone if len(mark) == 1 and not is_mark(mark)}
    often = sum(alone[mark] for mark in letters) >= 0.5 * len(starts)
    enough = max(2, 0.2 * len(starts))
    return {
        mark
        for mark, times in alone.items()
        if is_mark(mark) or times >= enough or (often and mark in letters)
    }


def _fill(
    core: Core, bits: list[Bit], marks: set[str], words: set[str], furniture: set[int], *, has_items: bool
) -> list[Bit]:
    """Lines up to the category are the opinion's; what comes after stands outside."""
    item = next((place for place, bit in enumerate(bits) if bit.text), -1) if has_items else -1
    end = next(
        (
            place
            for place, bit in enumerate(bits)
            if place > item  # a dash for "no item" is no category
            and bit.text
            and bit.index not in furniture
            and canonical(bit.text) in marks
            and len(bit.text) <= 12
        ),
        None,
    )
    if end is None:
        end = _last_sentence(bits)
    else:
        core.mark = bits[end]
    for place, bit in enumerate(bits[:end]):
        if bit.index in furniture:
            continue
        if _is_print(bit, bits, place, words):
            furniture.add(bit.index)
        else:
            core.lines.append(bit)
    rest = [bit for bit in bits[end:] if bit.text and bit is not core.mark and bit.index not in furniture]
    for bit in rest:
        if (
            all(squeezed(token) in words for token in bit.text.split())
            or is_page_number(bit.text)
            or bit.text.isdigit()
        ):
            furniture.add(bit.index)
    return [bit for bit in rest if bit.index not in furniture]


def _lost(cores: list[Core], rest: list[Bit], marks: set[str]) -> list[Bit]:
    """Behind a category, sentences and one more category: an opinion whose number was lost. What is left stands outside."""
    outside: list[Bit] = []
    block: list[Bit] = []
    for bit in rest:
        if len(bit.text) > 12 or canonical(bit.text) not in marks:
            block.append(bit)
            continue
        heads = next(
            (place for place, one in enumerate(block) if kind_of(one.text)[0] == "plain"), len(block)
        )
        if any(ends_sentence(one.text) for one in block[heads:]):
            outside += block[:heads]
            cores.append(Core(block[heads], block[heads:], bit, is_lost=True))
        else:
            outside += [*block, bit]
        block = []
    return outside + block


def _last_sentence(bits: list[Bit]) -> int:
    """Without a category an opinion ends with its last sentence: headings that follow belong to the next."""
    last = max((place for place, bit in enumerate(bits) if ends_sentence(bit.text)), default=len(bits) - 1)
    return last + 1


def _is_print(bit: Bit, bits: list[Bit], place: int, words: set[str]) -> bool:
    if not bit.text:
        return False
    if is_page_number(bit.text):
        return True
    tokens = bit.text.split()
    if len(tokens) > 1 and words and all(squeezed(token) in words for token in tokens):
        return True
    blank_around = (place == 0 or not bits[place - 1].text) and (
        place + 1 >= len(bits) or not bits[place + 1].text
    )
    return bit.text.isdigit() and len(bit.text) <= 4 and blank_around

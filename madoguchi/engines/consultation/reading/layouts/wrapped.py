"""Text of a table that lost its columns: one fragment of a cell per line, numbers and marks alone on theirs."""

from __future__ import annotations

import re

from ..flow import Bit, ends_sentence, joined_lines
from ..meaning.glyphs import canonical
from ..meaning.headings import Path, kind_of, looks_like_heading
from ..result import Problem
from .cutting import Core, Cut, cut
from .raw import Laid, Raw

__all__ = ["cut", "lay"]

_FEW = 4
_POLITE = re.compile(r"(?:ます|です|ました|ません|ください)。")


def lay(bits: list[Bit], told: Cut, front: set[int], top: frozenset[str]) -> Laid:
    """Opinions of a cut document; `front` is what the readers of front matter took from between."""
    path = Path(top=top)
    raws: list[Raw] = []
    orphans: list[tuple[int, Bit, str]] = []
    problems: list[Problem] = []
    taken = {index for index in told.closed if index not in told.furniture}
    outside = [bit for bit in told.between if bit.index not in front]
    position = 0
    for core in sorted(told.cores, key=lambda core: core.number.index):
        position = _between(outside, position, core.number.index, path, raws, orphans, taken)
        is_dashed = told.has_items and _drop_dash(core)
        item = _item(core) if told.has_items and not is_dashed else None
        raws.append(_raw(core, path, problems))
        raws[-1].item = item
        if told.has_items and item is None and not is_dashed:
            raws[-1].doubt("opinion", 0.6, "項目の欄と意見の欄の境が分かりませんでした。")
    _between(outside, position, len(bits), path, raws, orphans, taken)
    _place(orphans, raws, problems)
    marked = sum(core.mark is not None for core in told.cores)
    score = 0.85 if marked > 0.5 * len(raws) else 0.75 if told.has_headings and len(raws) > _FEW else 0.55
    reason = f"番号が1行に1つずつ{len(raws)}個、順に並ぶ、折り返された表の文字" + (
        f"（区分の記号が{marked}行）" if marked else ""
    )
    return Laid(
        "wrapped lines", score, reason, raws, taken, told.furniture, problems,
        has_numbers=True, has_categories=bool(marked), has_items=told.has_items,
    )  # fmt: skip


def _drop_dash(core: Core) -> bool:
    """A dash alone on the first line says that the opinion is about no item."""
    first = next((place for place, bit in enumerate(core.lines) if bit.text), None)
    if first is None or canonical(core.lines[first].text) != "－":
        return False
    core.lines = core.lines[first + 1 :]
    return True


def _item(core: Core) -> str | None:
    """Where the table has a column of items before the opinions: the lines up to the first empty one."""
    first = next((place for place, bit in enumerate(core.lines) if bit.text), 0)
    end = next((place for place in range(first, len(core.lines)) if not core.lines[place].text), None)
    if end is None:  # no empty lines at all: an item is a line of its own
        end = first + 1
        if len(core.lines) - first < 3:
            return None
    text = "".join(bit.text for bit in core.lines[first:end])
    if len(text) > 40 or ends_sentence(text):
        return None
    core.lines = core.lines[end:]
    return text


def blocks(lines: list[Bit]) -> list[str]:
    """Cells of one opinion. An empty line in the middle of a sentence is no border."""
    found: list[str] = []
    is_open = False
    for bit in lines:
        if not bit.text:
            is_open = is_open and not ends_sentence(found[-1])
            continue
        if is_open:
            found[-1] += _glue(found[-1], bit.text) + bit.text
        else:
            found.append(bit.text)
        is_open = True
    return found


def _glue(before: str, after: str) -> str:
    is_word = before[-1].isascii() and before[-1].isalpha() and after[0].isascii() and after[0].isalpha()
    return " " if is_word else ""


def _raw(core: Core, path: Path, problems: list[Problem]) -> Raw:
    raw = Raw(line=core.number.number, no=None if core.is_lost else core.number.text, path=path.opinion())
    raw.category = core.mark.text if core.mark else None
    said = blocks(core.lines)
    if not said:
        raw.doubt("opinion", 0.3, "番号のあとに文がありません。")
        problems.append(Problem("no_opinion", "番号のあとに文がありません。", core.number.number))
        return raw
    border, sure = _border(said)
    if border == len(said) == 1:
        told = _by_style(core.lines)
        if told:
            raw.opinion, raw.answer = told
            why = "意見と考え方の境を、文の調子から判断しました。"
            raw.doubt("opinion", 0.6, why)
            raw.doubt("answer", 0.6, why)
            return raw
    if border == len(said) == 1 and _may_hold_answer(core, raw):
        return raw
    raw.opinion = " ".join(said[:border])
    raw.answer = " ".join(said[border:])
    if sure < 1:
        why = f"意見と考え方の境が{len(said) - 1}か所ありえます。"
        raw.doubt("opinion", sure, why)
        raw.doubt("answer", sure, why)
    return raw


def _may_hold_answer(core: Core, raw: Raw) -> bool:
    """Several sentences and no empty line between: the answer may be among them. Two whole lines are two cells."""
    texts = [bit.text for bit in core.lines if bit.text]
    if sum(map(ends_sentence, texts)) < 2:
        return False
    why = "意見と考え方の境がはっきりしません。"
    is_parted = len(texts) == 2
    if is_parted:
        raw.opinion, raw.answer = texts
    for name in ("opinion", "answer", "answer_shared_from"):
        raw.doubt(name, 0.7 if is_parted else 0.5, why)
    return is_parted


def _border(said: list[str]) -> tuple[int, float]:
    """How many blocks are the opinion: one, unless the polite style of offices begins later."""
    if len(said) < 3:
        return 1, 1.0
    polite = [bool(_POLITE.search(block)) for block in said]
    if not polite[0] and True in polite:
        first = polite.index(True)
        return first, 0.93 if all(polite[first:]) else 0.85
    return 1, 0.7


def _by_style(lines: list[Bit]) -> tuple[str, str] | None:
    """No border that shows: the line after which the polite style of offices begins, an empty line before it best."""
    texts = [
        (bit.text, place > 0 and not lines[place - 1].text) for place, bit in enumerate(lines) if bit.text
    ]
    best: tuple[float, int] = (0.0, 0)
    for place in range(1, len(texts)):
        before, after = (
            "".join(text for text, _gap in texts[:place]),
            "".join(text for text, _gap in texts[place:]),
        )
        if _POLITE.search(before) or not _POLITE.search(after):
            continue
        gap = texts[place][1]
        worth = 1.0 + 0.5 * gap + 0.5 * ends_sentence(before) + 0.3 * (not _POLITE.search(before))
        whole = ends_sentence(before) or gap
        if whole and worth >= best[0]:
            best = (worth, place)
    if not best[1]:
        return None
    return joined_lines([text for text, _gap in texts[: best[1]]]), joined_lines(
        [text for text, _gap in texts[best[1] :]]
    )


def _between(
    outside: list[Bit], position: int, until: int, path: Path, raws: list[Raw],
    orphans: list[tuple[int, Bit, str]], taken: set[int],
) -> int:  # fmt: skip
    """Headings over the next opinion, and blocks of sentences that lost their row."""
    run: list[Bit] = []
    while position < len(outside) and outside[position].index < until:
        run.append(outside[position])
        position += 1
    groups: list[list[Bit]] = []
    for bit in run:
        goes_on = bool(groups) and groups[-1][-1].index + 1 == bit.index and not looks_like_own(bit.text)
        if goes_on and raws:
            groups[-1].append(bit)
        else:
            groups.append([bit])
    for group in groups:
        text = "".join(bit.text for bit in group)
        if raws and (ends_sentence(text) or "。" in text):
            orphans.append((len(raws), group[0], text))
            taken.update(bit.index for bit in group)
        elif looks_like_heading(text) and (raws or _heads_opinions(group[0], run)):
            path.heading(text)
            taken.update(bit.index for bit in group)
    return position


def looks_like_own(text: str) -> bool:
    return kind_of(text)[0] != "plain"


def _heads_opinions(bit: Bit, run: list[Bit]) -> bool:
    """Before the first opinion only headings of parts count that stand together right above it."""
    place = run.index(bit)
    return all(looks_like_heading(one.text) for one in run[place:]) and kind_of(bit.text)[0] != "plain"


def _place(orphans: list[tuple[int, Bit, str]], raws: list[Raw], problems: list[Problem]) -> None:
    """An answer printed away from its row belongs to the nearest row above that has none."""
    for at, bit, text in orphans:
        empty = [index for index in range(at) if not raws[index].answer and raws[index].answer_from is None]
        if not empty:
            problems.append(Problem("orphan", f"どの意見のものか分からない文です：{text[:40]}", bit.number))
            if raws:
                last = raws[at - 1]
                last.answer = f"{last.answer} {text}".strip()
                last.doubt("answer", 0.4, f"{bit.number}行目からの文を、前の意見の考え方につなぎました。")
            continue
        end = empty[-1]
        first = end
        while first - 1 in empty:
            first -= 1
        raws[first].answer = text
        near = at - end <= 5
        why = f"{bit.number}行目に離れて印刷された文を、この意見の考え方と読みました。"
        raws[first].doubt("answer", 0.8 if near else 0.5, why)
        for index in range(first + 1, end + 1):
            raws[index].answer_from = first
            raws[index].doubt("answer_shared_from", 0.8 if near else 0.5, why)

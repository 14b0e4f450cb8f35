"""The legend: which marks this document uses for its categories, what they mean, and how many of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..flow import Bit
from ..meaning.glyphs import canonical, is_category_like, is_legend_row, is_letter, is_mark
from ..meaning.numbers import whole_number
from ..result import LegendEntry
from ..words import squeezed
from .desk import Desk, is_sentence_row, plain

_HEAD = re.compile(
    r"凡例|対応区分|反映区分|反映状況|対応状況|取扱い?区分|対応の?区分|反映の?区分|区分の?(?:説明|意味|内容)|考え方の?区分|対応分類|区分"
)
_SEPARATOR = r"(?:\s*(?:[…‥]|[・･]{2})[…‥・･]*\s*|\s*[:：=＝]\s*|\s+|\s*[-－―ー–→]+\s*)"
_MARK = r"[【〔\[（(<＜]?\s*[◎○◯〇●□■△▲▽▼◇◆☆★※×✕－―—\-A-HＡ-Ｈ1-9１-９ア-コⅠ-Ⅹ①-⑩]\s*[】〕\]）)>＞]?"
_ENTRY = re.compile(
    rf"^(?:・\s*)?(?P<mark>{_MARK}|【[^】]{{1,10}}】){_SEPARATOR}(?P<label>\S.*?)(?:[\s:：…・（(]*(?P<count>[0-9０-９,]+)\s*件[)）]?"
    r"(?:\s*[（(][^()（）]*[%％][)）])?)?$"
)
_LOST = re.compile(
    r"^(?P<mark>[-－―—]?)\s*(?:・{2,}|…+|[:：])\s*(?P<label>\S.*?)(?:\s+(?P<count>[0-9０-９,]+)\s*件?)?$"
)
_GLUED = re.compile(
    r"^(?P<mark>[◎○◯〇●□■△▲▽▼◇◆☆★※×✕])(?P<label>[^\s…・:：◎○●□■△▲◇◆].*?)(?:\s*(?P<count>[0-9０-９,]+)\s*件)?$"
)
_INLINE = re.compile(
    rf"(?P<mark>{_MARK})\s*(?:[:：=＝]|[…‥・]{{2,}}|-(?=[^\d-]))\s*(?P<label>[^:：=＝]+?)"
    rf"(?=(?:[\s、，,／/；;　]*{_MARK}\s*(?:[:：=＝]|[…‥・]{{2,}}))|[)）]?$)"
)
_CIRCLED = re.compile(r"(?P<mark>[①-⑩])\s*[:：]?\s*(?P<label>[^①-⑩]+)")  # nothing need part these
_MEANING = re.compile(
    r"もの|こと|反映|意見|検討|参考|趣旨|実施|掲載|記載|修正|対応|その他|追加|盛り込|困難|採用|変更|説明|賛同|質問|感想|する|ない"
)
_COUNTED = re.compile(r"^(?P<label>\S.*?)[\s（(]+(?P<count>[0-9０-９,]+)\s*件[)）]?\s*$")
_TOTAL = re.compile(r"^(?:合計|総計|計)$")
_REACH = 3
_FIRSTS = frozenset("ABCDEFGHアイウエオⅠⅡⅢⅣⅤ")


@dataclass(slots=True)
class _Found:
    entries: list[LegendEntry]
    bits: list[Bit]


def read(desk: Desk) -> None:
    """The best run of entries that hang together; runs of the same marks further down are left as they are."""
    runs = [*_runs(desk), *_inline(desk), *_listed(desk)]
    runs = [run for run in runs if len(run.entries) > 1 and _distinct(run)]
    if not runs:
        return
    best = max(
        runs, key=lambda run: (sum(entry.count is not None for entry in run.entries), len(run.entries))
    )
    desk.meta.legend = best.entries
    for run in runs:
        if {entry.glyph for entry in run.entries} <= {entry.glyph for entry in best.entries}:
            desk.take(*run.bits)
    for bit in best.bits[:1]:
        before = desk.before(bit)
        if before is not None and _HEAD.search(before.text) and len(before.text) < 40:
            desk.take(before)


def _runs(desk: Desk) -> list[_Found]:
    """Entries under each other, one a line or a row, blank lines between them or not."""
    runs: list[_Found] = []
    run = _Found([], [])
    gap = 0
    headed = 0
    for bit in desk.bits:
        if not bit.text or bit.index in desk.taken:
            gap += bool(bit.text)
            continue
        entry = _entry(bit, under_heading=bool(headed) or bool(run.entries))
        headed = _REACH if _HEAD.search(bit.text) and len(bit.text) < 40 else max(0, headed - 1)
        families = {_family(one) for one in run.entries} - {""}
        if entry is not None and families and _family(entry) not in {"", *families}:
            # The heading that follows (６　意見の概要) begins with a number, as a legend's entry could.
            entry = None
        if entry is not None and not gap:
            run.entries.append(entry)
            run.bits.append(bit)
            continue
        if run.entries and bit.cells is not None and _TOTAL.match(squeezed(bit.filled[0][1])):
            run.bits.append(bit)
        if run.entries:
            runs.append(run)
        run, gap = _Found([], []), 0
        if entry is not None:
            run = _Found([entry], [bit])
    return [*runs, run]


def _entry(bit: Bit, *, under_heading: bool) -> LegendEntry | None:
    if is_sentence_row(bit):
        return None
    if bit.cells is not None:
        return _entry_of_row(bit, under_heading=under_heading)
    found = _ENTRY.match(bit.text) or _LOST.match(bit.text) or _GLUED.match(bit.text)
    return _made(found, bit, None, under_heading=under_heading) if found else None


def _entry_of_row(bit: Bit, *, under_heading: bool) -> LegendEntry | None:
    cells = [text for _column, text in bit.filled]
    counts = [number for text in cells[1:] if (number := _count(text)) is not None]
    count = counts[0] if counts else None
    words = [cells[0], *(text for text in cells[1:] if _count(text) is None)]
    if len(words) == 1:
        found = _ENTRY.match(words[0]) or _LOST.match(words[0]) or _GLUED.match(words[0])
        return _made(found, bit, count, under_heading=under_heading) if found and (found["label"]) else None
    mark, label = words[0], words[1]
    if not is_category_like(mark) or len(words) > 3 or not _MEANING.search(label) or len(label) > 90:
        return None
    if not is_mark(mark) and not under_heading:
        return None
    return LegendEntry(canonical(mark), label, count, mark, bit.number)


def _made(found: re.Match[str], bit: Bit, count: int | None, *, under_heading: bool) -> LegendEntry | None:
    mark, label = found["mark"].strip(), found["label"].strip()
    if found["count"]:
        count = _count(found["count"])
    if (
        len(label) > 90
        or not _MEANING.search(label)
        or (label.endswith("。") and count is None and len(label) > 50)
    ):
        return None
    if mark and not is_mark(mark) and not under_heading and canonical(mark) not in _FIRSTS:
        return None
    if mark in {"※", "＊", "*"} and count is None and not under_heading:
        return None
    if not mark and count is None:
        return None
    return LegendEntry(canonical(mark) if mark else None, label, count, mark or None, bit.number)


def _inline(desk: Desk) -> list[_Found]:
    """All entries in one line: （◎：反映する　○：記載済み　△：参考とする）"""
    runs = []
    for bit in desk.open():
        is_row = bit.cells is not None and len(bit.filled) > 1
        if (is_row and not is_legend_row([cell or "" for cell in bit.cells or ()])) or len(bit.text) > 300:
            continue
        entries = [_inline_entry(found, bit.number) for found in _INLINE.finditer(bit.text)]
        if len(entries) < 2 and _HEAD.search(bit.text[:20]):
            entries = [_inline_entry(found, bit.number) for found in _CIRCLED.finditer(bit.text)]
        entries = [entry for entry in entries if 1 < len(entry.label) <= 60]
        marks = all(is_mark(entry.printed or "") for entry in entries)
        before = desk.before(bit)
        headed = bool(_HEAD.search(bit.text) or (before and _HEAD.search(before.text)))
        if (
            len(entries) > 1
            and (marks or headed or _in_order(entries))
            and sum(bool(_MEANING.search(entry.label)) for entry in entries) > 1
        ):
            runs.append(_Found(entries, [bit]))
    return runs


def _inline_entry(found: re.Match[str], line: int) -> LegendEntry:
    label = found["label"].strip(" 　、，,／/；;")
    counted = _COUNTED.match(label)
    count = _count(counted["count"]) if counted else None
    mark = found["mark"].strip()
    return LegendEntry(canonical(mark), counted["label"] if counted else label, count, mark, line)


def _in_order(entries: list[LegendEntry]) -> bool:
    """Ａ：反映　Ｂ：記載済 needs no heading: letters from the first on, each with a meaning."""
    return (entries[0].glyph or "") in {"A", "ア", "Ⅰ"} and all(
        _MEANING.search(entry.label) for entry in entries
    )


def _listed(desk: Desk) -> list[_Found]:
    """Categories in words only: a table 対応区分｜件数 whose rows are 「反映」「参考」…"""
    runs = []
    bits = [bit for bit in desk.open() if bit.cells is not None]
    for position, bit in enumerate(bits):
        if not (
            _HEAD.search(bit.filled[0][1]) and len(bit.filled) > 1 and re.search("件|数", bit.filled[-1][1])
        ):
            continue
        run = _Found([], [bit])
        for row in bits[position + 1 :]:
            if row.table != bit.table or len(row.filled) < 2:
                break
            count = _count(row.filled[-1][1])
            name = row.filled[0][1]
            if count is None or len(name) > 90:
                break
            run.bits.append(row)
            if _TOTAL.match(squeezed(name)):
                break
            split = _ENTRY.match(name) or _GLUED.match(name)
            mark = split["mark"].strip() if split else name
            label = split["label"] if split else row.filled[1][1] if len(row.filled) > 2 else name
            run.entries.append(LegendEntry(canonical(mark), label, count, mark, row.number))
        runs.append(run)
    return runs


def _family(entry: LegendEntry) -> str:
    """Of which kind its mark is; "" where the mark is lost."""
    glyph = entry.glyph or ""
    if not glyph or is_mark(glyph):
        return "mark" if glyph else ""
    return "number" if glyph[0].isdigit() else "letter" if len(glyph) == 1 else "word"


def _distinct(run: _Found) -> bool:
    marks = [entry.glyph for entry in run.entries if entry.glyph]
    if len(marks) != len(set(marks)):
        return False
    letters = [mark for mark in marks if not is_mark(mark) and is_letter(mark)]
    if (
        letters
        and letters[0] in _FIRSTS
        and [ord(mark) for mark in letters if len(mark) == 1] != _steps(letters)
    ):
        return False
    return not letters or len(letters) >= len(marks) - 2


def _steps(letters: list[str]) -> list[int]:
    """Letters that follow each other from the first of their kind; kana are every other character."""
    start = next(
        (
            first
            for first in "AⅠア"
            if ord(letters[0][0]) >= ord(first) and ord(letters[0][0]) - ord(first) < 16
        ),
        letters[0][0],
    )
    step = 2 if start == "ア" else 1
    return [ord(start) + step * place for place in range(len([mark for mark in letters if len(mark) == 1]))]


def _count(text: str) -> int | None:
    said = plain(text).replace(",", "").strip().removesuffix("件")
    return whole_number(said) if said and said[0].isdigit() and len(said) < 7 else None

"""The breakdown of opinions by part of the plan: a table of names and counts."""

from __future__ import annotations

import re

from ..flow import Bit
from ..meaning.numbers import whole_number
from ..result import Part, Read
from ..words import squeezed
from .desk import Desk, plain

_HEAD = re.compile(
    r"^(?:意見)?(?:項目|分類|章|区分|内容|該当箇所|分野|意見項目|計画の項目|施策|テーマ|内訳|対象|意見の内容|意見内容).{0,10}$"
)
_COUNT = re.compile(r"件|数")
_TOTAL = re.compile(r"^(?:合計|総計|計|総数)$")
_LINE = re.compile(r"^(?:[・○●]\s*)?(?P<name>\S.*?)[\s:：…・]+(?P<count>[0-9]+)\s*件$")
_CHANNEL = re.compile(r"メール|郵送|FAX|ファク|持参|窓口|フォーム|ホームページ|提出方法|提出者")


def read(desk: Desk) -> None:
    tables: dict[int, list[Bit]] = {}
    for bit in desk.open():
        if bit.cells is not None:
            tables.setdefault(bit.table, []).append(bit)
    for rows in tables.values():
        if _from_table(desk, rows):
            return
    _from_lines(desk)


def _from_table(desk: Desk, rows: list[Bit]) -> bool:
    head = [text for _column, text in rows[0].filled]
    if (
        len(rows) < 3
        or len(head) < 2
        or not _HEAD.match(squeezed(head[0]))
        or not any(map(_COUNT.search, head[1:]))
    ):
        return False
    column = next(column for column, text in rows[0].filled[1:] if _COUNT.search(text))
    parts = []
    for bit in rows[1:]:
        if not bit.filled:
            continue
        name = bit.filled[0][1]
        printed = (bit.cells or ())[column] if column < len(bit.cells or ()) else None
        count = whole_number(plain(printed or "").replace(",", "").removesuffix("件").strip())
        if _TOTAL.match(squeezed(name)):
            if count is not None:
                _total(desk, count)
            continue
        if _CHANNEL.search(plain(name)):
            return False
        parts.append(Part(name, count, bit.number))
    if sum(part.count is not None for part in parts) < 2:
        return False
    desk.meta.parts = parts
    desk.take(*rows)
    return True


def _total(desk: Desk, count: int) -> None:
    if desk.meta.opinions_printed.value is None:
        desk.meta.opinions_printed = Read(count, 0.9)


def _from_lines(desk: Desk) -> None:
    """「第1章　総論 … 5件」, one under the other."""
    run: list[tuple[Bit, Part]] = []
    for bit in desk.open():
        said = plain(bit.text)
        found = _LINE.match(said) if bit.cells is None and len(said) < 70 else None
        if found and not _CHANNEL.search(said) and not re.search(r"意見|総数|合計|提出", found["name"]):
            run.append((bit, Part(found["name"].strip(), int(found["count"]), bit.number)))
        elif len(run) >= 2:
            break
        else:
            run = []
    if len(run) >= 2:
        desk.meta.parts = [part for _bit, part in run]
        desk.take(*(bit for bit, _part in run))

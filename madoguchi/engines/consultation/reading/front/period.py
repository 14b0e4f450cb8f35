"""When opinions could be sent in."""

from __future__ import annotations

from ..meaning.dates import find_period, is_period_label, wrong_weekdays
from ..result import Period, Problem, Read
from .desk import Desk, is_sentence_row

_FAR = 60  # lines: a period without a label further down is something else


def read(desk: Desk) -> None:
    found: list[tuple[float, int, Period]] = []
    for place, bit in enumerate(desk.open()):
        told = (
            find_period(bit.text)
            if not is_sentence_row(bit) and any(char.isdigit() for char in bit.text)
            else None
        )
        if told is None:
            continue
        before = desk.before(bit)
        near = bit.text + (" " + before.text if before is not None else "")
        worth = 0.97 if is_period_label(near) else 0.6 if place < _FAR else 0.0
        if worth:
            found.append((worth, bit.index, told[0]))
    if not found:
        return
    worth, index, period = max(found, key=lambda one: (one[0], -one[1]))
    reason = "" if worth > 0.9 else "「募集期間」などの見出しがなく、最初に出てくる期間を採りました。"
    desk.meta.period = Read(period, worth, reason)
    desk.take(desk.bits[index])
    before = desk.before(desk.bits[index])
    if before is not None and before.cells is None and is_period_label(before.text) and len(before.text) < 30:
        desk.take(before)
    for message in wrong_weekdays(period):
        desk.problems.append(Problem("weekday", message, desk.bits[index].number))

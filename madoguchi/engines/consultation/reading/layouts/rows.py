"""Rows of a table, one by one: an opinion, a heading of a part, the rest of a row cut by a page, or print."""

from __future__ import annotations

import re

from ..flow import Bit, ends_sentence
from ..meaning.headings import Path, looks_like_heading
from ..meaning.numbers import numbers_of
from ..result import Problem
from ..words import squeezed
from .columns import Columns
from .raw import Raw

_TOTAL = re.compile(r"^(?:合計|総計|計|小計)$")
_RULE = re.compile(r"^:?-{2,}:?$")
_NONE = re.compile(r"^[-‐–—―－ー]+$")


class Rows:
    """Turns rows into Raws. Every row ends in a Raw, a heading, furniture or a problem: none is dropped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.raws: list[Raw] = []
        self.furniture: set[int] = set()
        self.problems: list[Problem] = []
        self.page_turned = False
        self.columns: Columns
        self._next_numbers: dict[int, int | None] = {}
        self._last_number: int | None = None
        self._carries = False

    def begin(self, columns: Columns, bits: list[Bit]) -> None:
        """A new stretch: its columns, and for each row the number that comes next."""
        self.columns = columns
        column = columns.first("no")
        self._carries = self._is_carried(bits)
        following: int | None = None
        for bit in reversed(bits):
            self._next_numbers[bit.index] = following
            number = numbers_of(self._cell(bit, column) or "")
            following = number[0] if number else following

    def _is_carried(self, bits: list[Bit]) -> bool:
        """Items printed once for several rows: many empty cells, and no dash for 'none'."""
        told = [
            text
            for bit in bits
            for column in self.columns.all("item")[-1:]
            if (text := self._cell(bit, column)) is not None
        ]
        filled = [text for text in told if text]
        return (
            bool(filled)
            and bool(told[0])
            and len(filled) < 0.75 * len(told)
            and not any(map(_NONE.match, filled))
        )

    def row(self, bit: Bit) -> None:
        filled = bit.filled
        if not filled or (all(_RULE.match(text) for _column, text in filled) and len(filled) > 1):
            self.furniture.add(bit.index)
            return
        if len({text for _column, text in filled}) == 1 and self._is_heading(bit, filled[0]):
            self.path.heading(filled[0][1])
        elif _TOTAL.match(squeezed(filled[0][1])) and len(bit.text) < 40:
            self.furniture.add(bit.index)
        elif self._is_rest(bit):
            self._go_on(bit)
        else:
            self._opinion(bit)
        self.page_turned = False

    # ------------------------------------------------------------------ what a row is

    def _is_heading(self, bit: Bit, only: tuple[int, str]) -> bool:
        column, text = only
        if (numbers_of(text) and column == self.columns.first("no")) or not looks_like_heading(text):
            return False
        role = self.columns.roles[column] if column < len(self.columns.roles) else "other"
        if role in {"no", "item"} or (column == 0 and role != "opinion"):
            return True
        if role not in {"opinion", "answer"}:
            return False
        if column == 0 and self.columns.first("no") is None and role == "opinion" and not self.raws:
            return True
        said = (
            self.raws[-1].opinion
            if role == "opinion" and self.raws
            else self.raws[-1].answer
            if self.raws
            else ""
        )
        return (
            not said
            or ends_sentence(said)
            or (bit.cells is not None and len(set(filter(None, bit.cells))) == 1 and all(bit.cells))
        )

    def _is_rest(self, bit: Bit) -> bool:
        """No number of its own, and the row before it is not finished or the next number says so."""
        if not self.raws:
            return False
        opinion, answer = (self._said(bit, role) for role in ("opinion", "answer"))
        number = self.columns.first("no")
        if number is None:
            if opinion:
                return (
                    self.page_turned
                    and not ends_sentence(self.raws[-1].opinion)
                    and bool(self.raws[-1].opinion)
                )
            return bool(answer)
        if self._cell(bit, number) or not (opinion or answer):
            return False
        if not opinion:
            return True
        following = self._next_numbers.get(bit.index)
        if following is not None and self._last_number is not None and following > self._last_number + 1:
            return False
        return (bit.cells or ())[number] is not None or not ends_sentence(self.raws[-1].opinion)

    # ------------------------------------------------------------------ what becomes of it

    def _go_on(self, bit: Bit) -> None:
        raw = self.raws[-1]
        cut = not ends_sentence(raw.opinion) or (bool(raw.answer) and not ends_sentence(raw.answer or ""))
        sure = 0.92 if cut or self.page_turned else 0.6
        reason = f"{bit.number}行目を、番号のない続きの行として前の意見につなぎました。"
        for role in ("opinion", "answer"):
            said = self._said(bit, role)
            if not said:
                continue
            before = getattr(raw, role) or ""
            setattr(raw, role, before + (" " if before and ends_sentence(before) else "") + said)
            raw.doubt(role, sure, reason)
        if not raw.category:
            raw.category = self._cell(bit, self.columns.first("category")) or raw.category

    def _opinion(self, bit: Bit) -> None:
        columns = self.columns
        number = self._cell(bit, columns.first("no"))
        items = [text for column in columns.all("item") if (text := self._cell(bit, column))]
        merged_items = [
            column for column in columns.all("item") if (bit.cells or ())[column : column + 1] == (None,)
        ]
        raw = Raw(
            line=bit.number,
            no=number or None,
            opinion=self._said(bit, "opinion"),
            answer=self._answer(bit),
            category=self._category(bit),
            item=self._item(items, merged_items),
            place=self._cell(bit, columns.first("place")) or None,
            count=self._cell(bit, columns.first("count")) or None,
            path=self.path.opinion(),
            other=self._other(bit),
        )
        if self._carries and not items and raw.item:
            raw.doubt("item", 0.85, "空欄を、上と同じ項目と読みました。")
        self._chapters(raw, items)
        for role, (confidence, reason) in columns.doubts.items():
            raw.doubt(role, confidence, reason)
        if bit.is_placed:
            for name in ("opinion", "answer"):
                raw.doubt(name, 0.8, "罫線のない表を、文字の位置から欄に分けました。")
        if columns.first("no") is not None and not number:
            raw.doubt("no", 0.6, "番号の欄が空です。")
        if not raw.opinion:
            raw.doubt("opinion", 0.3, "意見の欄が空です。")
            self.problems.append(Problem("no_opinion", "意見の欄が空の行です。", bit.number))
        self._beyond(bit)
        numbers = numbers_of(number or "")
        self._last_number = numbers[-1] if numbers else self._last_number
        self.raws.append(raw)

    def _chapters(self, raw: Raw, items: list[str]) -> None:
        """Of several columns of parts the last is the item, those before it are the parts it stands in."""
        columns = self.columns.all("item")
        if len(columns) < 2:
            return
        before = self.raws[-1] if self.raws else None
        told = tuple(items[:-1]) or (before.path if before else ())
        raw.path = raw.path + told if items[:-1] else told

    def _item(self, items: list[str], merged: list[int]) -> str | None:
        if items:
            said = items[-1]
            if squeezed(said) in {"〃", "″", "同上", "々", "''", '"'} and self.raws:
                return self.raws[-1].item
            return None if _NONE.match(said) else said
        return self.raws[-1].item if (merged or self._carries) and self.raws else None

    def _category(self, bit: Bit) -> str | None:
        """A cell merged with the one above says the same."""
        column = self.columns.first("category")
        merged = column is not None and (bit.cells or ())[column : column + 1] == (None,)
        return self.raws[-1].category if merged and self.raws else self._cell(bit, column)

    def _answer(self, bit: Bit) -> str | None:
        column = self.columns.first("answer")
        if column is None:
            return ""
        cells = bit.cells or ()
        return cells[column] if column < len(cells) else ""

    def _other(self, bit: Bit) -> dict[str, str]:
        """What stands in columns that are none of ours, by their headings."""
        columns = self.columns
        return {
            columns.headings[column] or f"{column + 1}列目": text
            for column, text in bit.filled
            if column < len(columns.roles) and columns.roles[column] in {"other", "person"}
        }

    def _beyond(self, bit: Bit) -> None:
        """Cells right of the table's own columns are told, not dropped."""
        for column, text in bit.filled:
            if column >= len(self.columns.headings):
                self.problems.append(
                    Problem("cell_beyond", f"表の右にはみ出した欄があります：{text[:40]}", bit.number)
                )

    def _said(self, bit: Bit, role: str) -> str:
        column = self.columns.roles.index(role) if role in self.columns.roles else None
        return self._cell(bit, column) or ""

    @staticmethod
    def _cell(bit: Bit, column: int | None) -> str | None:
        cells = bit.cells or ()
        return None if column is None or column >= len(cells) else cells[column]

"""Categories of opinions, by the document's own legend, else by what stands in the column."""

from __future__ import annotations

import re
from collections import Counter

from ..layouts.raw import Laid, Raw
from ..result import LegendEntry, Read
from .glyphs import canonical, is_category_like, is_mark

_DITTO = {"〃", "同上", "″", "々", "''", '"'}
_MARKED = re.compile(
    r"^[【〔\[（(]?\s*([◎○◯〇●□■△▲▽◇◆☆★※×✕]|[A-HＡ-Ｈ](?![A-Za-z])|[1-9１-９](?![0-9])|[ⅠⅡⅢⅣⅤ]|[ア-オ](?![ァ-ヶ]))\s*[】〕\]）)]?\s*[.:：、．]?\s*(\S.*)$"
)


_OPENS = re.compile(
    r"^(?P<mark>【[^】]{1,14}】|〔[^〕]{1,14}〕|\[[^\]]{1,14}\]|[◎○◯●□■△▲◇◆☆★×]|[（(][A-EＡ-Ｅ◎○△×][)）])\s*(?P<rest>\S.*)$",
    re.DOTALL,
)

_CLOSES = re.compile(
    r"^(?P<rest>.*[。．）)」])\s*(?P<mark>【[^】]{1,14}】|〔[^〕]{1,14}〕|\[[^\]]{1,14}\]|[（(][A-EＡ-Ｅ◎○△×][)）])$",
    re.DOTALL,
)


def split_marks(laid: Laid) -> None:
    """Without a column for it the category may open every answer: 「【反映】ご意見を踏まえ…」."""
    if laid.has_categories:
        return
    if _split_closing(laid):
        return
    opened = [
        (raw, found)
        for raw in laid.raws
        if raw.answer and (found := _OPENS.match(raw.answer)) and is_category_like(found["mark"])
    ]
    own = sum(bool(raw.answer) for raw in laid.raws)
    if len(opened) < max(2, 0.6 * own):
        return
    for raw, found in opened:
        raw.category, raw.answer = found["mark"], found["rest"]
        raw.doubt("category", 0.9, "")
    laid.has_categories = True


def _split_closing(laid: Laid) -> bool:
    """Or it closes every answer: 「…します。【修正あり】」. Short words in brackets alone do not tell: most must have one."""
    closed = [
        (raw, found)
        for raw in laid.raws
        if raw.answer and (found := _CLOSES.match(raw.answer)) and is_category_like(found["mark"])
    ]
    if len(closed) < max(2, 0.6 * sum(bool(raw.answer) for raw in laid.raws)):
        return False
    for raw, found in closed:
        raw.category, raw.answer = found["mark"], found["rest"].rstrip()
    laid.has_categories = True
    return True


class Categories:
    """The set of categories of one document and how a printed mark becomes one of them."""

    def __init__(self, legend: list[LegendEntry], raws: list[Raw]) -> None:
        self.legend = {entry.glyph: entry for entry in legend if entry.glyph}
        self.labels = {_bare(entry.label): entry.glyph for entry in legend if entry.glyph}
        self.lost = [entry for entry in legend if not entry.glyph]
        self.seen = Counter(canonical(raw.category) for raw in raws if raw.category)

    def read(self, printed: str | None, before: str | None) -> Read[str | None]:
        """None is what the file does not print: nothing is guessed from the answer."""
        if not printed:
            return Read(None)
        if printed.strip() in _DITTO:
            return Read(before, 0.9) if before else Read(None, 0.4, "「同上」の前に区分がありません。")
        mark = canonical(printed)
        if mark in self.legend:
            return Read(mark)
        if _bare(printed) in self.labels:
            return Read(self.labels[_bare(printed)])
        split = _MARKED.match(printed.strip())
        if split and (canonical(split[1]) in self.legend or is_mark(split[1]) or len(split[2]) > 1):
            told = canonical(split[1])
            known = told in self.legend or not self.legend
            return Read(told, 0.95 if known else 0.6, "" if known else f"「{printed}」は凡例にありません。")
        if self.legend and not self.lost:
            return Read(mark, 0.5, f"「{printed}」は、この資料の凡例にありません。")
        if is_category_like(printed) or self.seen[mark] > 1 or len(self.seen) <= 12:
            is_known = is_category_like(printed) or self.seen[mark] > 1
            why = "" if is_known else "凡例がなく、欄に書かれたとおりに読みました。"
            return Read(mark, 0.95 if is_known else 0.8, why)
        return Read(mark, 0.6, "凡例がなく、区分かどうか分かりません。")


def _bare(text: str) -> str:
    return re.sub(r"[\s【】〔〕\[\]（）()「」]+", "", text)

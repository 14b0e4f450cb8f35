"""What is only print: page numbers, running heads and feet."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter

from ..flow import Bit

_PAGE_NUMBER = re.compile(
    r"^(?:[-‐–—―－ー~〜・p.\s]+[0-9]{1,4}[-‐–—―－ー~〜・\s]*|[0-9]{1,4}\s*/\s*[0-9]{1,4}(?:\s*(?:ページ|頁))?|(?:p\.?|page)\s*[0-9]{1,4}(?:\s*(?:/|of)\s*[0-9]{1,4})?|[0-9]{1,4}\s*(?:ページ|頁))$",
    re.IGNORECASE,
)
_OFTEN = 3
_HEAD = 4  # lines: where a title stands below a running head
_TITLE = re.compile(r"(?:意見|考え方|パブリック).*(?:結果|考え方|回答|ついて|概要)")
_MARGIN = (
    0.08  # of a page's height, where the file tells it: what comes twice up or down there is a running line
)


def is_page_number(text: str) -> bool:
    """－ 3 －, 3/12, P.3: a page number that can be nothing else (a bare number may be an opinion's)."""
    return bool(_PAGE_NUMBER.match(unicodedata.normalize("NFKC", text)))


def running_lines(bits: list[Bit]) -> set[int]:
    """Lines that come again at the head or foot of pages, word for word but for figures; the first head is a title."""
    lines = [bit for bit in bits if bit.cells is None and bit.text]
    edges: dict[int, Bit] = {}
    for before, bit in itertools.pairwise(lines):
        turned = bit.breaks or bit.page != before.page
        if turned or is_page_number(before.text):
            edges[bit.index] = bit
        if turned or is_page_number(bit.text):
            edges[before.index] = before
    for bit in lines[:1] + lines[-1:]:
        edges[bit.index] = bit
    said = Counter(_without_figures(bit.text) for bit in edges.values())
    marginal = {_without_figures(bit.text) for bit in edges.values() if _in_margin(bit)}
    first = _without_figures(lines[0].text) if lines else ""  # a title printed over the next page too
    again = {
        text
        for text, times in said.items()
        if times >= (2 if text in marginal or text == first else _OFTEN)
        and 1 < len(text) <= 60
        and text != "#"
    }
    found = {bit.index for bit in edges.values() if _without_figures(bit.text) in again}
    if said[first] < _OFTEN and first not in marginal:
        found.discard(lines[0].index if lines else -1)
    if lines and lines[0].index in found and not any(_TITLE.search(bit.text) for bit in lines[1:_HEAD]):
        found.discard(lines[0].index)
    return found


def _in_margin(bit: Bit) -> bool:
    return bit.y is not None and not _MARGIN <= bit.y <= 1 - _MARGIN


def _without_figures(text: str) -> str:
    return re.sub(r"\d+", "#", text)

"""Footnotes: 「※生ごみ処理機とは…」 explains a word that stands elsewhere with its mark, and is no answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOTE = re.compile(r"^[（(]?[※＊*注][0-9０-９]*[)）]?\s*(?P<word>[^\s。、:：]{2,20}?)(?:とは|\s*[:：…]|\s)")
_MARK = r"\s*[（(]?[※＊*注]"


def explains(text: str, before: Iterable[str]) -> bool:
    note = _NOTE.match(text)
    if note is None:
        return False
    marked = re.compile(re.escape(note["word"]) + _MARK)
    return any(marked.search(one) for one in before)

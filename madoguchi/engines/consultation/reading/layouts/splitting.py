"""Several opinions in one place, as bullets under one label: taken apart only where the printed total says so."""

from __future__ import annotations

import re
from dataclasses import replace

from ..meaning.numbers import numbers_of
from .raw import Laid, Raw

_BULLET = re.compile(r"(?:^|(?<=\s))[・●○■◆]\s*")
_NUMBER = re.compile(r"(?:^|(?<=\s))([0-9０-９]{1,2}|[①-⑳])[\s.．、)）]+")
_SURE = 0.85
_LIKELY = 0.7
_BY_NUMBER = "まとめて並んだ意見と考え方を、それぞれの番号で組にしました。"


def split_bullets(laid: Laid, printed: int | None) -> None:
    """One opinion for each bullet when that, and only that, gives the number of opinions the document prints."""
    if printed is None or len(laid.raws) >= printed:
        return
    pieces = [_pieces(raw) for raw in laid.raws]
    if sum(map(len, pieces)) != printed:
        return
    raws: list[Raw] = []
    moved: list[int] = []
    why = f"1つの欄に並んだ意見を、資料の件数（{printed}件）に合わせて分けました。"
    for raw, told in zip(laid.raws, pieces, strict=True):
        first = len(raws)
        moved.append(first)
        for place, text in enumerate(told):
            one = replace(raw, opinion=text, doubts=dict(raw.doubts), answer=raw.answer if not place else "")
            if raw.answer_from is not None:
                one.answer_from = moved[raw.answer_from]
            if len(told) > 1:
                one.doubt("opinion", _SURE, why)
            if place:
                one.answer_from = first if one.answer_from is None else one.answer_from
                one.no = None
                one.doubt("answer_shared_from", _SURE, why)
            raws.append(one)
    laid.raws = raws


def split_numbered(laid: Laid, printed: int | None) -> None:
    """All opinions under one label and all answers under the next, both numbered: the same numbers belong together."""
    if len(laid.raws) != 1 or laid.raws[0].answer is None:
        return
    raw = laid.raws[0]
    asked, told = _numbered(raw.opinion), _numbered(raw.answer or "")
    if len(asked) < 2 or len(asked) != len(told) or printed not in {None, len(asked)}:
        return
    laid.raws = []
    for number, (opinion, answer) in enumerate(zip(asked, told, strict=True), 1):
        one = replace(raw, no=str(number), opinion=opinion, answer=answer, doubts=dict(raw.doubts))
        for name in ("opinion", "answer"):
            one.doubt(name, _LIKELY if printed is None else _SURE, _BY_NUMBER)
        laid.raws.append(one)
    laid.has_numbers = True


def _numbered(text: str) -> list[str]:
    """The pieces behind 1, 2, 3 …; none when the text does not begin with 1 or the numbers do not rise."""
    _before, *parts = _NUMBER.split(text)
    numbers = [found[0] if (found := numbers_of(part)) else 0 for part in parts[::2]]
    if _before.strip() or numbers != list(range(1, len(numbers) + 1)):
        return []
    return [part.strip() for part in parts[1::2]]


def _pieces(raw: Raw) -> list[str]:
    if not _BULLET.match(raw.opinion):
        return [raw.opinion]
    return [piece.strip() for piece in _BULLET.split(raw.opinion) if piece.strip()]

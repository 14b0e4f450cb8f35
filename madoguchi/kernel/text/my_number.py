"""Finding what may be a マイナンバー (個人番号) in words.

The law lets nobody collect the number but for what it lists (番号法 第20条), and what comes to this city hall is not
listed. Twelve digits, of which the last checks the others (総務省令第85号 第5条; the arithmetic is python-stdnum's).

One in eleven of all other numbers of twelve digits passes the check too: it cannot be told apart, and whoever
refuses must say how to go on. This file imports nothing of the project: the child that draws PDFs reads it as well.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.jp import in_

LENGTH = 12
_KANJI = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {"零": "0"}
# Between the digits of one number: hyphens of every kind, dots and slashes bind; spaces may also part two numbers.
_BINDS = set("-‐‑‒–—―−ー－_./・·･")
_RUN = re.compile(r"d(?:[ -]{0,3}d)*")
_WORD = re.compile(r"d(?:-{0,3}d)*")
_GROUP = re.compile(r"d+")
_CORPORATE = [1, 4, 4, 4]  # 法人番号, as it is printed: thirteen digits

Span = tuple[int, int]


def my_numbers(text: str) -> list[Span]:
    """Where in the text twelve digits stand that pass the check, and are no part of a longer number.

    In every spelling: full width, circled, kanji, in groups, with hyphens, with marks nobody sees in between.
    """
    # Most texts have no twelve digits in any script (⑫ is two).
    if sum(map(str.isnumeric, text)) < LENGTH // 2:
        return []
    found = set(_found(_Read(text, kanji=False)))
    if sum(map(text.count, _KANJI)) >= LENGTH:
        found |= set(_found(_Read(text, kanji=True)))
    return sorted(found)


def looks_like_my_number(text: str) -> bool:
    """Whether there is one."""
    return bool(my_numbers(text))


class _Read:
    """A text as its digits: `kinds` has `d` for a digit, `-` and space for what may stand between, `x` for the rest."""

    def __init__(self, text: str, *, kanji: bool) -> None:
        kinds: list[str] = []
        self.digits: list[str] = []
        self.places: list[int] = []
        for place, character in enumerate(text):
            for digit in _digits(character, kanji=kanji):
                kinds.append("d" if digit.isdigit() else digit)
                self.digits.append(digit)
                self.places.append(place)
        self.kinds = "".join(kinds)

    def span(self, start: int, end: int) -> Span | None:
        """The place of twelve digits that pass the check, or None."""
        digits = "".join(filter(str.isdigit, self.digits[start:end]))
        is_one = len(digits) == LENGTH and in_.is_valid(digits)
        return (self.places[start], self.places[end - 1] + 1) if is_one else None


def _digits(character: str, *, kanji: bool) -> str:
    """The digits of one character; what it is otherwise (`-`, space, `x`); "" for a mark nobody sees."""
    if kanji:
        # Kanji and figures are not mixed in one number.
        wide = unicodedata.normalize("NFKC", character)
        if character in _KANJI or not wide.isdecimal():
            return _KANJI.get(character) or _between(character)
        return "x"
    wide = unicodedata.normalize("NFKC", character)
    if wide.isdecimal():
        return "".join(str(unicodedata.decimal(one)) for one in wide)
    digit = unicodedata.digit(character, None)
    return str(digit) if digit is not None else _between(character)


def _between(character: str) -> str:
    if character in _BINDS:
        return "-"
    if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    return " " if character != "\n" and character != "\r" and character.isspace() else "x"


def _found(read: _Read) -> list[Span]:
    spans = []
    for run in _RUN.finditer(read.kinds):
        if run[0].count("d") < LENGTH:
            continue
        spans += [span for start, end in _candidates(run) if (span := read.span(start, end))]
    return spans


def _candidates(run: re.Match[str]) -> list[Span]:
    """Which parts of digits standing side by side may be one number of twelve."""
    total = run[0].count("d")
    if total == LENGTH:
        return [run.span()]
    if [len(group) for group in _GROUP.findall(run[0])] == _CORPORATE:
        return []
    # More than twelve: several numbers with spaces between. What hyphens bind stays together.
    words = [(found.start() + run.start(), found.end() + run.start()) for found in _WORD.finditer(run[0])]
    sizes = [run.string[start:end].count("d") for start, end in words]
    return [
        (words[first][0], words[last - 1][1])
        for first in range(len(words))
        for last in range(first + 1, min(first + LENGTH, len(words)) + 1)
        if _is_number_of_its_own(sizes, first, last)
    ]


def _is_number_of_its_own(sizes: list[int], first: int, last: int) -> bool:
    """One word of twelve digits, or words of one length (4 4 4) with no further one of that length beside them."""
    mine = sizes[first:last]
    if sum(mine) != LENGTH:
        return False
    beside = sizes[max(first - 1, 0) : first] + sizes[last : last + 1]
    return len(mine) == 1 or (len(set(mine)) == 1 and mine[0] not in beside)

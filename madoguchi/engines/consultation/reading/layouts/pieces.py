"""Lines of a list in pieces: labels, numbers and bullets, and where its opinions begin."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..flow import Bit, ends_sentence
from ..meaning.headings import kind_of, looks_like_heading
from ..words import Role, heading_role, is_heading_row
from .fields import FIELDS as _FIELDS
from .fields import alone, field_of, recurring
from .furniture import is_page_number
from .labels import Label, label_of, number_of
from .notes import explains

ABOUT = re.compile(r"(?:について|に関すること|に関して|全般|全体)$")  # what such headings end with
_SHORT = 30
BULLET = re.compile(r"^[・○●◯◆◇■□▪▫•\-－‐]\s*(?=\S)")


@dataclass(slots=True)
class Piece:
    """A part of a line: what it opens with and its words."""

    bit: Bit
    role: Role | None
    text: str
    number: int | None = None
    style: str = ""


@dataclass(slots=True)
class Told:
    """The document in pieces, and how its opinions begin."""

    pieces: list[Piece]
    starts: str  # "opinion label", "number label", "number", "bullet"
    mark: str
    first: int
    last: int


def cut(bits: list[Bit], furniture: set[int]) -> Told | None:
    """None when there are no answers under labels."""
    again = recurring(bits, furniture)
    pieces = list(_all_pieces([bit for bit in bits if bit.text and bit.index not in furniture], again))
    answers = [place for place, piece in enumerate(pieces) if piece.role == "answer"]
    if len(answers) < 1:
        return None
    labelled = [place for place, piece in enumerate(pieces) if piece.role == "opinion"]
    labelled = [place for place in labelled if _leads_to_answer(pieces, place)]
    if len(labelled) >= max(1, 0.6 * len(answers)):
        first = _with_number_above(pieces, labelled[0])
        return Told(pieces, "opinion label", "", first, _end(pieces, answers[-1]))
    mark, bullet = _numbers(pieces, answers), _bullets(pieces, answers)
    if mark is not None and (bullet is None or mark[2] >= bullet[2]):
        return Told(pieces, "number", mark[0], mark[1], _end(pieces, answers[-1]))
    if bullet is not None:
        return Told(pieces, "bullet", bullet[0], bullet[1], _end(pieces, answers[-1]))
    return None


def _all_pieces(lines: list[Bit], again: frozenset[str]) -> Iterator[Piece]:
    place = 0
    while place < len(lines):
        bit = lines[place]
        field = alone(bit.text) if bit.cells is None and place + 1 < len(lines) else None
        below = lines[place + 1] if field is not None and field[1] in again else None
        place += 1
        if field is None or below is None or below.cells is not None or label_of(below.text) is not None:
            yield from _pieces(bit, again)
            continue
        yield Piece(bit, field[0], below.text, None, "field")
        yield Piece(below, field[0], below.text, None, "field")
        place += 1


def _pieces(bit: Bit, again: frozenset[str]) -> Iterator[Piece]:
    """A row of two cells is a label and its text; a line may open with a number and then a label."""
    if bit.cells is not None and len(bit.filled) > 1:
        yield from _of_row(bit)
        return
    field = field_of(bit.text)
    if field is not None and field[1] in again:
        yield Piece(bit, field[0], field[2], None, "field")
        return
    yield from _of_line(bit, bit.text)


def _of_row(bit: Bit) -> Iterator[Piece]:
    cells = [text for _column, text in bit.filled]
    if is_heading_row(cells):
        yield Piece(bit, None, bit.text)
        return
    place = 0
    while place < len(cells):
        label = label_of(cells[place])
        follows = cells[place + 1] if place + 1 < len(cells) else None
        behind = label_of(follows) if follows else None
        if label is not None and not label.rest and follows and (behind is None or behind.rest):
            yield Piece(bit, label.role, follows, label.number, "cell")
            place += 2
            continue
        yield from _of_line(bit, cells[place])
        place += 1


def _of_line(bit: Bit, text: str) -> Iterator[Piece]:
    tokens = text.split()
    if (
        len(tokens) > 1
        and not re.search("[。:：]", text)
        and all(heading_role(token)[1] >= 0.75 for token in tokens)
    ):
        yield Piece(bit, None, text)  # the heading row of a table that lost its columns
        return
    label = label_of(text)
    if label is not None and not (
        label.style == "alone" and label.role in {"item", "category", "place", "count"}
    ):
        yield from _of_label(bit, label)
        return
    numbered = number_of(text)
    if numbered is not None:
        inner = label_of(numbered.rest) if numbered.rest else None
        if inner is not None and inner.role in {"opinion", "answer", "item", "category"}:
            yield Piece(bit, "no", "", numbered.number, numbered.mark)
            yield from _of_label(bit, inner)
            return
        yield Piece(bit, None, text, numbered.number, numbered.mark)
        return
    bullet = BULLET.match(text)
    yield Piece(bit, None, text, None, bullet[0].strip() if bullet else "")


def _of_label(bit: Bit, label: Label) -> Iterator[Piece]:
    """Text behind a label may hold the next label: 「（意見）…（回答）…」 in one line."""
    inside = (
        re.search(r"[【（(〔\[＜](?:[^】）)〕\]＞]{1,14})[】）)〕\]＞]", label.rest)
        if label.role == "opinion"
        else None
    )
    while inside is not None:
        later = label_of(label.rest[inside.start() :])
        if later is not None and later.role == "answer" and later.style == "bracket":
            yield Piece(bit, label.role, label.rest[: inside.start()].strip(), label.number, label.style)
            yield Piece(bit, later.role, later.rest, later.number, later.style)
            return
        inside = re.compile(r"[【（(〔\[＜](?:[^】）)〕\]＞]{1,14})[】）)〕\]＞]").search(
            label.rest, inside.end()
        )
    yield Piece(bit, label.role, label.rest, label.number, label.style)


def _leads_to_answer(pieces: list[Piece], place: int) -> bool:
    """An opinion label that an answer follows, other opinions between or not, within reach."""
    piece = pieces[place]
    has_text = bool(piece.text) or (
        place + 1 < len(pieces) and pieces[place + 1].role not in {"opinion", "answer"}
    )
    follows = next((one for one in pieces[place + 1 : place + 80] if one.role == "answer"), None)
    following = next((one for one in pieces[place + 1 : place + 2]), None)
    heads_table = following is not None and following.role == "answer" and not piece.text
    return has_text and follows is not None and not heads_table


def _with_number_above(pieces: list[Piece], place: int) -> int:
    """The number, item or category that stands over the first opinion belongs to it."""
    first = place
    again = Counter(piece.role for piece in pieces[place:])
    while first and (
        pieces[first - 1].role == "no"
        or (pieces[first - 1].role in _FIELDS and (again[pieces[first - 1].role] or again["opinion"] < 2))
        or (pieces[first - 1].role == "opinion" and pieces[first - 1].number and not pieces[first - 1].text)
        or (
            pieces[first - 1].role is None
            and pieces[first - 1].number == 1
            and len(pieces[first - 1].text) <= 12
        )
    ):
        first -= 1
    return first


def _numbers(pieces: list[Piece], answers: list[int]) -> tuple[str, int, int] | None:
    """The mark whose numbers rise from 1 with an answer behind most of them, and where it begins."""
    best: tuple[int, str, int] | None = None
    for mark in {piece.style for piece in pieces if piece.number is not None and piece.role in {None, "no"}}:
        run = _rising(pieces, mark, answers)
        if run and len(run) >= 1:
            answered = sum(
                _answered(pieces, start, end) for start, end in zip(run, [*run[1:], len(pieces)], strict=True)
            )
            if answered >= max(1, 0.5 * len(run)) and (best is None or answered > best[0]):
                best = (answered, mark, run[0])
    return (best[1], best[2], best[0]) if best else None


def _rising(pieces: list[Piece], mark: str, answers: list[int]) -> list[int]:
    """Places of 1, 2, 3 … of one mark, beginning at the last 1 before the first answer; under each heading anew."""
    ones = [
        place
        for place, piece in enumerate(pieces)
        if piece.number == 1 and piece.style == mark and place < answers[0]
    ]
    if not ones:
        return []
    run = [ones[-1]]
    last, is_answered = 1, False
    for place in range(ones[-1] + 1, len(pieces)):
        piece = pieces[place]
        is_answered = is_answered or piece.role == "answer"
        if piece.style == mark and (piece.number == last + 1 or (piece.number == 1 and is_answered)):
            run.append(place)
            last, is_answered = piece.number, False
    return run


def _answered(pieces: list[Piece], start: int, end: int) -> bool:
    return any(piece.role == "answer" for piece in pieces[start:end])


def _bullets(pieces: list[Piece], answers: list[int]) -> tuple[str, int, int] | None:
    """Bullets right before answers: the mark, the first of them, and how many answers they have."""
    before = Counter(
        next(
            (
                pieces[place].style
                for place in range(answer - 1, max(-1, answer - 6), -1)
                if pieces[place].role is None and BULLET.match(pieces[place].text)
            ),
            "",
        )
        for answer in answers
    )
    mark, times = before.most_common(1)[0]
    if not mark or times < max(1, 0.5 * len(answers)):
        return None
    first = answers[0]
    while (
        first
        and pieces[first - 1].role is None
        and (pieces[first - 1].style == mark or not _stands_alone(pieces[first - 1]))
    ):
        first -= 1
    while first < len(pieces) and pieces[first].style != mark:
        first += 1
    return mark, first, times


def _stands_alone(piece: Piece) -> bool:
    return looks_like_heading(piece.text) and (kind_of(piece.text)[0] != "plain" or len(piece.text) < 16)


def _end(pieces: list[Piece], answer: int) -> int:
    """The last answer goes on to its last sentence; what stands behind is no answer."""
    last = answer
    for place in range(answer + 1, len(pieces)):
        piece = pieces[place]
        if explains(piece.text, (one.text for one in pieces[:place])):
            break
        if place == answer + 1 and not pieces[answer].text and piece.role is None:
            last = place
            continue
        if piece.role in {"opinion", "answer", "no"} or (
            piece.number is not None and piece.style not in {"①", "()", " "}
        ):
            break
        if (
            piece.role == "category"
            or (ends_sentence(piece.text) and not ends_sentence(pieces[last].text or "。x"))
            or (ends_sentence(piece.text) and place == last + 1)
        ):
            last = place
    return last


def _leads(piece: Piece, told: Told) -> bool:
    """The next line begins an opinion; else 「橋について」 may be a line of the answer."""
    after = bisect_right(told.pieces, piece.bit.index, key=lambda one: one.bit.index)
    return after < len(told.pieces) and told.pieces[after].role in {"opinion", "no", "item"}


def could_head(piece: Piece, told: Told) -> bool:
    if not looks_like_heading(piece.text) or (
        told.starts == "number" and piece.style == told.mark and piece.number is not None
    ):
        return False
    if ABOUT.search(piece.text) and len(piece.text) <= _SHORT and _leads(piece, told):
        return True
    return kind_of(piece.text)[0] not in {"plain", "・"} and not is_page_number(piece.text)

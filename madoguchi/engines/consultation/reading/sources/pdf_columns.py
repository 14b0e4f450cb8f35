"""Two columns of running text on a page: which lines are read down the left one first, and then down the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_FEWEST = 6  # lines side by side; fewer may be a list or a signature
_MIDDLE = (0.4, 0.6)  # of the page's width: where the gutter of two even columns lies

Piece = tuple[float, float]  # its left and its right edge
Place = tuple[int, int]  # row, piece


def bands(rows: Sequence[Sequence[Piece]], width: float) -> Iterator[list[Place]]:
    """Groups of pieces in the order they are read. Pieces of one row in a group are one line."""
    at = 0
    while at < len(rows):
        end = _end_of_columns(rows, at, width)
        if end - at >= _FEWEST:
            for is_right in (False, True):
                yield [
                    (row, piece)
                    for row in range(at, end)
                    for piece, box in enumerate(rows[row])
                    if (box[0] > _MIDDLE[0] * width) is is_right
                ]
            at = end
        else:
            yield [(at, piece) for piece in range(len(rows[at]))]
            at += 1


def _end_of_columns(rows: Sequence[Sequence[Piece]], start: int, width: float) -> int:
    """The row after the last one that keeps to the gutter; `start` itself where two columns do not begin here."""
    left, right = _MIDDLE[0] * width, _MIDDLE[1] * width
    gutter = None
    both, end = 0, start
    for row in range(start, len(rows)):
        lefts = [box for box in rows[row] if box[0] <= left]
        rights = [box for box in rows[row] if box[0] > left]
        if len(lefts) > 1 or len(rights) > 1:
            break
        begins = max((box[1] for box in lefts), default=0.0)
        ends = min((box[0] for box in rights), default=width)
        gutter = (max(gutter[0], begins), min(gutter[1], ends)) if gutter else (begins, ends)
        if gutter[0] >= gutter[1] or gutter[0] > right or gutter[1] < left or begins > right:
            break
        if lefts and rights:
            both, end = both + 1, row + 1
        elif row == start:
            break
    return end if both >= _FEWEST and _is_running(rows[start:end], width) else start


def _is_running(rows: Sequence[Sequence[Piece]], width: float) -> bool:
    """Running text fills its column; the columns of a list or of a table without rules do not."""
    long = sum(1 for row in rows for x0, x1 in row if x1 - x0 > width * 0.25)
    return long * 3 >= sum(len(row) for row in rows) * 2

"""出さない数: small numbers of a table with sums, and as many beside them as keep each from being worked out.

Every row and every column has its sum, so a hidden number can be told from the others of its line. Numbers are
hidden until each hidden one could just as well be one more or one less: then there is a closed way through hidden
places, alternately along rows and columns, on which one is added and taken away in turn, and every sum that is
shown stays as it is. Who reads the table may know that a hidden number is at least 1, because zeros are told.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

Place = tuple[int, int]  # row and column; the last of each is the sum
Line = tuple[str, int]


def withheld(counts: Sequence[Sequence[int]], few: int) -> set[Place]:
    """Which places of the table are not told: 1 to `few`, and what is hidden beside them.

    The sum of row r stands at (r, number of columns), the sum of column c at (number of rows, c).
    """
    table = _with_sums(counts)
    last = (len(counts), len(counts[0]) if counts else 0)
    hidden = {place for place, n in table.items() if 1 <= n <= few}
    waiting = sorted(hidden)
    # What is hidden besides only gives the others more room: nobody has to be looked at twice.
    while waiting:
        more = _way_round(table, last, hidden, waiting.pop()) - hidden
        hidden |= more
        waiting += sorted(more)
    return hidden


def _with_sums(counts: Sequence[Sequence[int]]) -> dict[Place, int]:
    rows = [[*row, sum(row)] for row in counts]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return {(r, c): n for r, row in enumerate([*rows, sums]) for c, n in enumerate(row)}


def _way_round(table: Mapping[Place, int], last: Place, hidden: set[Place], place: Place) -> set[Place]:
    """The places of the closed way through `place` that hides the least beside what is hidden."""
    row, column = ("row", place[0]), ("column", place[1])
    ways = [
        _cheapest(table, last, hidden, place, begin, end)
        for along_row, begin, end in ((True, column, row), (False, row, column))
        if _may(table, last, place, along_row=along_row)
    ]
    # A number and the sums of its row, its column and the whole may all be one more: there always is a way.
    return min(ways)[1]


def _may(table: Mapping[Place, int], last: Place, place: Place, *, along_row: bool) -> bool:
    """Whether the way may cross `place` from its row to its column, or the other way round.

    From row to column a number becomes one more and a sum one less; a sum of sums is a number again.
    """
    is_sum = (place[0] == last[0]) != (place[1] == last[1])
    return along_row != is_sum or table[place] > 1


def _cheapest(
    table: Mapping[Place, int], last: Place, hidden: set[Place], without: Place, begin: Line, end: Line
) -> tuple[int, set[Place]]:
    """What must be hidden to come from `begin` to `end` without the place `without`: how much, and which."""
    waiting: list[tuple[int, Line, tuple[Place, ...]]] = [(0, begin, ())]
    been: set[Line] = set()
    while waiting:
        cost, line, way = heapq.heappop(waiting)
        if line == end:
            return cost, set(way)
        if line in been:
            continue
        been.add(line)
        for place, following in _out_of(line, last):
            n = table[place]
            if n and place != without and _may(table, last, place, along_row=line[0] == "row"):
                heapq.heappush(waiting, (cost + (0 if place in hidden else n), following, (*way, place)))
    return sum(table.values()) + 1, set(table)


def _out_of(line: Line, last: Place) -> list[tuple[Place, Line]]:
    kind, number = line
    if kind == "row":
        return [((number, c), ("column", c)) for c in range(last[1] + 1)]
    return [((r, number), ("row", r)) for r in range(last[0] + 1)]

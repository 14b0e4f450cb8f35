"""出さない数: what is shown never leaves a hidden number with one possible value. Tried out, not reasoned."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.engines.procedures.queries.withholding import withheld

FEW = 4
NUMBERS = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 20])
TABLES = st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=3)
WIDE_TABLES = st.lists(st.lists(NUMBERS, min_size=5, max_size=5), min_size=1, max_size=9)


def with_sums(counts):
    """Every place with its number, the sums in the last row and column."""
    rows = [[*row, sum(row)] for row in counts]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}


def possible(counts, hidden):
    """What a reader can come to: place -> the numbers that may stand there, each at most one off the true one.

    Every hidden number is tried as one less, itself and one more, never below 1 (zeros are told); a table stays if
    all that is shown is as it is.
    """
    true = with_sums(counts)
    shown = {place: n for place, n in true.items() if place not in hidden}
    inner = [place for place in sorted(hidden) if place[0] < len(counts) and place[1] < len(counts[0])]
    found = {place: set() for place in hidden}
    for guess in product(*[range(max(1, true[place] - 1), true[place] + 2) for place in inner]):
        tried = [list(row) for row in counts]
        for (r, c), n in zip(inner, guess, strict=True):
            tried[r][c] = n
        told = with_sums(tried)
        if all(told[place] == n for place, n in shown.items()):
            for place in hidden:
                found[place].add(told[place])
    return found


@settings(max_examples=120, deadline=None)
@given(TABLES)
def test_every_hidden_number_has_at_least_two_possible_values(counts):
    hidden = withheld(counts, FEW)

    assert all(len(values) > 1 for values in possible(counts, hidden).values())


@settings(max_examples=200, deadline=None)
@given(WIDE_TABLES)
def test_no_small_number_is_told_and_every_zero_is(counts):
    hidden = withheld(counts, FEW)

    table = with_sums(counts)
    assert not [n for place, n in table.items() if place not in hidden and 1 <= n <= FEW]
    assert all(table[place] for place in hidden)
    for line in range(max(len(counts), 5) + 1):
        assert [place[0] for place in hidden].count(line) != 1
        assert [place[1] for place in hidden].count(line) != 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 5, 9, 40]), min_size=5, max_size=5), min_size=1, max_size=6))
def test_a_table_without_small_numbers_is_told_whole(counts):
    assert withheld(counts, FEW) == set()


@pytest.mark.parametrize(
    "counts",
    [
        [[1, 1, 20]],  # 22 in all: two hidden beside 20 would be 1 each
        [[1, 0, 0]],
        [[1, 1, 0], [1, 1, 0]],
        [[2, 1, 20], [20, 0, 20], [1, 0, 5]],
        [[1, 40, 40], [40, 1, 40], [40, 40, 1]],
    ],
)
def test_small_numbers_that_add_up_to_nearly_nothing_cannot_be_worked_out(counts):
    hidden = withheld(counts, FEW)

    assert all(len(values) > 1 for values in possible(counts, hidden).values())


def test_hiding_a_second_number_in_each_line_would_not_do():
    """The teeth: 22 and 20 are shown beside two hidden numbers, and each can only be 1."""
    two_in_the_row = {(0, 0), (0, 1), (1, 0), (1, 1)}

    assert possible([[1, 1, 20]], two_in_the_row)[(0, 0)] == {1}


def test_no_more_is_hidden_than_a_second_and_its_sums_where_that_is_enough():
    assert withheld([[5, 1, 30], [30, 30, 30]], FEW) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_city_of_a_hundred_procedures_is_settled_at_once():
    counts = [[(row * column) % 11 for column in range(1, 6)] for row in range(1, 121)]

    assert len(withheld(counts, FEW)) > 100

"""Conditions that nobody's answers make true: tried over yes/no, choices and numbers at both sides of each line."""

from decimal import Decimal

import pytest

from madoguchi.kernel.rules import lines_of

from .test_linting import found_in, with_lines

BEFORE = "      remarks:\n"
NUMBER = "      n: {type: number, label: 数, why: 数えるため, %s, ground: 人数の計算, keep: case}\n"
OWN = '      own: {type: yes_no, label: 別の問い, why: 決めるため, shown_when: "%s", ground: 支給額の算定, keep: case}\n'


def is_dead(tmp_path, condition: str, number: str = "least: 1, most: 5") -> bool:
    found = found_in(tmp_path, with_lines((BEFORE, NUMBER % number + OWN % condition + BEFORE)))
    assert not [one for one in found if one.is_error and one.rule != "never_asked"], found
    return [one.key for one in found if one.rule == "never_asked"] == ["pages[0].fields.own.shown_when"]


@pytest.mark.parametrize(
    "condition",
    [
        *(
            "n > 9",
            "n > 5",
            "n < 1",
            "n > 3 && n < 2",
            "n > 3 && n < 4",
            "n in [0, 6]",
            "n == null",
            "!(n < 9)",
        ),
        *("n == 2.5", "n > 4 && event == 'birth' && event == 'move_in'", "-1 == n"),
    ],
)
def test_a_condition_beyond_the_numbers_that_may_be_answered_is_dead(tmp_path, condition):
    assert is_dead(tmp_path, condition)


@pytest.mark.parametrize(
    "condition",
    [
        *("n > 3", "n == 5", "n >= 5", "n <= 1", "n > 2 && n < 4", "n in [5, 6]", "n != 2", "n * 2 > 7"),
        *("n * n == 16", "n + 1 == n", "n % 5 == 3"),
    ],
)
def test_a_condition_that_some_number_makes_true_or_that_counts_is_left_alone(tmp_path, condition):
    assert not is_dead(tmp_path, condition)


@pytest.mark.parametrize(
    ("number", "condition", "dead"),
    [
        ("unit: 人", "n > 1000000", False),
        ("unit: 人", "n < -5", False),
        ("unit: 人", "n > 3 && n < 2", True),
        ("least: 1, required: false", "n == null", False),
    ],
)
def test_without_bounds_every_line_has_two_sides(tmp_path, number, condition, dead):
    assert is_dead(tmp_path, condition, number) == dead


def test_the_lines_of_a_rule_are_the_numbers_it_compares_with():
    assert lines_of("n > 3 && (n <= -2 || child.n in [1, 2.5]) && m == null && o + 1 > 2 && p < q") == {
        "n": {3, -2},
        "child.n": {1, Decimal("2.5")},
        "m": frozenset(),
        "o": None,
        "p": None,
        "q": None,
    }

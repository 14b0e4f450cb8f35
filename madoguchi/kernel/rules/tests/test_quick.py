"""The short way to a rule's value says exactly what the way with reasons says."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.kernel import rules

NAMES = {
    "event": rules.Choice({"birth", "move"}),
    "needs": rules.ListOf(rules.Choice({"day", "night"})),
    "works": rules.Bool,
    "count": rules.Number,
    "on": rules.Date,
    "word": rules.Text,
    "today": rules.Date,
}
PLAIN = [
    "event == 'birth'",
    "event != 'move'",
    "'night' in needs",
    "works",
    "!works",
    "works == false",
    "count >= 3",
    "count < 2.5",
    "count == 3",
    "on <= today",
    "on == date('2026-11-02')",
    "word == 'a'",
    "word == null",
    "event == word",
]
FACTS = st.fixed_dictionaries(
    {"today": st.just(dt.date(2026, 11, 22))},
    optional={
        "event": st.sampled_from(["birth", "move", "moon", None, 3, rules.UNKNOWN]),
        "needs": st.lists(st.sampled_from(["day", "night", "moon", None, 3]), max_size=3)
        | st.builds(rules.OpenList, st.lists(st.sampled_from(["day", "night"]), max_size=2))
        | st.sampled_from([None, "night", 3]),
        "works": st.sampled_from([True, False, None, "yes", 1]),
        "count": st.integers(0, 5) | st.floats() | st.sampled_from([None, "3", True]),
        "on": st.sampled_from(["2026-11-02", "2026-13-01", None, dt.date(2027, 1, 1), 3, ""]),
        "word": st.sampled_from(["a", "birth", None, 3]),
    },
)
SOURCES = st.recursive(
    st.sampled_from(PLAIN),
    lambda inner: (
        st.builds(
            lambda one, sign, other: f"({one}) {sign} ({other})", inner, st.sampled_from(["&&", "||"]), inner
        )
        | st.builds(lambda one: f"!({one})", inner)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("source", PLAIN)
def test_plain_rules_have_the_short_way(source):
    assert rules.compile(source, names=NAMES)._quick is not None


@settings(max_examples=400, deadline=None)
@given(source=SOURCES, facts=FACTS)
def test_short_way_says_what_the_way_with_reasons_says(source, facts):
    rule = rules.compile(source, names=NAMES)

    assert rule.says(facts) is rule.evaluate(facts).value


@pytest.mark.parametrize(
    "source", ["size(needs) > 1", "needs.exists(need, need == 'day')", "plus_days(on, 3) < today"]
)
def test_what_is_not_plain_goes_the_long_way_and_says_the_same(source):
    rule = rules.compile(source, names=NAMES)

    assert rule._quick is None
    for facts in ({}, {"needs": ["day", "night"], "on": "2026-11-02", "today": dt.date(2026, 11, 22)}):
        assert rule.says(facts) == rule.evaluate(facts).value

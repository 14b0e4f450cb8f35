"""Whatever is thrown at it, a rule is refused politely or works out to something."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.kernel import rules
from madoguchi.kernel.rules import UNKNOWN, Bool, Choice, Date, ListOf, Number, Outcome, Record, Text

pytestmark = pytest.mark.slow  # some hundred tries each

NAMES = {
    "a": Bool,
    "n": Number,
    "d": Date,
    "t": Text,
    "e": Choice({"x", "y"}),
    "l": ListOf({"n": Number, "d": Date}),
    "r": Record({"n": Number, "l": ListOf(Number)}),
}
PIECES = [
    "a",
    "n",
    "d",
    "t",
    "e",
    "l",
    "r",
    "x",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "!",
    "&&",
    "||",
    "?",
    ":",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "in",
    ",",
    "'x'",
    "''",
    "1",
    "0",
    "-1",
    "1.5",
    "null",
    "true",
    "false",
    "exists(",
    "all(",
    "exists_one(",
    "filter(",
    "map(",
    "size(",
    "has(",
    "age(",
    "date(",
    "plus_days(",
    "minus_years(",
    "fiscal_year_start(",
    ".n",
    ".l",
    ".d",
    ".exists(x,",
    ".filter(x,",
    ".map(x,",
    "x.n",
    "'2026-01-01'",
    "\\",
    '"',
    "あ",
    "//",
    "99999999999",
]
SOUND = (
    "n / n",
    "n % (n - 1)",
    "plus_days(d, n)",
    "plus_years(d, n * 1000)",
    "fiscal_year_start(d)",
    "age(d, d)",
    "l[n].n",
    "r.l[size(r.l) - 1]",
    "r.l.filter(x, x > n)",
    "l.map(x, x.d)",
    "{'x': n, 'y': r.n}[e]",
    "n in r.l",
    "t + t + t",
    "a ? r.n : n",
    "has(r.l) && l.exists_one(x, x.n == n)",
    "t.contains(t)",
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=5)
    | st.sampled_from(
        ["x", "y", "2026-01-01", "0001-01-01", date.min, date.max, UNKNOWN, Decimal("1e999999")]
    )
    | st.dates()
)
things = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("andtelr"), inner, max_size=3)
    ),
    max_leaves=6,
)
facts = st.dictionaries(st.sampled_from("andtelr"), things)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_a_rule_or_is_refused(source):
    with contextlib.suppress(rules.RuleError):
        assert isinstance(rules.compile(source, names=NAMES).evaluate({}), Outcome)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(SOUND), facts)
def test_any_facts_give_an_outcome(source, given_facts):
    seen = rules.compile(source, names=NAMES).evaluate(given_facts)

    assert (seen.value is UNKNOWN) == bool(seen.unknown)

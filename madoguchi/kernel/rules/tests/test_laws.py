"""What must hold of every rule: sound under missing answers, with reasons that suffice, and CEL where CEL speaks."""

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.kernel import rules
from madoguchi.kernel.rules import UNKNOWN, Bool, Choice, ListOf, Number, OpenList, Text

pytestmark = pytest.mark.slow  # some hundred rules each

NAMES = {
    "a": Bool,
    "b": Bool,
    "n": Number,
    "m": Number,
    "word": Text,
    "event": Choice({"birth", "move_in"}),
    "many": ListOf({"n": Number, "ok": Bool}),
}
small = st.integers(-3, 3)
whole_facts = st.fixed_dictionaries(
    {
        "a": st.booleans(),
        "b": st.booleans(),
        "n": small,
        "m": small,
        # The Rust CEL counts bytes where the specification counts characters: only ASCII here.
        "word": st.sampled_from(["", "ward", "wards"]),
        "event": st.sampled_from(["birth", "move_in"]),
        "many": st.lists(st.fixed_dictionaries({"n": small, "ok": st.booleans()}), max_size=3),
    }
)


def _numbers(inside):
    leaves = st.sampled_from(
        ["n", "m", "1", "-2", "0", "size(many)", "size(word)", *(["x.n"] if inside else [])]
    )
    return st.recursive(
        leaves,
        lambda part: (
            st.builds("({} {} {})".format, part, st.sampled_from("+-*"), part)
            | st.builds("({} {} {})".format, part, st.sampled_from("/%"), st.sampled_from(["2", "-3"]))
        ),
        max_leaves=3,
    )


def _conditions(inside=False):
    numbers = _numbers(inside)
    leaves = [
        st.sampled_from(["a", "b", "true", "false", "event == 'birth'", "event != 'birth'", "has(n)"]),
        st.sampled_from(["word.startsWith('w')", "word.contains('s')", "word + 's' == 'wards'"]),
        st.builds("{} {} {}".format, numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers),
        st.builds("{} in [{}, 1, {}]".format, numbers, numbers, numbers),
        st.builds("{{'birth': {}, 'move_in': 2}}[event] > 1".format, numbers),
    ]
    if inside:
        leaves.append(st.just("x.ok"))
    else:
        body = _conditions(inside=True)
        macro = st.sampled_from(["exists", "all", "exists_one"])
        leaves += [
            st.builds("many.{}(x, {})".format, macro, body),
            st.builds("size(many.filter(x, {})) > 1".format, body),
            st.builds("many.filter(x, {}).{}(x, {})".format, body, macro, body),
            st.builds("many.map(x, {}).exists(y, y > 0)".format, _numbers(inside=True)),
            st.builds("{} in many.map(x, x.n)".format, numbers),
        ]
    return st.recursive(
        st.one_of(leaves),
        lambda part: (
            st.builds("({} && {})".format, part, part)
            | st.builds("({} || {})".format, part, part)
            | st.builds("!({})".format, part)
            | st.builds("({} ? {} : {})".format, part, part, part)
        ),
        max_leaves=4,
    )


conditions = _conditions()


def _known(facts):
    """The facts as CEL would need them: only those without gaps."""
    return {name: list(value) if isinstance(value, list) else value for name, value in facts.items()}


@settings(max_examples=150, deadline=None)
@given(conditions, whole_facts)
def test_with_every_answer_known_a_rule_says_what_cel_says(source, facts):
    # has(n) asks CEL about a map field; without the map it is an error there.
    source = source.replace("has(n)", "n == n")

    seen = rules.compile(source, names=NAMES, gives=Bool).evaluate(facts)

    assert seen.value == cel.evaluate(source, _known(facts))


@st.composite
def partly(draw):
    """Facts, and the same facts with some answers still missing."""
    facts = draw(whole_facts)
    less = {name: value for name, value in facts.items() if draw(st.booleans())}
    if "many" in less:
        shown = [
            UNKNOWN
            if draw(st.integers(0, 5)) == 0
            else {k: v for k, v in item.items() if draw(st.booleans())}
            for item in less["many"]
        ]
        grows = draw(st.booleans())
        less["many"] = OpenList(shown[: draw(st.integers(0, len(shown)))]) if grows else shown
    return facts, less


@settings(max_examples=200, deadline=None)
@given(conditions, partly())
def test_what_is_decided_early_stays_decided_when_the_rest_is_answered(source, both):
    facts, less = both
    rule = rules.compile(source, names=NAMES)

    early = rule.evaluate(less)

    assert (early.value is UNKNOWN) == bool(early.unknown) == bool(early.unknown_at)
    if early.value is not UNKNOWN:
        assert early.value == rule.evaluate(facts).value


def _only(facts, paths):
    """The facts that the paths name, in lists as long as they were; an open list keeps what is named."""
    kept = {}
    for name, value in facts.items():
        if not isinstance(value, list):
            if name in paths:
                kept[name] = value
            continue
        items = [
            {k: v for k, v in item.items() if f"many.{place}.{k}" in paths}
            if item is not UNKNOWN
            else UNKNOWN
            for place, item in enumerate(value)
        ]
        if any(path == name or path.startswith(name + ".") for path in paths):
            kept[name] = type(value)(items)
    return kept


@settings(max_examples=200, deadline=None)
@given(conditions, partly())
def test_the_reasons_are_enough_to_decide(source, both):
    _facts, less = both
    rule = rules.compile(source, names=NAMES)
    seen = rule.evaluate(less)

    if seen.value is not UNKNOWN:
        again = rule.evaluate(_only(less, set(seen.because_at)))
        assert again.value == seen.value

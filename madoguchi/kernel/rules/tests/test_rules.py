import copy
import datetime as dt
import pickle

import pytest

from madoguchi.kernel import rules
from madoguchi.kernel.rules import (
    UNKNOWN,
    Bool,
    Choice,
    Date,
    ListOf,
    Number,
    OpenList,
    Record,
    RuleError,
    Text,
)

NAMES = {
    "event": Choice({"birth", "move_in", "other"}),
    "event_on": Date,
    "works_as_public_servant": Bool,
    "children": ListOf({"birth": Date, "lives_together": Bool}),
    "applicant": Record({"birth": Date, "name": Text}),
    "copies": Number,
    "today": Date,
}
TODAY = {"today": dt.date(2026, 11, 22)}
ELIGIBLE = (
    "!works_as_public_servant && "
    "children.exists(child, child.birth > minus_years(fiscal_year_start(today), 18))"
)


def outcome(source, **facts):
    return rules.compile(source, names=NAMES).evaluate(TODAY | facts)


def refused(source, **options):
    with pytest.raises(RuleError) as error:
        rules.compile(source, names=NAMES, **options)
    return error.value


def test_a_public_servant_is_not_eligible_whatever_the_children():
    seen = outcome(ELIGIBLE, works_as_public_servant=True)

    assert seen.is_false
    assert seen.because == ("works_as_public_servant",)
    assert seen.unknown == ()


def test_eligibility_asks_for_the_children_when_only_they_are_missing():
    seen = outcome(ELIGIBLE, works_as_public_servant=False)

    assert seen.is_unknown
    assert seen.unknown == ("children",)
    assert seen.because == ()


def test_nothing_known_asks_in_the_order_of_the_rule():
    assert outcome(ELIGIBLE).unknown == ("works_as_public_servant", "children")


def test_one_young_child_is_enough_and_is_named():
    seen = outcome(
        ELIGIBLE, works_as_public_servant=False, children=[{"birth": "2001-01-01"}, {"birth": "2020-01-01"}]
    )

    assert seen.is_true
    assert seen.because == ("works_as_public_servant", "children")
    assert seen.because_at == ("works_as_public_servant", "children.1.birth")


@pytest.mark.parametrize(
    ("birth", "is_eligible"),
    [("2008-04-01", False), ("2008-04-02", True)],
)
def test_the_allowance_ends_with_the_fiscal_year_in_which_the_child_turns_eighteen(birth, is_eligible):
    # Born on 1 April 2008: eighteen since 31 March 2026, so the year that began the day after is too late.
    seen = outcome(ELIGIBLE, works_as_public_servant=False, children=[{"birth": birth}])

    assert seen.value is is_eligible


def test_no_child_at_all_is_decided_by_the_list():
    assert outcome(ELIGIBLE, children=[]) == rules.Outcome(False, ("children",), (), ("children",), ())


def test_an_unknown_field_of_an_element_leaves_exists_unknown_and_names_the_place():
    seen = outcome("children.exists(c, !c.lives_together)", children=[{"lives_together": True}, {}])

    assert seen.is_unknown
    assert seen.unknown == ("children",)
    assert seen.unknown_at == ("children.1.lives_together",)


def test_a_list_that_may_still_grow_settles_only_what_cannot_change():
    away, here = {"lives_together": False}, {"lives_together": True}
    rule = "children.exists(c, !c.lives_together)"

    assert outcome(rule, children=OpenList([here])).is_unknown
    assert outcome(rule, children=OpenList([here, away])).is_true
    assert outcome("children.all(c, c.lives_together)", children=OpenList([away])).is_false
    assert outcome("size(children) > 0", children=OpenList([here])).is_unknown


@pytest.mark.parametrize(
    ("source", "facts", "value"),
    [
        ("event == 'birth' || copies > 3", {"copies": 4}, True),
        ("copies > 3 && event == 'birth'", {"event": "other"}, False),
        ("event == 'birth' && copies > 3", {"event": "birth"}, UNKNOWN),
        ("event == 'birth' ? 15 : 15", {}, 15),
        ("event == 'birth' ? 15 : 30", {}, UNKNOWN),
        (
            "children.exists_one(c, c.lives_together)",
            {"children": [{"lives_together": True}] * 2 + [{}]},
            False,
        ),
        ("event in ['birth', 'move_in']", {"event": "move_in"}, True),
        ("event in ['birth', 'move_in']", {}, UNKNOWN),
        ("{'birth': 15, 'move_in': 30}[event]", {"event": "move_in"}, 30),
        ("{'birth': 15, 'move_in': 30}[event]", {"event": "other"}, None),
        ("size(children.filter(c, c.lives_together))", {"children": [{"lives_together": True}, {}]}, UNKNOWN),
        ("children.map(c, age(c.birth, today))", {"children": [{"birth": dt.date(2020, 11, 23)}]}, [6]),
        ("children[1].birth", {"children": [{}, {"birth": "2020-01-01"}]}, dt.date(2020, 1, 1)),
        ("children[5].birth == null", {"children": []}, True),
        ("minus_years(date('2024-02-29'), 1)", {}, dt.date(2023, 2, 28)),
        ("applicant.name.startsWith('練馬')", {"applicant": {"name": "練馬 あおい"}}, True),
        ("copies * 300 / 7 % 5", {"copies": 3}, 3),
        ("copies / 0", {"copies": 3}, None),
        ("plus_years(today, 99999)", {}, None),
        ("0.1 + 0.2 == 0.3", {}, True),
    ],
)
def test_a_rule_gives(source, facts, value):
    assert outcome(source, **facts).value == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("event == 'birth'", False),
        ("event != 'birth'", True),
        ("event == null", True),
        ("has(event)", False),
        ("event_on < today", False),
        ("event_on >= today", False),
        ("!works_as_public_servant", True),
        ("works_as_public_servant && true", False),
        ("children.exists(c, true)", False),
        ("children.all(c, false)", True),
        ("size(children)", 0),
        ("copies + 1", None),
        ("applicant.birth == null", True),
    ],
)
def test_a_blank_answer_is_known_and_is_nothing(source, value):
    blank = dict.fromkeys(NAMES) | TODAY

    seen = rules.compile(source, names=NAMES).evaluate(blank)

    assert seen.value == value
    assert seen.unknown == ()


@pytest.mark.parametrize(
    "facts",
    [
        {"event": "adoption"},
        {"event_on": "yesterday"},
        {"event_on": dt.datetime(2026, 1, 1)},
        {"children": {"0": {}}},
        {"copies": True},
        {"copies": float("nan")},
        {"copies": 10**30},
        {"works_as_public_servant": "yes"},
        {"event": UNKNOWN},
    ],
)
def test_an_answer_that_does_not_fit_its_type_counts_as_unknown(facts):
    (name,) = facts

    assert outcome(f"has({name})", **facts).unknown == (name,)


def test_today_is_asked_for_when_missing_but_never_a_reason():
    rule = rules.compile("event_on <= today", names=NAMES)

    assert rule.evaluate({"event_on": "2026-01-01"}).unknown == ("today",)
    assert rule.evaluate({"event_on": "2026-01-01"} | TODAY).because == ("event_on",)


def test_a_rule_knows_the_names_and_paths_it_reads():
    rule = rules.compile(ELIGIBLE, names=NAMES, gives=Bool)

    assert rule.names_used == ("works_as_public_servant", "children", "today")
    assert "children.birth" in rule.paths_used


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("evnt == 'birth'", 1, ["evnt", "event"]),
        ("event == 'move-in'", 10, ["move-in", "move_in"]),
        ("'brith' in [event]", 1, ["brith", "birth"]),
        ("event in ['birth', 'x']", 20, ["x"]),
        ("event = 'birth'", 7, ["=="]),
        ("works_as_public_servant == 'yes'", 1, ["はい・いいえ"]),
        ("children.birth", 10, ["exists"]),
        ("children.exists(c, c.birt > today)", 22, ["birt", "birth"]),
        ("event_on > '2026-01-01'", 1, ["date("]),
        ("siez(children)", 1, ["size"]),
        ("applicant.name.startWith('a')", 16, ["startsWith"]),
        ("{'birth': 1, 'x': 2}[event]", 22, ["x"]),
        ("event == 出生", 10, ["' '"]),
        ("works_as_public_servant and true", 25, ["&&"]),
        ("copies ? 1 : 2", 1, ["数"]),
        ("date('2026-02-30')", 1, ["日付"]),
        ("today + 1", 1, ["plus_days"]),
        ("name.matches('.*')", 1, ["name"]),
        ("(copies", 2, ["数が合って"]),
    ],
)
def test_a_wrong_rule_is_refused_with_its_column_and_a_proposal(source, column, words):
    error = refused(source)

    assert error.column == column
    assert all(word in str(error) for word in words)


def test_a_rule_on_a_second_line_says_so():
    error = refused("event == 'birth' &&\n  evnt == 'other'")

    assert (error.line, error.column) == (2, 3)


def test_a_rule_of_the_wrong_result_is_refused():
    assert "はい・いいえ" in str(refused("copies + 1", gives=Bool))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        "a" * 3000,
        "!" * 60 + "works_as_public_servant",
        "-(" * 100 + "copies" + ")" * 100,
        "1u",
        "b'a'",
        ".copies",
        "applicant{name: 'x'}",
        "{'a': 1}",
        "[1, 'a']",
        "{'a': 1, 'a': 2}['a']",
        "'\\ud800'",
        "9" * 40,
        "1e999999999",
        "as",
        "children == children",
        "children.exists(a, children.exists(b, children.exists(c, children.exists(d, true))))",
        "__import__('os')",
        "applicant.__class__",
        "\x00",
    ],
)
def test_hostile_or_meaningless_text_is_refused(source):
    refused(source)


def test_a_rule_that_would_run_for_ever_stops():
    rule = rules.compile("children.exists(a, children.exists(b, a.birth > b.birth))", names=NAMES)

    with pytest.raises(rules.TooMuchWork):
        rule.evaluate({"children": [{"birth": "2020-01-01"}] * 1000})


def test_a_variable_of_a_macro_hides_the_name_outside_only_inside():
    seen = outcome(
        "children.exists(event, event.lives_together) && event == 'birth'",
        children=[{"lives_together": True}],
        event="birth",
    )

    assert seen.is_true


def test_unknown_refuses_to_be_true_or_false_and_stays_itself():
    with pytest.raises(TypeError):
        bool(UNKNOWN)

    assert copy.deepcopy(UNKNOWN) is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN

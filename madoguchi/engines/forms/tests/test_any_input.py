"""Whatever is typed or sent: a value or a refusal, never an exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.engines.forms.checking import check
from madoguchi.engines.forms.definition import FieldDef, PageDef
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.form import compile_form
from madoguchi.engines.forms.kinds import KINDS

ABOUT = {"ground": "条例 第1条", "keep": "case", "label": "項目"}
MORE = {
    "choice": {"options": {"a": "甲", "b": "乙"}},
    "choices": {"options": {"a": "甲", "b": "乙"}, "most": 1},
    "consent": {"statement": "同意します。"},
    "signature": {"statement": "まちがいありません。", "sensitivity": "personal"},
    "number": {"least": -3, "most": 9},
    "money": {"most": 10_000},
    "date": {"no_later_than": "today"},
    "person": {
        "sensitivity": "personal",
        "parts": ["name", "other_names", "birth", "address", "phone", "email"],
        "names": ["legal", "alias"],
    },
}
SEALED = {"sensitivity": "personal"}
FIELDS = {
    name: FieldDef(type=name, **{**ABOUT, **MORE.get(name, more)})
    for names, more in (
        (("person", "choice", "choices", "yes_no", "date", "text", "long_text"), {}),
        (("number", "money", "consent", "signature"), {}),
        (("address", "bank_account", "phone", "email"), SEALED),
    )
    for name in names
}
# The words inputs are made of, so that examples come near what is right, and anything else beside.
TYPED = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789０１２３４５６７８９①⑳㊿一二三,.-/年月日円R令和平成元 　", max_size=16),
    st.sampled_from(
        ["yes", "no", "a", "令和8年11月2日", "R8.11.2", "みずほ", "0001", "001", "見本銀行", "葛\U000e0100城"]
    ),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-02", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "birth", "family", "given", "use", "id", "on", "kind"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def kind_and_field():
    return [(kind, FIELDS.get(kind, FIELDS["person"])) for kind in KINDS]


@pytest.mark.parametrize(("kind", "field"), kind_and_field(), ids=list(KINDS))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_anything_posted_gives_a_value_that_is_kept_and_shown_or_a_refusal(kind, field, data):
    names = [*KINDS[kind].inputs, "is-a", "is-b"]
    posted = data.draw(st.dictionaries(st.sampled_from(names), TYPED))

    try:
        value = KINDS[kind].read(posted, field)
    except AnswerRefused as refusal:
        assert refusal.errors
        assert all(str(sentence) for sentence in refusal.errors.values())
        return
    assert KINDS[kind].checker(field)(value) == ""
    assert KINDS[kind].show(value, field, {})
    again = KINDS[kind].fill(value, field)
    assert KINDS[kind].read(again, field) == value


@settings(max_examples=300, deadline=None)
@given(answers=st.dictionaries(st.sampled_from([*FIELDS, "children", "_lists"]), JSON))
def test_anything_sent_as_answers_gives_problems_with_a_sentence(answers):
    for problem in check(FORM, answers):
        assert problem.path
        assert problem.code
        assert problem.sentence


FORM = compile_form(
    [
        PageDef(
            id="all",
            title="全部",
            fields={
                **FIELDS,
                "children": FieldDef(
                    type="list",
                    of="person",
                    **{**ABOUT, "sensitivity": "personal"},
                    fields={
                        "text": FieldDef(
                            type="text",
                            **ABOUT,
                            shown_when="'b' in choices && child.birth > plus_days(today, -90)",
                        )
                    },
                ),
            },
        )
    ]
)

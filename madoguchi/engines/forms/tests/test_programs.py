"""A form told to programs, and the documents they send back: every kind comes through, whatever is sent gives a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.engines.forms.definition import PageDef
from madoguchi.engines.forms.describing import described, json_schema
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.form import Form, compile_form
from madoguchi.engines.forms.kinds import KINDS
from madoguchi.engines.forms.questions import build
from madoguchi.engines.forms.saving import inputs_of, stated
from madoguchi.engines.forms.services import read_answer

KEPT = {"ground": "テスト", "keep": "case", "label": "見本", "sensitivity": "personal"}
NAME = {"family": "見本", "given": "あおい", "family_kana": "ミホン", "given_kana": "アオイ"}
VALUES = {
    "text": "言葉",
    "long_text": "長い\n言葉",
    "number": 3,
    "money": 12345,
    "yes_no": False,
    "choice": "a",
    "choices": ["a", "c"],
    "date": "2020-02-29",
    "consent": True,
    "address": {"postcode": "0000001", "address": "架空県見本市1-2-3", "building": ""},
    "phone": "00-0000-0000",
    "email": "hana@mihon.invalid",
}
OPTIONS = {"a": "あ", "b": "い", "c": "う"}


def form_with(kind: str) -> Form:
    field = {"type": kind, **KEPT}
    if kind in {"choice", "choices"}:
        field["options"] = OPTIONS
    if kind in {"consent", "signature"}:
        field["statement"] = "まちがいありません。"
    page = PageDef.model_validate({"id": "p", "title": "見本", "fields": {"it": field}})
    return compile_form([page])


def question_of(form: Form):
    return build(form, {}, {}).question("it")


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_through_the_inputs_of_a_page_unchanged(kind):
    form = form_with(kind)
    question = question_of(form)

    assert read_answer(form, question, inputs_of(form, question, VALUES[kind])) == VALUES[kind]


def test_a_signature_is_given_by_its_name_and_dated_by_us():
    form = form_with("signature")
    question = question_of(form)

    read = read_answer(form, question, inputs_of(form, question, {"name": "見本 あおい", "on": "1999-01-01"}))

    assert read["name"] == "見本 あおい"
    assert read["on"] != "1999-01-01"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", [*VALUES, "signature", "bank_account"])
@settings(max_examples=25)
@given(value=anything)
def test_whatever_is_sent_is_read_or_refused_with_a_sentence(kind, value):
    form = form_with(kind)
    question = question_of(form)

    try:
        read_answer(form, question, inputs_of(form, question, value))
    except AnswerRefused as refusal:
        assert refusal.errors


def test_the_schema_and_the_description_name_every_kind():
    for kind in KINDS:
        if kind in {"name", "other_names", "list_more"}:
            continue  # parts of a person, and our own question
        form = form_with(kind)
        [page] = described(form, {})

        assert page["fields"][0]["kind"] == kind
        assert json_schema(form, {})["required"] == ["it"]


def test_our_own_marks_are_not_told():
    assert stated({"event": "birth", "_lists": {}, "_aside": {}}) == {"event": "birth"}

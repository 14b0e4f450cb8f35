"""A whole set of answers is checked in one pass."""

import datetime as dt

import pytest

from madoguchi.engines.forms.checking import Problem, check
from madoguchi.engines.forms.definition import FieldDef, PageDef
from madoguchi.engines.forms.form import compile_form
from madoguchi.kernel import clock


def field(**facts):
    return FieldDef(**{"ground": "条例 第1条", "keep": "case", "label": "項目", **facts})


NAME = {"family": "見本", "given": "あおい", "family_kana": "ミホン", "given_kana": "アオイ"}
ACCOUNT = {
    "bank": "見本銀行",
    "branch": "窓口支店",
    "kind": "futsu",
    "number": "0000001",
    "holder_kana": "ミホン アオイ",
    "bank_code": "9990",
    "branch_code": "000",
}
GOOD = {
    "applicant": {"name": NAME, "birth": "1990-04-12"},
    "income": 2_400_000,
    "needs": ["night", "sick"],
    "night_from": "2026-12-01",
    "children": [{"id": "1", "name": NAME, "birth": "2020-05-05", "allergy": False}],
    "account": ACCOUNT,
    "agrees": True,
    "signed": {"name": "見本あおい", "on": "2026-11-22"},
}


@pytest.fixture
def form():
    return compile_form(
        [
            PageDef(
                id="all",
                title="全部",
                fields={
                    "applicant": field(
                        type="person", sensitivity="personal", parts=["name", "birth", "phone"]
                    ),
                    "income": field(type="money", least=0, most=10_000_000),
                    "needs": field(
                        type="choices",
                        options={"day": "昼", "night": "夜", "sick": "病児"},
                        most=2,
                        required=False,
                    ),
                    "night_from": field(
                        type="date",
                        shown_when="'night' in needs",
                        no_earlier_than="today",
                        label="夜はいつから",
                    ),
                    "children": field(
                        type="list",
                        of="person",
                        sensitivity="personal",
                        at_least=1,
                        at_most=3,
                        fields={
                            "allergy": field(type="yes_no"),
                            "to_what": field(type="text", shown_when="child.allergy"),
                        },
                    ),
                    "account": field(type="bank_account", sensitivity="secret", holder="applicant"),
                    "agrees": field(type="consent", statement="調べることに同意します。"),
                    "signed": field(
                        type="signature", sensitivity="personal", statement="まちがいありません。"
                    ),
                },
            )
        ]
    )


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(dt.datetime(2026, 11, 22, 9, 0, tzinfo=clock.JST)):
        yield


def codes(form, **changed):
    answers = {key: value for key, value in {**GOOD, **changed}.items() if value is not ...}
    return [(problem.path, problem.code) for problem in check(form, answers)]


def test_good_answers_have_no_problem(form):
    assert check(form, GOOD) == []


def test_nothing_at_all_is_missing_piece_by_piece_in_the_order_of_the_form(form):
    assert [(problem.path, problem.code) for problem in check(form, {})] == [
        ("applicant.name", "missing"),
        ("applicant.birth", "missing"),
        ("income", "missing"),
        ("children.more", "missing"),
        ("account", "missing"),
        ("agrees", "missing"),
        ("signed", "missing"),
    ]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"income": -1}, ("income", "too_small")),
        ({"income": 10_000_001}, ("income", "too_large")),
        ({"income": "100"}, ("income", "wrong_shape")),
        ({"income": True}, ("income", "wrong_shape")),
        ({"needs": ["day", "night", "sick"]}, ("needs", "too_many")),
        ({"needs": ["moon"]}, ("needs", "not_an_option")),
        ({"night_from": ...}, ("night_from", "missing")),
        ({"night_from": "2026-11-21"}, ("night_from", "in_past")),
        ({"applicant": {"name": NAME, "birth": "2027-01-01"}}, ("applicant.birth", "in_future")),
        ({"children": []}, ("children", "too_few")),
        ({"children": [{"id": "4", "name": NAME, "birth": "2020-05-05"}]}, ("children.4.allergy", "missing")),
        (
            {"children": [{"id": "1", "name": NAME, "birth": "2020-05-05", "allergy": True}]},
            ("children.1.to_what", "missing"),
        ),
        ({"children": [GOOD["children"][0]] * 4}, ("children", "too_many")),
        ({"children": ["x"]}, ("children", "wrong_shape")),
        ({"_lists": {"children": {"last": 1, "complete": False}}}, ("children.more", "missing")),
        ({"account": {**ACCOUNT, "bank_code": "9992"}}, ("account", "no_such_bank")),
        ({"account": {**ACCOUNT, "branch_code": "123"}}, ("account", "no_such_branch")),
        ({"account": {**ACCOUNT, "holder_kana": "レイノ カオル"}}, ("account", "other_holder")),
        ({"agrees": False}, ("agrees", "not_agreed")),
        ({"signed": {"name": "例野 かおる", "on": "2026-11-22"}}, ("signed", "other_signature")),
        ({"signed": "見本 あおい"}, ("signed", "wrong_shape")),
    ],
)
def test_each_fault_is_named_by_its_path_and_code_alone(form, changed, problem):
    assert codes(form, **changed) == [problem]


def test_what_a_condition_hides_is_not_looked_at(form):
    assert codes(form, needs=["day"], night_from="nonsense") == []
    assert codes(form, needs=None, night_from=...) == []


def test_every_problem_says_in_words_what_to_do(form):
    problems = check(
        form, {**GOOD, "income": 10_000_001, "children": [], "signed": {"name": "乙", "on": "x"}}
    )

    assert problems == [
        Problem("income", "too_large", "10,000,000円以下の金額を書いてください。"),
        Problem("children", "too_few", "1つは書いてください。"),
        Problem("signed", "wrong_shape", "この答えは読み取れません。書きなおしてください。"),
    ]


def test_what_a_clerk_wrote_down_from_paper_need_not_agree_with_itself(form):
    stated = {**GOOD, "signed": {"name": "例野 かおる", "on": "2026-11-22"}}

    assert check(form, stated, by_resident=False) == []


@pytest.mark.parametrize("signed", ["見本 あおい", "見本　あおい", "見本あおい", "見 本 あ お い"])
def test_signature_is_the_name_whatever_its_spaces_and_widths(form, signed):
    assert codes(form, signed={"name": signed, "on": "2026-11-22"}) == []

"""The widgets: what a question looks like to a browser and to a screen reader."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template

from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.templatetags.city import (
    both_eras,
    clock_time,
    day,
    kept_whole,
    moment,
    strip_head,
    strip_rest,
)
from madoguchi.kernel import clock


def asked(kind, **facts):
    inputs = {
        "name": ("family", "given", "family_kana", "given_kana"),
        "date": ("era", "y", "m", "d"),
        "other_names": ("former_family", "former_family_kana", "alias", "alias_kana", "use"),
        "choices": ("value", "is-a", "is-b"),
        "address": ("postcode", "address", "building"),
        "bank_account": ("bank", "branch", "kind", "number", "holder_kana", "bank_code", "branch_code"),
    }.get(kind, ("value",))
    return SimpleNamespace(
        **{
            "path": f"a.{kind}",
            "kind": kind,
            "label": "なに",
            "hint": "",
            "why": "",
            "position": "",
            "inputs": dict.fromkeys(inputs, ""),
            "options": [("a", "あ"), ("b", "い")],
            "statement": "まちがいありません。",
            "shown": "",
            **facts,
        }
    )


def drawn(question, errors=None, typed=None, heading="h1", prefix=""):
    template = Template("{% load city %}{% question q errors typed heading prefix %}")
    return template.render(
        Context({"q": question, "errors": errors, "typed": typed, "heading": heading, "prefix": prefix})
    )


KINDS = [
    "name",
    "date",
    "address",
    "bank_account",
    "other_names",
    "choice",
    "choices",
    "consent",
    "signature",
    "money",
    "yes_no",
    "list_more",
    "text",
    "long_text",
    "number",
    "phone",
    "email",
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_has_a_label_and_an_id_of_its_own(kind):
    html = drawn(asked(kind))

    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    inputs = html.count("<input") + html.count("<textarea") - html.count('type="hidden"')
    assert html.count("<label") >= inputs
    assert "<h1" in html


@pytest.mark.parametrize("kind", KINDS)
def test_error_stands_beside_the_field_and_marks_it(kind):
    question = asked(kind)
    name = "y" if kind == "date" else next(iter(question.inputs))

    html = drawn(question, errors={name: "直してください。"})

    assert html.count("直してください。") == 1
    assert 'aria-invalid="true"' in html
    own = f"-{name}" if kind in {"name", "other_names", "address", "bank_account"} else ""
    assert f'id="q-a-{kind}{own}-error"' in html
    assert f'q-a-{kind}{own}-error"' in html.split("aria-describedby=", 1)[1]
    assert f'id="q-a-{kind}-{name}"' in html  # where the list of errors leads


@pytest.mark.parametrize("kind", ["name", "address", "text", "long_text", "phone", "bank_account"])
def test_hostile_text_is_shown_as_text(kind):
    question = asked(kind, label="<script>x</script>", hint="<b>", why="<i>")
    bad = '"><script>alert(1)</script>'

    html = drawn(question, typed=dict.fromkeys(question.inputs, bad))

    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;alert(1)" in html


def test_what_was_typed_stands_before_what_was_kept():
    question = asked("date", inputs={"y": "2015", "m": "5", "d": "5"})

    html = drawn(question, typed={"y": "2026", "m": "11", "d": "31"})

    assert 'value="31"' in html
    assert 'value="5"' not in html
    assert "2026年は令和8年です。" in html


def test_prefix_keeps_several_questions_of_one_form_apart():
    html = drawn(
        asked("address"), heading="label", prefix="a.address:", typed={"a.address:building": "見本寮"}
    )

    assert 'name="a.address:building" value="見本寮"' in html
    assert "<h1" not in html


def test_own_name_may_be_filled_in_by_the_browser_but_a_childs_may_not():
    own = drawn(asked("name", path="applicant.name"))
    child = drawn(asked("name", path="children.1.name"))

    assert 'autocomplete="family-name"' in own
    assert 'autocomplete="family-name"' not in child


def test_days_and_moments_as_a_city_hall_says_them():
    import datetime as dt

    with clock.frozen(dt.datetime(2026, 11, 22, 9, 42, tzinfo=clock.JST)):
        assert day(dt.date(2026, 11, 20)) == "11月20日"
        assert day(dt.date(2019, 5, 1)) == "2019年5月1日"
        assert both_eras(dt.date(2019, 5, 1)) == "2019年5月1日（令和元年）"
        assert moment(clock.now()) == "11月22日 9時42分"
        assert clock_time(clock.now()) == "9時42分"
    assert day("rubbish") == ""
    assert moment(None) == ""


def test_strip_is_bold_up_to_its_bar():
    assert (strip_head("非公式デモ｜つづき"), strip_rest("非公式デモ｜つづき")) == ("非公式デモ", "つづき")
    assert (strip_head("Unofficial demo | rest"), strip_rest("Unofficial demo | rest")) == (
        "Unofficial demo",
        "rest",
    )
    assert (strip_head("全部"), strip_rest("全部")) == ("", "全部")


def test_each_input_of_a_group_has_its_own_error():
    errors = {"postcode": "けたが足りません。", "address": "番地まで書いてください。"}

    html = drawn(asked("address"), errors=errors)

    for name, sentence in errors.items():
        assert html.count(sentence) == 1
        assert f'aria-describedby="q-a-address-{name}-error"' in html
    assert "q-a-address-building-error" not in html


def test_date_tells_how_to_write_it():
    html = drawn(asked("date"))

    assert "例：2026年11月1日" in html
    assert "「令和8」や「R8」" in html
    assert 'aria-describedby="q-a-date-format"' in html


def test_names_in_a_heading_are_not_broken():
    names = ["見本 はな", "見本 は", "<b>"]

    assert kept_whole("見本 はなさんの<名前>", names) == '<span class="nb">見本 はなさん</span>の&lt;名前&gt;'
    assert kept_whole("だれでもない", names) == "だれでもない"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", 0),
        ("12", 12),
        ("9" * 9, 999999999),
        *[(one, None) for one in ("1" * 10, "1" * 5000, "", "-1", "１", "x")],
    ],
)
def test_a_number_that_comes_with_a_page_is_one_of_ours_or_none(typed, said):
    assert number(typed) == said

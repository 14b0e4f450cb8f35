"""Every kind of question reads what people type, fills it in again, and refuses with a sentence."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.forms.definition import FieldDef
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.kinds import KINDS, BankAccount
from madoguchi.kernel import clock

FIELD = FieldDef(type="text", label="x", ground="g", keep="case")
PAST = FieldDef(type="date", label="その日", ground="g", keep="case", no_later_than="today")
CHOICE = FieldDef(
    type="choice", label="x", ground="g", keep="case", options={"birth": "出生", "other": "その他"}
)
NUMBER = FieldDef(type="number", label="x", ground="g", keep="case", least=1, most=9, unit="人")


def read(kind, posted, field=FIELD):
    return KINDS[kind].read(posted, field)


def refused(kind, posted, field=FIELD):
    with pytest.raises(AnswerRefused) as refusal:
        read(kind, posted, field)
    return refusal.value.errors


@pytest.mark.parametrize(
    ("year", "month", "day", "date"),
    [
        ("2026", "11", "1", "2026-11-01"),
        ("２０２６", "１１", "０１", "2026-11-01"),
        ("令和8", "11", "1", "2026-11-01"),
        ("R8", "1", "2", "2026-01-02"),
        ("令和元", "5", "1", "2019-05-01"),
        ("平成31", "4", "30", "2019-04-30"),
        ("昭和19年", "2", "11", "1944-02-11"),
    ],
)
def test_a_date_is_read_in_both_eras_and_widths(year, month, day, date):
    assert read("date", {"y": year, "m": month, "d": day}) == date


@pytest.mark.parametrize(
    ("posted", "where"),
    [
        ({"y": "2026", "m": "11", "d": "31"}, "d"),
        ({"y": "2026", "m": "13", "d": "1"}, "m"),
        ({"y": "2026", "m": "", "d": "1"}, "m"),
        ({"y": "", "m": "", "d": ""}, "y"),
        ({}, "y"),
        ({"y": "20260", "m": "1", "d": "1"}, "y"),
        ({"y": "1600", "m": "1", "d": "1"}, "y"),
        ({"y": "2026", "m": "one", "d": "1"}, "m"),
        ({"y": "2026", "m": "1", "d": "-1"}, "m"),
    ],
)
def test_a_date_that_is_none_is_refused_where_it_is_wrong(posted, where):
    assert list(refused("date", posted)) == [where]


def test_a_day_to_come_is_refused_where_only_the_past_can_be_meant():
    with clock.frozen(dt.datetime(2026, 11, 22, 0, 30, tzinfo=clock.JST)):
        assert read("date", {"y": "2026", "m": "11", "d": "22"}, PAST) == "2026-11-22"
        assert "まだ来ていない日" in refused("date", {"y": "2026", "m": "11", "d": "23"}, PAST)["y"]


def test_a_name_keeps_its_letters_and_its_reading_becomes_katakana():
    posted = {"family": "髙﨑󠄀", "given": "はな", "family_kana": "ﾀｶｻｷ", "given_kana": "はな"}

    assert read("name", posted) == {
        "family": "髙﨑󠄀",
        "given": "はな",
        "family_kana": "タカサキ",
        "given_kana": "ハナ",
    }


def test_a_name_at_fault_is_told_everything_at_once():
    assert set(refused("name", {"family": "", "given": " ", "family_kana": "x1", "given_kana": ""})) == {
        "family",
        "given",
        "family_kana",
        "given_kana",
    }


def test_an_address_wants_a_postcode_of_seven_digits_and_a_place():
    typed = {"postcode": "〒１７６-８５０１", "address": "架空県見本市1-2", "building": ""}

    assert read("address", typed)["postcode"] == "1768501"
    assert set(refused("address", {"postcode": "123", "address": "", "building": ""})) == {
        "postcode",
        "address",
    }


def test_an_account_number_is_filled_up_to_seven_digits():
    posted = {
        "bank": "見本銀行",
        "branch": "本店",
        "kind": "futsu",
        "number": "１２３",
        "holder_kana": "みほん はな",
    }

    account = read("bank_account", posted)

    assert (account["number"], account["holder_kana"]) == ("0000123", "ミホン ハナ")
    assert set(refused("bank_account", {})) == {"bank", "branch", "kind", "number", "holder_kana"}


def test_a_choice_is_one_of_its_options_and_nothing_else():
    assert read("choice", {"value": "birth"}, CHOICE) == "birth"
    assert KINDS["choice"].show("birth", CHOICE, {"options.birth": "Birth"}) == "Birth"
    for value in ("", "death", "birth ", "__class__"):
        assert refused("choice", {"value": value}, CHOICE)


def test_a_number_stays_within_its_bounds():
    assert read("number", {"value": "３"}, NUMBER) == 3
    for value in ("0", "10", "many", "", "3.5", "9" * 40):
        assert refused("number", {"value": value}, NUMBER)


@pytest.mark.parametrize("value", ["hana@mihon.invalid", "ｈａｎａ@mihon.invalid"])
def test_a_mail_address_is_read_in_any_width(value):
    assert read("email", {"value": value}) == "hana@mihon.invalid"


@pytest.mark.parametrize("value", ["", "hana", "hana@", "a@b\nBcc: c@d.invalid", "@"])
def test_a_mail_address_that_is_none_is_refused(value):
    assert refused("email", {"value": value})


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from([
    "value", "y", "m", "d", "family", "given", "family_kana", "given_kana", "postcode", "address", "building",
    "bank", "branch", "kind", "number", "holder_kana",
]), st.text(max_size=300)))  # fmt: skip
def test_whatever_is_typed_is_read_or_refused_and_reads_back(kind, posted):
    field = {"choice": CHOICE, "number": NUMBER}.get(kind, FIELD)
    try:
        value = KINDS[kind].read(posted, field)
    except AnswerRefused as refusal:
        assert refusal.errors
        return
    again = KINDS[kind].read(KINDS[kind].fill(value), field)
    assert again == value
    assert isinstance(KINDS[kind].show(value, field, {}), str)


def test_a_masked_account_keeps_three_digits_and_touches_nothing_else():
    account = {
        "bank": "第0000001銀行",
        "branch": "窓口支店",
        "kind": "futsu",
        "number": "0000001",
        "holder_kana": "ミホン アオイ",
    }

    assert BankAccount.masked(account) == "第0000001銀行 窓口支店 普通 ••••001 ミホン アオイ"


@pytest.mark.parametrize(
    ("kind", "posted", "where"),
    [
        ("text", {"value": "番号は 6214-9832-0257"}, "value"),
        ("long_text", {"value": "一行目\n６２１４９８３２０２５７"}, "value"),
        ("address", {"postcode": "0000000", "address": "見本町1-2", "building": "621498320257"}, "building"),
        (
            "name",
            {"family": "621498320257", "given": "花", "family_kana": "ミ", "given_kana": "ハ"},
            "family",
        ),
    ],
)
def test_a_my_number_in_words_is_refused_with_a_way_on(kind, posted, where):
    sentence = refused(kind, posted)[where]

    assert "マイナンバーはお預かりできない" in sentence
    assert "下4桁だけ" in sentence


@pytest.mark.parametrize("kind", ["text", "long_text"])
def test_a_my_number_sent_by_a_machine_is_found_where_everything_is_checked(kind):
    fits = KINDS[kind].checker(FIELD)

    assert fits("番号は 6214-9832-0257") == "my_number"
    assert fits("番号は 6214-9832-0258") == ""
    assert "マイナンバー" in KINDS[kind].sentence("my_number", FIELD)


def test_figures_asked_for_as_figures_are_not_taken_for_a_my_number():
    assert read("phone", {"value": "621498320257"}) == "621498320257"

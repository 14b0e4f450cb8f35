"""Hints on how easy a text is to read, in ordinary and in easy Japanese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.text import easy_reading_hints, reading_hints

GOOD = "窓口に来る前に、待っている人の数を見られます。スマートフォンがない方は、電話で聞けます。"


def test_a_plain_text_gets_no_hint():
    assert reading_hints(GOOD) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("あ" * 81 + "。", "81字"),
        ("使えないことはありません。", "否定が2つ"),
        ("区が作られ、市に送られ、人に配布されます。", "だれがするのか"),
        ("高齢者福祉総合計画策定の件です。", "漢字が11字"),
        ("ステークホルダーの意見です。", "「関係者」"),
        ("氏名及び住所", "「と」「や」"),
        ("施設等の予約", "「など」"),
        ("申請に係る書類", "「～の」"),
    ],
)
def test_each_kind_of_hard_writing_gets_its_hint(text, said):
    [hint] = reading_hints(text)

    assert said in hint


@pytest.mark.parametrize(
    "text",
    [
        "男女平等",
        "高等学校",
        "要介護1等級",
        "一等賞",
        "子どもが生まれました。名前が付けられました。",
        "前述の",
        "10日までに出さなければなりません。",
    ],
)
def test_words_that_only_look_like_hard_ones_get_none(text):
    assert reading_hints(text) == []


def test_names_and_quotations_stand_as_they_are():
    name = "東京都後期高齢者医療広域連合"

    assert reading_hints(f"{name}に聞いてください。", known={name}) == []
    assert reading_hints("「等」は使いません。「氏名及び住所」と読みます。") == []


def test_addresses_and_places_of_a_letter_are_no_sentences():
    assert (
        reading_hints("[地図](https://example.jp/" + "a" * 90 + ")を見てください。{{" + "あ" * 90 + "}}")
        == []
    )


def test_the_same_hint_is_said_once():
    assert len(reading_hints("氏名及び住所。電話及び電子メール。")) == 1


def test_easy_japanese_is_short_with_readings_and_everyday_grammar():
    assert easy_reading_hints("区(く)の 窓口(まどぐち)で 出(だ)して ください。") == []
    assert "「窓口」に読み方がありません" in easy_reading_hints("窓口で 聞(き)いて ください。")[0]
    assert "41字" in easy_reading_hints("あ" * 41 + "。")[0]
    assert easy_reading_hints("あ" * 39 + "紙(かみ)〈" + "い" * 20 + "〉。") == []
    assert "～において" in easy_reading_hints("区(く)に おいて 決(き)めます。")[0]
    assert "敬語" in easy_reading_hints("ここに ございます。")[0]


@given(st.text(max_size=200))
def test_no_text_is_too_strange_for_a_hint(text):
    assert all(isinstance(hint, str) for hint in [*reading_hints(text), *easy_reading_hints(text)])

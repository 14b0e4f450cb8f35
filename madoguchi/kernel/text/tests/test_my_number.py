"""Twelve digits that may be a マイナンバー, in every spelling; and figures that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import text

# Of nobody: the example in the documentation of python-stdnum.
NUMBER = "621498320257"


def numbered(eleven: str) -> str:
    """With the check digit of 総務省令第85号 第5条, reckoned here a second time: P_n times Q_n from the right."""
    rest = (
        sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(eleven), start=1))
        % 11
    )
    return eleven + str(0 if rest <= 1 else 11 - rest)


@given(st.text("0123456789", min_size=11, max_size=11))
def test_a_my_number_is_found_and_one_with_another_check_digit_is_not(eleven):
    number = numbered(eleven)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert text.looks_like_my_number(f"番号は{number}です")
    assert text.looks_like_my_number(f"{number[:4]}-{number[4:8]}-{number[8:]}")
    assert not text.looks_like_my_number(wrong)


@pytest.mark.parametrize(
    "spelled",
    [
        "6214 9832 0257",
        "6214　9832　0257",
        "6214-9832-0257",
        "６２１４－９８３２－０２５７",
        "6214ー9832ー0257",
        "6214 - 9832 - 0257",
        "6 2 1 4 9 8 3 2 0 2 5 7",
        "621 498 320 257",
        "62149832 0257",
        "6214.9832.0257",
        "⑥②①④⑨⑧③②⓪②⑤⑦",
        "❻❷❶❹❾❽❸❷⓿❷❺❼",
        "٦٢١٤٩٨٣٢٠٢٥٧",
        "六二一四九八三二〇二五七",
        "6\u200b2149832\u20600257",
        "6️⃣2️⃣1️⃣4️⃣9️⃣8️⃣3️⃣2️⃣0️⃣2️⃣5️⃣7️⃣",
        "𝟔𝟐𝟏𝟒𝟗𝟖𝟑𝟐𝟎𝟐𝟓𝟕",
        "私のは621498320257、妻のはありません",
        "電話 03-0000-0000 番号 6214 9832 0257",
        "03-0000-0000 6214-9832-0257",
        "090 0000 00000 621498320257 1",
    ],
)
def test_a_my_number_is_found_in_every_spelling(spelled):
    assert text.looks_like_my_number(spelled)
    with pytest.raises(text.MyNumberRefused):
        text.refuse_my_number("", spelled)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "621498320258",  # the check digit is another
        "1621498320257",  # 法人番号 and other longer numbers
        "6214983202571",
        "1-6214-9832-0257",
        "1 6214 9832 0257",  # 法人番号 as it is printed
        "6214-9832-0257-0000",
        "6214 9832 0257 0000",  # a card of a bank
        "6214\n9832\n0257",  # three lines of figures
        "6214円、9832円、0257円",
        "03-1234-5678",
        "令和8年11月22日 10時30分",
        "2611-0427-7",  # a receipt number
        "6214九832〇257",
    ],
)
def test_other_figures_are_not_a_my_number(words):
    assert not text.looks_like_my_number(words)
    text.refuse_my_number(words)


def test_it_says_where_the_number_stands():
    words = "（表）⑥2149832 0257（裏）"

    ((start, end),) = text.my_numbers(words)

    assert words[start:end] == "⑥2149832 0257"


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_at_all_can_be_looked_at(words):
    assert all(0 <= start < end <= len(words) for start, end in text.my_numbers(words))


def test_a_long_text_of_figures_takes_no_long_time():
    assert text.my_numbers("0 1-" * 25_000) == []

"""Similar opinions: compared by what is rare, suggested only, never chained together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.consultation.grouping import normal, suggest
from madoguchi.engines.consultation.grouping.suggesting import (
    ALIKE,
    FRAGMENT,
    RAREST,
    SHARED,
    SHORT,
    SHORT_FRAGMENT,
    _pairs,
)

WISH = "待ち人数を家からスマートフォンで見られるようにしてほしい"
LETTER = (
    "図書館の電子図書について、文字が小さくて読めません。高齢の母には今のやり方は負担が大きいと思います。"
    "電話でも相談できるようにしてほしい。"
)


def test_widths_kana_and_courtesies_do_not_tell_two_texts_apart():
    assert normal("　ＷｉＦｉを、図書館にも！ よろしくお願いします。") == normal("WiFiヲ図書館ニモ")


def test_the_same_wish_in_other_words_is_suggested_and_another_is_not():
    texts = [
        WISH,
        "お世話になります。" + WISH + "。よろしくお願いいたします。",
        WISH.replace("家", "自宅"),
        "図書館に本を増やして",
    ]

    [group] = suggest(texts)

    assert sorted(group.members) == [0, 1, 2]


@pytest.mark.parametrize(
    "told",
    [
        LETTER.replace("文字が小さくて", "文字がちいさくて"),
        LETTER.replace("ません", "まsん"),
        LETTER.replace("してほしい", "していただきたい"),
        "。".join(LETTER.split("。")[1::-1]) + "。" + LETTER.split("。")[2] + "。",
        LETTER + "期待しています。",
    ],
    ids=["kana", "slip", "ending", "order", "a sentence more"],
)
def test_a_letter_told_a_little_otherwise_is_suggested_with_it(told):
    others = [
        f"{place}の{thing}を直してください"
        for place in ("公園", "道路")
        for thing in ("ベンチ", "街灯", "案内板")
    ]

    groups = suggest([LETTER, *others, told])

    assert (0, 7) in [tuple(sorted(group.members)) for group in groups]


def test_two_who_want_the_opposite_of_the_same_thing_are_not_suggested_together():
    texts = [
        "図書館の電子図書について、費用の内訳が見えません。導入を急がず慎重に進めてほしい。",
        "図書館の電子図書について、家から借りられて助かります。もっと種類を増やしてほしい。",
    ]

    assert suggest(texts) == []


def test_two_told_apart_are_not_suggested_together_again():
    texts = [WISH, WISH + "です"]

    assert suggest(texts, apart=[frozenset((0, 1))]) == []


def test_nothing_is_like_nothing():
    assert suggest(["", "", "。。。"]) == []


def test_a_letter_that_three_hundred_sent_with_words_of_their_own_is_one_group():
    own = [f"私は{ward}丁目に{year}年から住んでいます" for ward in range(1, 11) for year in range(1990, 2020)]

    [group] = suggest([f"{LETTER}{words}。" for words in own])

    assert len(group.members) == 300


def _fragments(text: str) -> set[str]:
    lengths = [FRAGMENT] + [SHORT_FRAGMENT] * (len(text) < SHORT)
    return {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}


def _by_comparing_all(texts: list[str]) -> set[tuple[int, int]]:
    """The promise as it stands in `suggesting`, word for word, with no care for time."""
    counts = Counter(fragment for text in texts for fragment in _fragments(text))
    rarest = [
        set(
            sorted((one for one in _fragments(text) if counts[one] > 1), key=lambda one: (counts[one], one))[
                :RAREST
            ]
        )
        for text in texts
    ]
    grams = [{text[at : at + 2] for at in range(max(len(text) - 1, 1))} for text in texts]
    return {
        (a, b)
        for b in range(len(texts))
        for a in range(b)
        if len(rarest[a] & rarest[b]) >= SHARED
        and len(grams[a] & grams[b]) / len(grams[a] | grams[b]) >= ALIKE
    }


# Sentences from few words, so that texts share fragments, and letters by themselves, so that they share but some.
WORDS = st.lists(
    st.sampled_from(["図書館に", "本を増やして", "駅の", "時計を直して", "あ", "い", "う"]),
    min_size=1,
    max_size=9,
)


@given(st.lists(WORDS.map("".join), max_size=25))
def test_the_join_finds_exactly_the_pairs_that_comparing_all_finds(texts):
    found = {(one, other) for one, other, _index in _pairs(texts, ALIKE)}

    assert found == _by_comparing_all(texts)


@given(st.lists(st.text("あいうえお", max_size=8), max_size=25))
def test_every_text_is_in_one_group_at_most(texts):
    members = [member for group in suggest(texts) for member in group.members]

    assert len(members) == len(set(members))

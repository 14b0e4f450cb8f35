"""A draft as text: read by headings, its keys kept, and read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.consultation.errors import DraftUnclear
from madoguchi.engines.consultation.units import Written, read_units


@pytest.mark.parametrize(
    ("line", "number", "heading", "key", "item"),
    [
        ("■① 待ち人数", "①", "待ち人数", "u1", ""),
        ("■⑥待ち人数 {shirase}", "⑥", "待ち人数", "shirase", ""),
        ("■ 1-2　窓口 {madoguchi-2 A1-2-1}", "1-2", "窓口", "madoguchi-2", "A1-2-1"),
        ("■（3）窓口", "（3）", "窓口", "u1", ""),
        ("■2026年度の予定", "", "2026年度の予定", "u1", ""),
        ("# はじめに", "", "はじめに", "u1", ""),
    ],
)
def test_a_heading_has_a_number_a_title_and_a_key(line, number, heading, key, item):
    [one] = read_units(f"{line}\n本文\n\n二行目\n")

    assert (one.number, one.heading, one.key, one.item) == (number, heading, key, item)
    assert one.body == "本文\n\n二行目"


@pytest.mark.parametrize(
    "text", ["", "見出しのない文章", "■", "■ {a}\nx", "■一 {a}\n■二 {a}", "■" + "あ" * 301]
)
def test_what_is_no_draft_is_refused(text):
    with pytest.raises(DraftUnclear):
        read_units(text)


def test_a_new_heading_never_takes_a_key_that_stood_in_an_earlier_version():
    first, second = read_units("■一\n■二 {u2}", known=frozenset({"u1"}))

    assert (first.key, first.is_new) == ("u3", True)
    assert (second.key, second.is_new) == ("u2", False)


LINE = (
    st.text("あいうえお本文、。 1①", max_size=12)
    .map(str.strip)
    .filter(lambda line: line[:1] not in {"■", "#"})
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "①", "⑫", "（2）", "1-2"]), st.text("見出しア", min_size=1, max_size=8), LINE
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_draft_written_out_reads_back_the_same(rows):
    passages = [
        Written(f"k{place}", number, heading, body) for place, (number, heading, body) in enumerate(rows)
    ]

    text = "\n\n".join(f"■{one.number} {one.heading} {{{one.key}}}\n{one.body}" for one in passages)

    assert read_units(text) == passages

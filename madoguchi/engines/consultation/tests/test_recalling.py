"""What was answered before to opinions like this one."""

from __future__ import annotations

from madoguchi.engines.consultation.grouping import marked, nearest

PAST = [
    "図書館の開館時間を延ばしてほしい",
    "待ち人数をスマートフォンで見られるようにしてほしい",
    "公園にベンチを増やしてほしい",
    "窓口の待ち時間を家で知りたい",
]


def test_the_nearest_come_first_and_what_every_opinion_says_counts_little():
    found = nearest("家から窓口の待ち人数を見たい", PAST)

    assert [place for place, _near in found][:2] in ([1, 3], [3, 1])
    assert all(0 < near <= 1 for _place, near in found)


def test_the_same_text_is_as_near_as_can_be_and_nothing_in_common_is_not_near():
    assert nearest(PAST[2], PAST)[0] == (2, 1.0)
    assert nearest("ＡＢＣ", PAST) == []
    assert nearest("", PAST) == []
    assert nearest("ことば", []) == []
    assert nearest("。", ["。", ""]) == []


def test_shared_words_are_marked_and_the_pieces_are_the_text():
    pieces = marked("お願いです。待ち人数を家で見たい", "待ち人数を家で知りたい")

    assert [piece for piece, shared in pieces if shared] == ["待ち人数を家で"]
    assert "".join(piece for piece, _shared in pieces) == "お願いです。待ち人数を家で見たい"
    assert marked("", "x") == []

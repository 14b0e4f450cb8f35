"""The one search box."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import translation

from madoguchi.kernel import search
from madoguchi.kernel.refs import Actor, ActorKind, Ref, anonymous
from madoguchi.kernel.search import index
from madoguchi.kernel.search.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

AOI = anonymous()
SATO = Actor(ActorKind.STAFF, name="佐藤", chairs=frozenset({("子育て支援課", "clerk")}))


def page(slug: str, title: str, text: str = "", **more: object) -> Ref:
    ref = Ref("knowledge", "page", slug)
    search.put(ref, kind="page", title=title, text=text, **more)
    return ref


def titles(query: str, *, by: Actor = AOI, **more: object) -> list[str]:
    return [hit.title for hit in search.find(query, by=by, **more)]


@pytest.mark.parametrize(
    "typed",
    [
        "児童手当",
        "児童",
        "手当",
        "じどうてあて",
        "ジドウ",
        "ｼﾞﾄﾞｳ",
        "手当 請求",
        "手当　ﾃﾞｰﾀ",
        "ＤＥＭＯ",
        "demo",
    ],
)
def test_a_page_is_found_however_it_is_typed(typed):
    page("jido", "児童手当の認定請求", "じどうてあて。データ ＤＥＭＯ")
    page("gomi", "ごみの日", "もえるごみ")

    assert titles(typed) == ["児童手当の認定請求"]


@pytest.mark.parametrize("typed", ["介護", "転", "転入届", "転入届を出したいのですが", "ひっこしで転入届"])
def test_short_words_and_whole_sentences_find_too(typed):
    page("ten", "転入届", "引っ越してきたとき。介護の届けも")
    page("gomi", "ごみの日", "収集")

    assert titles(typed) == ["転入届"]


def test_the_title_counts_more_than_the_text_and_weight_more_than_nothing():
    page("c", "くらしの案内", "保育園に入る")
    page("b", "認可の保育園一覧")
    page("a", "保育園")
    page("d", "保育園のならし保育", weight=3.0)

    assert titles("保育園") == ["保育園のならし保育", "保育園", "認可の保育園一覧", "くらしの案内"]


def test_staff_things_are_found_by_the_divisions_they_are_for():
    page("a", "審査の手引", audience="staff")
    page("b", "審査の手引（税）", audience="staff", divisions=["課税課"])
    page("c", "審査の手引（子）", audience="staff", divisions=["子育て支援課", "課税課"])

    assert titles("審査") == []
    assert sorted(titles("審査", by=SATO)) == ["審査の手引", "審査の手引（子）"]


def test_putting_again_replaces_and_removing_removes():
    ref = page("a", "粗大ごみ", "むかしの説明")
    page("a", "粗大ごみ", "あたらしい説明")

    assert titles("むかしの") == []
    assert titles("あたらしい") == ["粗大ごみ"]
    search.remove(ref)
    assert titles("粗大ごみ") == []


def test_a_thing_found_in_two_languages_is_shown_once_in_the_readers():
    page("a", "Moving (引っ越し)", language="en")
    page("a", "引っ越し")

    assert titles("引っ越し") == ["引っ越し"]
    with translation.override("en"):
        assert titles("引っ越し") == ["Moving (引っ越し)"]


def test_what_only_another_language_found_is_shown_in_the_readers_where_it_is_told_in_that():
    page("a", "Moving", language="en")
    page("a", "引っ越し")
    page("b", "Only in English: moving a piano", language="en")

    assert titles("MOVING") == ["引っ越し", "Only in English: moving a piano"]
    with translation.override("en"):
        assert titles("引っ越し") == ["Moving"]


def test_another_name_is_found_as_well_as_the_title_and_is_not_shown():
    page("a", "老人ホームの案内", "介護認定の前に読む")
    page("b", "要介護・要支援認定の申請", "申請です", names=["介護認定", "おばあちゃん"])

    assert titles("介護認定") == ["要介護・要支援認定の申請", "老人ホームの案内"]
    [hit] = search.find("おばあちゃん", by=AOI)
    assert hit.snippet == "申請です"


def test_what_weighs_least_comes_last_however_well_it_fits():
    page("a", "介護", weight=index.LAST)
    page("b", "くらしの案内", "介護のこと")

    assert titles("介護") == ["くらしの案内", "介護"]


def test_kinds_and_limit_are_kept():
    for number in range(7):
        page(f"p{number}", f"施設 {number}")
    search.put(Ref("plan", "item", "1"), kind="item", title="施設の予約", text="")

    assert len(titles("施設", limit=3)) == 3
    assert titles("施設", kinds=["item"]) == ["施設の予約"]
    assert titles("施設", limit=0) == []


def test_the_snippet_shows_where_the_word_stands():
    page("a", "案内", "はじめに。" * 60 + "デジタル化の窓口はこちらです。" + "おわり。" * 60)

    (hit,) = search.find("ﾃﾞｼﾞﾀﾙ化", by=AOI)

    assert "デジタル化の窓口" in hit.snippet
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…")


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "　", '"', '""', "'", "%", "_", "*", "\\", "%%%", "児%当", "a*b", "NEAR(", "AND", "OR NOT", "-児童",
        "title:児童手当", "児童\x00手当", "\ud83d", "👩‍👩‍👧‍👦", "👶", "あ" * 10_000, "あ い " * 4000, "(((((", "{}", "^児童",
        "; DROP TABLE search_entry;--", "\u202e児童", "児童手当\n\r\t", "ｱ" * 300, "[", "](", "𠮷", "\U0010de92",
    ],
)  # fmt: skip
def test_nothing_one_can_type_breaks_it(typed):
    page("jido", "児童手当の認定請求", "100%_*")

    assert isinstance(search.find(typed, by=AOI), list)
    assert isinstance(search.find(typed, by=SATO), list)


def test_signs_mean_themselves():
    page("a", "減免 100% の場合")
    page("b", "減免 100円")

    assert titles("100%") == ["減免 100% の場合"]
    assert titles("0_") == []


def test_odd_things_can_be_put_in():
    page("odd", "題\x00名\ud83d" + "長" * 500, "本\x00文" * 20_000)

    assert titles("題 名")
    assert len(Entry.objects.get().text) == index.MOST_TEXT


def test_rebuilding_brings_in_what_is_there_and_drops_what_is_not(monkeypatch):
    monkeypatch.setattr(index, "_sources", {})
    page("old", "なくなった手続")
    search.register("page", lambda: [search.Found(Ref("knowledge", "page", "new"), "あたらしい手続")])

    assert search.rebuild() == 1
    assert titles("手続") == ["あたらしい手続"]


def test_on_sqlite_long_words_use_the_trigram_index(django_assert_num_queries):
    page("a", "児童手当")
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by itself")

    with django_assert_num_queries(1) as captured:
        titles("児童手当")

    assert "search_words MATCH" in captured[0]["sql"]


def test_what_left_the_pack_is_no_longer_found():
    kept = page("moving", "引っこし")
    page("typewriter", "タイプライターの引っこし")
    elsewhere = Ref("procedures", "procedure", "moving")
    search.put(elsewhere, kind="procedure", title="引っこしの届け", text="")

    assert search.keep_only("page", [kept]) == 1

    assert {hit.ref for hit in search.find("引っこし", by=AOI)} == {kept, elsewhere}
    assert search.find("タイプライター", by=AOI) == []

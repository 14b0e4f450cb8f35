"""Stopping and going on: what is kept, what is put in already, what may be thrown away."""

import pytest

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case

from .conftest import ANSWERS, KEY, answer_all, begin


@pytest.fixture
def draft(aoi):
    return begin(aoi)


def test_rest_keeps_what_was_typed_and_shows_where_to_go_on(aoi, draft):
    response = aoi.post(f"{draft}question/event/", {"value": "birth", "then": "later"})

    assert response["Location"] == "/my/?kept=1"
    mine = aoi.get("/my/?kept=1").content.decode()
    assert "ここまでの答えは残しました" in mine
    assert aoi.get(draft)["Location"] == f"{draft}question/event_on/"


def test_rest_with_nothing_typed_is_not_an_error(aoi, draft):
    response = aoi.post(f"{draft}question/event/", {"then": "later"})

    assert response["Location"] == "/my/?kept=1"


def test_rest_with_half_an_answer_lets_go_and_says_what_is_kept(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:1])

    response = aoi.post(f"{draft}question/event_on/", {"y": "2026", "m": "", "d": "", "then": "later"})

    assert response["Location"] == "/my/?kept=part"
    assert "開いていた質問は、書きかけだったので残していません。" in aoi.get("/my/?kept=part").text
    assert aoi.get(draft)["Location"] == f"{draft}question/event_on/"


def test_rest_with_only_what_the_page_had_put_in_is_not_half_an_answer(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:3])
    put_in = {"family": "見本", "family_kana": "ミホン", "given": "", "given_kana": "", "then": "later"}

    response = aoi.post(f"{draft}question/children.1.name/", put_in)

    assert response["Location"] == "/my/?kept=1"


def test_second_child_can_be_taken_out_again(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:7])
    aoi.post(f"{draft}question/children.more/", {"value": "yes"})

    asked = aoi.get(f"{draft}remove/children.2/").text
    assert "2人めのお子さんを消しますか" in asked
    assert "消さない" in asked
    aoi.post(f"{draft}remove/children.2/")

    # Its old address leads to where the form stands now, and the next page says what happened.
    assert aoi.get(f"{draft}question/children.2.name/")["Location"] == f"{draft}question/children.more/"
    assert aoi.get(draft)["Location"] == f"{draft}question/children.more/"
    assert "消しました" in aoi.get(f"{draft}question/children.more/").text


def test_taking_a_child_out_asks_by_name_and_changes_nothing_yet(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:7])
    aoi.post(f"{draft}question/children.more/", {"value": "yes"})

    page = aoi.get(f"{draft}remove/children.1/").text

    assert '<span class="nb">見本 そうさん</span>を消しますか' in page
    assert "見本 そう" in aoi.get(f"{draft}answers/").text


def test_the_only_child_cannot_be_taken_out(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:7])

    assert aoi.post(f"{draft}remove/children.1/").status_code == 302

    assert "見本 そう" in aoi.get(f"{draft}answers/").text


def test_draft_is_thrown_away_after_asking(aoi, draft):
    asked = aoi.get(f"{draft}discard/").text
    assert "この書きかけを消しますか" in asked
    assert f'{draft}discard/"' in aoi.get("/my/").text

    response = aoi.post(f"{draft}discard/")

    assert response["Location"] == "/my/"
    page = aoi.get("/my/").text
    assert "書きかけを消しました" in page
    assert draft not in page
    assert aoi.get(draft).status_code == 404


def test_procedure_says_what_to_know_and_leads_back_to_the_draft(aoi, draft):
    aoi.post(f"{draft}question/event/", {"value": "birth"})

    page = aoi.get(f"/procedures/{KEY}/").text

    assert "書きかけがあります" in page
    assert f'<a class="button" href="{draft}">続きを書く</a>' in page
    assert '<button class="button button--quiet">新しく始める</button>' in page


def test_procedure_says_when_it_was_sent_already(aoi, case):
    page = aoi.get(f"/procedures/{KEY}/").text

    assert f'（<span class="nb">受付番号 {Case.objects.get().receipt}</span>）' in page
    assert f'href="{case}"' in page
    assert '<button class="button button--quiet">新しく始める</button>' in page


def test_sign_in_on_the_way_does_not_begin_a_second_one(aoi, draft):
    aoi.post(f"{draft}question/event/", {"value": "birth"})
    session = aoi.session
    session["wants_to_begin"] = KEY
    session.save()

    assert aoi.get(f"/procedures/{KEY}/start/")["Location"] == draft
    assert "書きかけがありました。続きから始めます。" in aoi.get(f"{draft}question/event_on/").text
    assert Draft.objects.count() == 1


def test_what_was_put_in_is_shown_at_once_and_the_questions_go_on_after_it(aoi, draft):
    known = aoi.get(f"{draft}answers/").text
    page = aoi.get(f"{draft}question/event/").text

    assert "登録されている内容を入れました。" in known
    assert "架空県見本市見本町1-2-3" in known
    assert "まだです" in known
    assert "6問め" in page
    assert "（全13問）" in page


def test_line_of_pages_says_how_many_are_left_on_each(aoi, draft):
    page = aoi.get(f"{draft}question/event/").text

    line = page.split('aria-label="進みぐあい"')[1].split("</ol>")[0]
    assert line.count("あと3問") == 1
    assert line.count("あと4問") == 1
    assert line.count("あと1問") == 1


def test_childs_family_name_is_put_in_and_may_be_changed(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:3])
    address = f"{draft}question/children.1.name/"

    page = aoi.get(address).text
    assert 'name="family" value="見本"' in page
    assert 'name="family_kana" value="ミホン"' in page
    assert 'name="given" value=""' in page

    aoi.post(address, {"family": "例野", "given": "そう", "family_kana": "れいの", "given_kana": "そう"})
    page = aoi.get(address).text
    assert 'name="family" value="例野"' in page
    assert "入れておきました" not in page


def test_is_there_another_one_shows_who_was_written(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:7])

    page = aoi.get(f"{draft}question/children.more/").text

    assert "ここまでに書いた方" in page
    assert "見本 そう（ミホン ソウ）" in page


def test_question_page_keeps_the_notice_short_and_the_sentence_at_the_foot(aoi, draft):
    page = aoi.get(f"{draft}question/event/").text

    head, foot = page.split("<main", 1)
    assert "非公式デモ" in head
    assert "区の公式サービスではありません" not in head
    assert "区の公式サービスではありません" in foot
    assert "ことばを変えても、「次へ」を押した答えは残ります。" in page

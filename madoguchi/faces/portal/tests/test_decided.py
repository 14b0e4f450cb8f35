"""What a resident sees of a decision: the values, what waits at the counter, and a paper that is void."""

import re

import pytest
from django.test import Client

from madoguchi.engines.directory import services as directory
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.tests import make, make_utsushi
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import jobs
from madoguchi.kernel.refs import SYSTEM


@pytest.fixture
def city(db):
    make.publish_canonical()
    make_utsushi.publish()
    return make.resident(), make.clerk("sato"), make.head("ogawa"), make.clerk("tamura")


def signed_in(actor) -> Client:
    client = Client()
    enter(client, actor)
    return client


def granted(city) -> Case:
    aoi, sato, ogawa, _tamura = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due()
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)
    return Case.objects.get(pk=case.pk)


def test_the_amount_and_the_first_month_stand_with_the_decision(city):
    case = granted(city)

    page = signed_in(city[0]).get(f"/my/{case.pk}/").text

    assert "決定：認定" in page and "支給する額（月額）" in page and "15,000円" in page
    assert "お出しした書類は使えません" not in page


def test_a_recalled_paper_is_void_on_the_page_and_cannot_be_opened(city):
    aoi, _sato, _ogawa, tamura = city
    case, browser = granted(city), signed_in(aoi)
    letter = f"/my/{case.pk}/letter/{Decision.objects.get().letter_id}/"
    assert browser.get(letter)["Content-Type"] == "application/pdf"
    services.report_misissue(
        case=case,
        kind="wrong_person",
        step="second_check",
        what="架空 花子さんへ",
        by=tamura,
        seen=case.version,
    )

    page = browser.get(f"/my/{case.pk}/").text

    assert "お出しした書類は使えません" in page and "無効" in page
    assert "花子" not in page and "15,000円" not in page and letter not in page
    assert browser.get(letter).status_code == 404
    [told] = [line for line in page.split("<li") if "大切なお知らせ" in line]
    message = browser.get(told.split('href="', 1)[1].split('"', 1)[0]).text
    assert "別の方にお渡ししてしまいました" in message and "花子" not in message


def test_what_waits_at_the_counter_says_where_until_it_was_fetched(city):
    aoi, sato, _ogawa, tamura = city
    case, browser = make_utsushi.ready(aoi, decided_by=sato), signed_in(aoi)
    waiting = browser.get(f"/my/{case.pk}/").text
    assert "用意ができました" in waiting and "本人確認のできるもの" in waiting and make.DIVISION in waiting

    services.hand_over(case=case, by=tamura, to="self", shown="card", copies=2, yen=600)

    fetched = browser.get(f"/my/{case.pk}/").text
    assert "窓口でお受け取りください" not in fetched and "通知書（PDF）" not in fetched
    assert '<h2 id="decision-h">お渡ししました</h2>' in fetched and "決定：" not in fetched


def course(page: str) -> list[tuple[str, str]]:
    """The stops of the line: state and name."""
    line = page.split('<ol class="thread">')[1].split("</ol>", maxsplit=1)[0]
    return re.findall(r'data-state="(\w+)".*?thread__name[^>]*>([^<]*)<', line, re.DOTALL)


def test_the_chosen_place_the_fee_and_the_course_stand_while_it_waits_to_be_fetched(city):
    aoi, sato, _ogawa, tamura = city
    make_utsushi.publish({**make_utsushi.with_places(), "version": 2})
    key = "区民事務所担当課"
    directory.keep_division(
        key=key, name=key, order=9, place="見本庁舎 9階", hours="火曜 10時～12時", by=SYSTEM
    )
    case, browser = make_utsushi.ready(aoi, decided_by=sato, fetch_at="branch"), signed_in(aoi)

    page = browser.get(f"/my/{case.pk}/").text

    waiting = page.split('id="ready"')[1].split("</section>")[0]
    assert "見本出張所の窓口　見本庁舎 9階" in waiting and "火曜 10時～12時" in waiting
    assert make.DIVISION not in waiting, "not where the division of the case is"
    assert "手数料" in waiting and "600円" in waiting
    assert course(page) == [
        ("done", "受付"),
        ("done", "準備中"),
        ("now", "交付"),
        ("todo", "窓口でのお渡し"),
    ]
    [told] = [line for line in page.split("<li") if "の用意ができました（受付番号" in line]
    message = browser.get(told.split('href="', 1)[1].split('"', 1)[0]).text
    assert "場所：見本出張所の窓口 見本庁舎 9階" in message and "時間：火曜 10時～12時" in message

    services.hand_over(case=case, by=tamura, to="self", shown="card", copies=2, yen=600)

    assert course(browser.get(f"/my/{case.pk}/").text)[2:] == [("done", "交付"), ("done", "お渡ししました")]


def test_a_copy_that_is_not_ready_yet_promises_the_counter_and_no_letter(city):
    case = make_utsushi.received(city[0])

    page = signed_in(city[0]).get(f"/my/{case.pk}/").text

    assert course(page)[-1] == ("todo", "窓口でのお渡し")


def test_a_refusal_says_why_and_how_to_appeal_on_the_page(city):
    aoi, sato, ogawa, _tamura = city
    case, browser = make.at(make.received(aoi), "deciding", sato=sato), signed_in(aoi)
    why = "戸籍の写しで確かめたところ、児童を監護していると認められないため（児童手当法 第4条）。"
    services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=why)
    jobs.run_due()
    assert why not in browser.get(f"/my/{case.pk}/").text, "not before it was checked and sent"
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)

    page = browser.get(f"/my/{case.pk}/").text

    decision = page.split('id="decision"')[1].split("</section>")[0]
    assert why in decision and "この決定に納得できないとき" in decision
    assert (
        "3か月以内に、練馬区長に対して審査請求" in decision and "6か月以内に、練馬区を被告として" in decision
    )
    english = browser.get(f"/my/{case.pk}/", headers={"accept-language": "en"}).text
    assert why in english and '<ol class="sheet sheet--pad stack mt1" lang="ja">' in english


def test_the_course_says_that_a_decision_was_taken_back_and_the_next_one_stands_beside_it(city):
    aoi, sato, ogawa, tamura = city
    case, browser = granted(city), signed_in(aoi)
    services.report_misissue(
        case=case,
        kind="wrong_person",
        step="second_check",
        what="架空 花子さんへ",
        by=tamura,
        seen=case.version,
    )

    page = browser.get(f"/my/{case.pk}/").text

    assert ("done", "認定（取り消しました）") in course(page) and ("done", "認定") not in course(page)
    assert "いまは無効です" in page
    assert course(page)[-2][0] == "now"

    case = Case.objects.get(pk=case.pk)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due()
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)

    again = course(browser.get(f"/my/{case.pk}/").text)
    assert again[-1] == ("done", "認定") and ("done", "認定（取り消しました）") in again


def test_a_decision_that_was_sent_back_before_it_was_told_is_not_told_by_the_course(city):
    aoi, sato, ogawa, _tamura = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.send_back(case=Case.objects.get(pk=case.pk), why="額がちがいます", by=sato)

    page = signed_in(aoi).get(f"/my/{case.pk}/").text

    assert not any("認定" in name for _state, name in course(page))


def test_the_letter_in_the_inbox_is_named_by_what_it_is(city):
    case, browser = granted(city), signed_in(city[0])

    page = browser.get(f"/my/{case.pk}/").text

    [told] = [line for line in page.split("<li") if "の決定のお知らせ" in line and "href" in line]
    message = browser.get(told.split('href="', 1)[1].split('"', 1)[0]).text
    assert f"決定通知書 {case.receipt}.pdf" in message and "letter-" not in message


def test_a_paper_that_cannot_be_read_is_asked_for_with_that_word_and_the_number(city):
    aoi, sato, _ogawa, _tamura = city
    case, browser = make.at(make.received(aoi), "checking", sato=sato), signed_in(aoi)
    items = {"event_on": services.Wanted("日付が読めません。", "illegible")}
    services.ask_correction(case=case, items=items, by=sato, seen=case.version)

    page = browser.get(f"/my/{case.pk}/").text

    assert '<span class="label">読めない</span>' in page
    assert f"直してほしいところがあります（受付番号 {case.receipt}）" in page

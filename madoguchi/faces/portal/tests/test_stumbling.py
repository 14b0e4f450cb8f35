"""Where residents stumbled: each way on, walked through the pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party

from .conftest import KEY, answer_all, begin, enter, hand_in_papers, make_resident
from .conftest import send as submit
from .test_cases import LIVES_AT, row
from .test_correcting import DOCUMENT, ask, typed, version

PHONE = "applicant.phone"
AGAIN = "kaigo.futan_wariai_saikofu"
COPY = "juminhyo.utsushi"  # fetched at the counter, without a letter


def begin_other(client, key):
    """A draft of another procedure; its address."""
    return client.post(f"/procedures/{key}/start/")["Location"]


@pytest.mark.parametrize(
    "written", ["０９０ー１２３４ー５６７８", "090‐1234‐5678", "090–1234—5678", "０９０−１２３４−５６７８"]
)
def test_telephone_number_is_taken_with_whatever_hyphen_the_keyboard_gives(aoi, written):
    address = f"{begin(aoi)}question/{PHONE}/"

    response = aoi.post(address, {"value": written})

    assert response.status_code == 302
    assert 'value="090-1234-5678"' in aoi.get(address).text


def test_number_shows_its_unit_and_takes_it_written_in(aoi):
    draft = begin_other(aoi, "juminhyo.utsushi")
    address = f"{draft}question/copies/"

    assert 'id="q-copies-unit">通</span>' in aoi.get(address).text
    assert aoi.post(address, {"value": "２通"}).status_code == 302
    assert 'name="value" type="text" value="2"' in aoi.get(address).text
    assert aoi.post(address, {"value": "２枚"}).status_code == 422


@pytest.mark.parametrize(
    ("key", "last", "days"),
    [
        (COPY, "窓口でのお渡し", "受け付けてから用意ができるまで、めやすは、役所の開いている日で3日です。"),
        (KEY, "決定のお知らせ", "受け付けてから決まるまで、めやすは30日です。"),
        (AGAIN, "再交付のお知らせ", "受け付けてから決まるまで、めやすは、役所の開いている日で7日です。"),
    ],
)
def test_page_of_a_procedure_says_how_it_ends(aoi, key, last, days):
    page = aoi.get(f"/procedures/{key}/").text

    after = page.split('aria-labelledby="steps"')[1].split("</section>")[0]
    steps = re.findall(r'thread__name">([^<]*)<', after)
    assert steps[-1] == last
    assert days in after
    assert ("決" in after) == (key != COPY)


def test_who_asks_for_a_copy_is_told_when_it_is_ready_and_not_when_it_is_decided(aoi):
    draft = begin_other(aoi, COPY)
    aoi.post(f"{draft}reuse/")
    aoi.post(f"{draft}question/applicant.other_names/", {})
    said = {
        "who": "self",
        "extent": "whole",
        "items": "relation",
        "copies": "1",
        "purpose": "licence",
        "fetch_at": "koseki",
    }
    answer_all(aoi, draft, [(path, {"value": value}) for path, value in said.items()])

    address = submit(aoi, draft)

    receipt, page = aoi.get(f"{address}receipt/").text, aoi.get(address).text
    [told] = [line for line in page.split("<li") if "を受け付けました（受付番号" in line]
    message = aoi.get(told.split('href="', 1)[1].split('"', 1)[0]).text

    assert "用意ができるのは" in message and "受け取る場所と時間をお知らせします" in message
    assert [("決まる" in shown, "決定" in shown) for shown in (receipt, page, message)] == [
        (False, False)
    ] * 3


def test_consent_that_may_be_left_out_says_so_in_its_own_words(aoi):
    draft = begin_other(aoi, "kaigo.nintei")
    aoi.post(f"{draft}question/who/", {"value": "self"})

    page = aoi.get(f"{draft}question/may_share/").text

    assert "同意しなくても、次へ進めます。" in page
    assert "書かなくても、次へ進めます。" not in page


def test_family_is_not_promised_where_it_is_not_kept(aoi):
    draft = begin(aoi)
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)

    page = aoi.get(f"{draft}confirm/").text

    assert "覚えておく" in page
    assert "家族" not in page.split("覚えておく")[1].split("</label>")[0]


def test_old_tab_of_what_was_sent_says_so_and_leads_to_the_case(aoi):
    draft = begin(aoi)
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    case = submit(aoi, draft)
    stranger = enter(Client(), make_resident("ben", given="べん"))

    for tab in (
        "question/event/",
        "question/gone/",
        "papers/bekkyo_kango/",
        "papers/x/",
        "answers/",
        "discard/",
    ):
        page = aoi.get(draft + tab)
        assert page.status_code == 200
        assert "もう出してあります" in page.text
        assert f'href="{case}"' in page.text
        assert stranger.get(draft + tab).status_code == 404
    late = aoi.post(f"{draft}question/event/", {"value": "birth"})
    assert late.status_code == 409
    assert "もう出してあります" in late.text
    assert aoi.get(f"{draft}confirm/")["Location"] == case


def pressed_begin():
    """始める before the sign-in: the browser, and the door it is led to."""
    browser = Client()
    door = browser.post(f"/procedures/{KEY}/start/")["Location"]
    return browser, door


def signed_in(browser, account):
    """What comes after the door, once it is known who it is."""
    enter(browser, account)
    return browser.get(f"/procedures/{KEY}/start/")


def test_who_pressed_begin_before_the_sign_in_is_taken_into_the_form(city, db):
    browser, door = pressed_begin()
    assert door.startswith("/sign-in/?next=")

    on = signed_in(browser, make_resident("new"))

    assert on["Location"].startswith("/apply/")
    assert browser.get(on["Location"])["Location"].endswith("/reuse/")
    assert Draft.objects.count() == 1


def test_who_had_sent_it_already_is_told_why_they_stand_before_the_page_again(aoi, case):
    browser, _door = pressed_begin()

    on = signed_in(browser, aoi.account)

    assert on["Location"] == f"/procedures/{KEY}/"
    assert "サインインしました。この手続きは、もう出してあります。" in browser.get(on["Location"]).text
    assert Draft.objects.count() == 1


def test_half_written_place_does_not_hold_anybody_back(aoi, case):
    ask(items={LIVES_AT: ("寮を", "incomplete"), PHONE: ("電話を", "incorrect")})
    both = {f"{PHONE}:value": "03-0000-0000", f"{PHONE}:asked": "1"}

    left = aoi.post(f"{case}correct/", typed("later", address="") | both)

    assert left["Location"] == f"{case}?kept=1"
    page = aoi.get(left["Location"]).text
    assert "次のところは保存していません：1人めの" in page
    assert 'value="03-0000-0000"' in aoi.get(f"{case}correct/").text, "what was right is kept"
    assert "直しかけ・まだ送っていません" in page
    assert "直しかけ・まだ送っていません" in aoi.get("/my/").text


def test_nothing_is_begun_before_something_is_kept(aoi, case):
    ask(items={PHONE: ("電話を", "incorrect")})

    assert "直しかけ" not in aoi.get("/my/").text
    assert "直しかけ" not in aoi.get(case).text


def test_place_names_whose_it_is_and_blames_nobody(aoi, case):
    ask(items={PHONE: ("電話を", "incorrect")})

    page = aoi.get(case).text.split('id="fix"')[1].split("</section>")[0]

    assert "の電話番号" in page
    assert "確かめてください" in page
    assert "まちがい" not in page
    assert "まちがい" not in aoi.get(f"{case}correct/").text.split("<main")[1].split("<footer")[0]


def test_what_was_left_blank_is_not_called_the_same_as_before(aoi):
    draft = begin(aoi, reuse=False)
    own = [
        (
            "applicant.name",
            {"family": "見本", "given": "葵", "family_kana": "ミホン", "given_kana": "アオイ"},
        ),
        ("applicant.birth", {"y": "1990", "m": "4", "d": "1"}),
        ("applicant.address", {"postcode": "0000000", "address": "架空県見本市1", "building": ""}),
        (PHONE, {"value": ""}),
        ("applicant.email", {"value": ""}),
    ]
    answer_all(aoi, draft, own)
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    case = submit(aoi, draft)
    ask(items={PHONE: ("電話番号を書いてください。", "incomplete")})

    page = aoi.post(
        f"{case}correct/", {f"{PHONE}:value": "", f"{PHONE}:asked": "1", "seen": version(), "then": "check"}
    )

    assert page.status_code == 422
    assert "まだ書いていません。" in page.text
    assert "前の答えと同じです" not in page.text
    assert '<details class="mt2" open>' in page.text, "「このままで正しい」 is in sight"


def test_photograph_of_a_telephone_is_advised_on_in_a_correction_too(aoi, case):
    ask(items={DOCUMENT: ("署名がありません。", "incomplete")})
    heic = SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic", content_type="image/heic")

    page = aoi.post(f"{case}correct/", {"seen": version(), "then": "check", f"{DOCUMENT}:value": heic})

    assert page.status_code == 422
    assert "「HEIC」という形式の写真は、開けませんでした" in page.text
    assert row().state == "returned"


def test_language_is_found_again_in_another_browser(city, db, settings):
    account = make_resident("mei", given="メイ")
    at_home = enter(Client(), account)
    at_home.get("/language/zh-hans/?next=/my/")
    party = identity.party(identity.actor_for(account).party)
    assert Party.objects.get(pk=party.pk).language == "zh-hans"

    elsewhere = Client()
    assert '<html lang="ja"' in elsewhere.get("/").text
    settings.DEMO = True
    elsewhere.post("/sign-in/", {"login": "mei", "next": "/my/"})
    assert '<html lang="zh-Hans"' in elsewhere.get("/my/").text
    elsewhere.post("/sign-out/")
    assert '<html lang="ja"' in elsewhere.get("/").text


def test_strangers_link_does_not_change_the_language_of_a_person(city, db):
    account = make_resident("mei", given="メイ")
    browser = enter(Client(), account)

    browser.get("/language/ko/?next=/", headers={"Sec-Fetch-Site": "cross-site"})

    assert Party.objects.get(pk=identity.actor_for(account).party).language == "ja"


def test_ways_to_ask_are_those_that_the_page_has(aoi):
    draft = begin(aoi)

    assert "（電話、窓口、紙）" in aoi.get(f"{draft}question/event/").text
    page = aoi.get("/help/").text
    assert "電話と窓口" in page
    assert "窓口：" in page

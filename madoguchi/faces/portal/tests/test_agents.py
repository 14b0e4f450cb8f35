"""代理: asked for with a code, done within the procedures and days that were named, over the moment it is taken back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.identity.mandates.models import CounterCode
from madoguchi.kernel.identity.models import Mandate, Party, SignedIn, SignInMail
from madoguchi.kernel.identity.ways_in import contacts
from madoguchi.kernel.refs import SYSTEM

from .account.visiting import post_office
from .conftest import ANSWERS, KEY, answer_all, begin, enter, hand_in_papers, make_resident, send

JUMINHYO = "juminhyo.utsushi"
SOON = {"y": "2099", "m": "1", "d": "1"}


@pytest.fixture
def ben(city, db):
    """Ben's browser: the son who helps."""
    browser = Client()
    browser.account = make_resident("ben", family="架空", given="べん")
    return enter(browser, browser.account)


def party_of(browser) -> Party:
    return browser.account.parties.get().party


def offered(browser, *procedures: str, kept: bool = False) -> str:
    """The code Aoi gets for asking somebody; it stands on the page once."""
    until = clock.today() + dt.timedelta(days=30)
    day = {"y": until.year, "m": until.month, "d": until.day}
    answer = browser.post(
        "/my/agents/offer/", {"procedure": procedures or [KEY], **day, **({"kept": "yes"} if kept else {})}
    )
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'value="([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})"', answer.content.decode())
    assert found
    return found[1]


def acting(aoi, ben, *procedures: str, kept: bool = False) -> Mandate:
    """Ben has taken it on and is at Aoi's things."""
    code = offered(aoi, *procedures, kept=kept)
    assert ben.post("/my/agents/accept/", {"code": code, "sure": "yes"}).status_code == 302
    mandate = Mandate.objects.get()
    assert ben.post(f"/my/agents/{mandate.pk}/act/").status_code == 302
    return mandate


def test_somebody_is_asked_by_a_code_reads_for_what_and_takes_it_on(aoi, ben):
    code = offered(aoi, KEY)
    page = ben.post("/my/agents/accept/", {"code": code.lower().replace("-", " ")}).text
    assert "見本 あおいさんの手続きを、代わりにしますか" in page
    assert not Mandate.objects.in_force().exists(), "reading is not taking on"

    ben.post("/my/agents/accept/", {"code": code, "sure": "yes"})

    assert "架空 べん" in aoi.get("/my/agents/").text
    assert "見本 あおいさんの手続き" in ben.get("/my/").text
    again = ben.post("/my/agents/accept/", {"code": code, "sure": "yes"})
    nobody = ben.post("/my/agents/accept/", {"code": "2222-2222-2222"})
    assert (again.status_code, nobody.status_code) == (422, 422)
    assert "このコードは使えません" in again.text and "このコードは使えません" in nobody.text
    assert code not in str(Mandate.objects.values())


def nameless(login: str):
    """Who opened the account with a mail address alone: nothing was ever asked of them."""
    browser = Client()
    browser.account = identity.open_account(kind="resident", login=login, password=None, by=SYSTEM)
    identity.keep_party(profile={"email": f"{login}@mihon.invalid"}, account=browser.account, by=SYSTEM)
    return enter(browser, browser.account)


def test_who_has_no_name_yet_is_seen_to_have_taken_it_on(city, db):
    mother, daughter = nameless("mother"), nameless("daughter")
    code = offered(mother, KEY)
    assert (
        "コードを渡した方の手続きを、代わりにしますか"
        in daughter.post("/my/agents/accept/", {"code": code}).text
    )

    daughter.post("/my/agents/accept/", {"code": code, "sure": "yes"})

    mandate = Mandate.objects.get()
    read = mother.get("/my/agents/").text
    assert "引き受けた方（名前の登録はありません）" in read
    assert "まだだれも引き受けていません" not in read
    assert f'href="/my/agents/{mandate.pk}/"' in read
    daughter.post(f"/my/agents/{mandate.pk}/act/")
    page = daughter.get("/my/").text
    assert "いまは、あなたにたのんだ方の手続きをしています。" in page
    assert ">さんの手続き" not in page and "、さんの手続き" not in page


def test_a_session_left_open_gives_no_code_before_a_factor_is_shown_again(aoi):
    SignedIn.objects.update(confirmed_at=clock.machine() - dt.timedelta(minutes=11))
    until = clock.today() + dt.timedelta(days=360)
    everything = {"procedure": ["*"], "y": until.year, "m": until.month, "d": until.day, "kept": "yes"}

    form = aoi.get("/my/agents/offer/")
    answers = [aoi.post("/my/agents/offer/", everything), aoi.post("/my/agents/code/")]

    assert form["Location"] == "/my/account/confirm/?next=%2Fmy%2Fagents%2Foffer%2F"
    assert all(answer["Location"].startswith("/my/account/confirm/") for answer in answers)
    assert not Mandate.objects.exists() and not CounterCode.objects.exists()


def test_who_acts_applies_for_the_other_and_it_is_the_others_case(aoi, ben):
    mandate = acting(aoi, ben)
    home = ben.get("/my/").text
    assert "いまは、見本 あおいさんの手続きをしています。" in home and "自分にもどる" in home

    draft = begin(ben, reuse=False)
    answer_all(ben, draft, [*WHOLE, *ANSWERS])
    hand_in_papers(ben, draft)
    address = send(ben, draft)

    case = Case.objects.get()
    assert case.applicant == party_of(aoi)
    assert case.steps.get().by == ben.account.pk, "who did it is Ben"
    received = Event.objects.get(verb="case.received")
    assert received.facts["mandate"] == str(mandate.pk) and received.actor_account == ben.account.pk
    assert ben.get(address).status_code == aoi.get(address).status_code == 200
    done = aoi.get(f"/my/agents/{mandate.pk}/").text
    assert "架空 べんさんがしたこと" in done and case.receipt in done and "出しました" in done
    assert ben.get(f"/my/agents/{mandate.pk}/").status_code == 403, "that page is Aoi's"


def test_the_moment_it_is_taken_back_nothing_of_the_other_opens_any_more(aoi, ben, case):
    mandate = acting(aoi, ben)
    draft = begin(ben, reuse=False)
    assert ben.get(case).status_code == 200

    aoi.post(f"/my/agents/{mandate.pk}/end/")

    told = ben.get(case)
    assert told.status_code == 404 and "代理できる期間が終わったか、代理が取り消されました" in told.text
    assert [ben.get(address).status_code for address in (case, draft, f"{draft}confirm/")] == [404] * 3
    assert ben.post(f"/my/agents/{mandate.pk}/act/").status_code == 404
    assert draft in aoi.get("/my/").text, "what was begun for Aoi stays with Aoi"
    assert case not in ben.get("/my/").text and draft not in ben.get("/my/").text


def test_each_side_is_told_by_mail_what_the_other_did_and_nothing_more(aoi, ben):
    for browser, address in ((aoi, "aoi@mihon.invalid"), (ben, "ben@mihon.invalid")):
        contacts.keep(account=browser.account, address=address, by=SYSTEM)
    Party.objects.filter(pk=party_of(ben).pk).update(language="en")
    mandate = acting(aoi, ben)
    aoi.post(f"/my/agents/{mandate.pk}/end/")

    told = [(letter.to[0], letter.body) for letter in post_office()]

    assert [address for address, _body in told] == [*["aoi@mihon.invalid"] * 2, "ben@mihon.invalid"]
    beginnings = (
        "あなたの手続きの代理をたのむコードが作られました。",
        "あなたがたのんだ代理が、引き受けられました。",
    )
    assert [body.splitlines()[0] for _address, body in told[:2]] == list(beginnings)
    everything = "".join(body for _address, body in told)
    assert everything.count("/my/agents/") == 3
    assert not re.search(r"見本 |架空|あおい|べん|[0-9A-Z]{4}-[0-9A-Z]{4}|" + KEY, everything)
    assert set(SignInMail.objects.values_list("language", flat=True)) == {"ja", "en"}


def test_a_post_that_was_meant_for_the_other_is_not_done_for_oneself(aoi, ben):
    mandate = acting(aoi, ben)
    aoi.post(f"/my/agents/{mandate.pk}/end/")

    answer = ben.post(f"/procedures/{KEY}/start/")

    assert answer.status_code == 404
    assert not Draft.objects.exists()


def test_only_the_procedures_that_were_named(aoi, ben, case):
    acting(aoi, ben, JUMINHYO)

    started = ben.post(f"/procedures/{KEY}/start/")

    assert started.status_code == 403 and "たのまれた手続きに入っていません" in started.text
    assert ben.get(case).status_code == 404
    mine = ben.get("/my/").text
    assert case not in mine and "受付のお知らせ" not in mine
    assert ben.post(f"{case}withdraw/", {"seen": 1}).status_code == 404
    assert Case.objects.get().closed_at is None


def test_it_ends_by_itself_after_its_last_day(aoi, ben, case, monkeypatch):
    acting(aoi, ben)
    assert ben.get(case).status_code == 200

    Mandate.objects.update(until=clock.today() - dt.timedelta(days=1))

    assert ben.get(case).status_code == 404


def test_pages_of_ones_own_account_stay_shut_while_acting(aoi, ben):
    acting(aoi, ben, "*")
    answers = {path: ben.get(path) for path in ("/my/kept/", "/my/apps/", "/my/agents/", "/my/agents/offer/")}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert "自分にもどる" in answers["/my/kept/"].text

    assert ben.post("/my/agents/stop/").status_code == 302
    assert ben.get("/my/agents/").status_code == 200
    assert "いまは、" not in ben.get("/my/").text


def test_what_is_known_of_the_other_is_used_only_where_they_said_so(aoi, ben):
    acting(aoi, ben)
    draft = ben.post(f"/procedures/{KEY}/start/")["Location"]
    assert not ben.get(draft)["Location"].endswith("/reuse/")
    assert "見本町" not in ben.get(f"{draft}reuse/", follow=True).text
    ben.post("/my/agents/stop/")
    Mandate.objects.update(may_use_kept=True)
    ben.post(f"/my/agents/{Mandate.objects.get().pk}/act/")

    assert ben.get(draft)["Location"].endswith("/reuse/")


def test_letters_are_read_and_stay_new_for_whom_they_were_written(aoi, ben, case):
    acting(aoi, ben)
    inbox = ben.get("/my/inbox/")
    address = re.search(r'href="(/my/inbox/[0-9a-f-]{36}/)"', inbox.text)
    assert address, inbox.text
    assert ben.get(address[1]).status_code == 200
    assert Event.objects.filter(verb="message.read").count() == 0
    from madoguchi.engines.messaging import queries as messaging

    assert messaging.unread(party_of(aoi)) == 1


def test_under_protection_nobody_acts_until_somebody_with_the_right_has_looked(aoi, ben, case):
    """The one who was asked once may be the one to be hidden from; they are not told why it ended."""
    acting(aoi, ben)

    identity.protect(party=party_of(aoi), by=SYSTEM, reason="配偶者からの保護")

    told = ben.get(case)
    assert told.status_code == 404 and "秘匿" not in told.text
    page = ben.get("/my/agents/").text
    assert "見本 あおい" not in page and "止めて" not in page
    assert "いまは止めてあります" in aoi.get("/my/agents/").text


def test_somebody_else_in_the_same_browser_begins_as_themselves(aoi, ben, case):
    acting(aoi, ben)
    cleo = make_resident("cleo", family="別", given="くれお")
    enter(ben, cleo)

    page = ben.get("/my/")

    assert page.status_code == 200 and "いまは、" not in page.text
    assert ben.get(case).status_code == 404


def test_nobody_hands_on_or_takes_on_what_is_their_own(aoi, ben):
    code = offered(aoi)
    own = aoi.post("/my/agents/accept/", {"code": code, "sure": "yes"})
    far = aoi.post("/my/agents/offer/", {"procedure": [KEY], **SOON})
    nothing = aoi.post("/my/agents/offer/", {"y": "2026", "m": "13", "d": "x"})
    assert (own.status_code, far.status_code, nothing.status_code) == (422, 422, 422)
    assert "自分で自分の代理" in own.text and "1年以内" in far.text
    stranger = make_resident("dan", family="別", given="だん")
    assert enter(Client(), stranger).post(f"/my/agents/{Mandate.objects.get().pk}/end/").status_code == 404


def test_the_page_asks_the_same_number_of_questions_however_many(aoi, ben, django_assert_num_queries):
    acting(aoi, ben)
    ben.post("/my/agents/stop/")
    aoi.get("/my/agents/")
    with django_assert_num_queries(QUERIES):
        aoi.get("/my/agents/")
    for _ in range(3):
        ben.post("/my/agents/accept/", {"code": offered(aoi), "sure": "yes"})
    with django_assert_num_queries(QUERIES):
        assert aoi.get("/my/agents/").text.count("架空 べん") >= 4


QUERIES = 9
WHOLE = [
    (
        "applicant.name",
        {"family": "見本", "given": "あおい", "family_kana": "ミホン", "given_kana": "アオイ"},
    ),
    ("applicant.birth", {"y": "1990", "m": "4", "d": "12"}),
    ("applicant.address", {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""}),
    ("applicant.phone", {"value": ""}),
    ("applicant.email", {"value": ""}),
]


def test_a_call_of_the_api_in_the_same_browser_ends_no_acting(aoi, ben):
    mandate = acting(aoi, ben)

    ben.get("/api/v1/about")

    assert ben.session["acting_for"]["mandate"] == str(mandate.pk)

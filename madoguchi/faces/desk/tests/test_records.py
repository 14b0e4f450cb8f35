"""Registers on the desk: opening with a reason, interviews, groups, lending, stories."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.records import queries, services
from madoguchi.engines.records.models import Loan, Registration, RegistrationState, Story
from madoguchi.engines.records.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.mandates import services as mandates

pytestmark = pytest.mark.django_db

TOLD = {
    "allergies.has": "yes",
    "allergies.what": "卵",
    "emergency_phone": "00-0000-0001",
    "notes": "よく眠る",
}


@pytest.fixture
def sato():
    make.kinds()
    return make.staff("sato")


@pytest.fixture
def browser(client, sato):
    return enter(client, sato)


def reads() -> list[tuple[str, str]]:
    return list(Event.objects.filter(verb=Event.READ).values_list("about", "purpose"))


def test_nothing_is_shown_before_the_reason_is_on_record(browser):
    aoi = make.resident()
    asked = make.asked(*aoi)
    page = reverse("desk:records:registration", args=[asked.pk])

    closed = browser.get(page).text
    assert not any(word in closed for word in ("卵", "そう", "0000000001"))
    assert reads() == []
    assert browser.post(reverse("desk:records:look", args=[asked.pk]), {}).status_code == 422

    opened = browser.post(reverse("desk:records:look", args=[asked.pk]), {"reason": "register"}).text
    assert "あり：卵" in opened
    assert "見本 そう" in opened
    assert reads() == [(str(asked.ref), "面接・登録の確認")]


def test_a_purpose_shows_what_it_needs_and_no_more(browser):
    asked = make.asked(*make.resident(), doctor="見本医院")
    look = reverse("desk:records:look", args=[asked.pk])

    care = browser.post(look, {"reason": "care"}).text
    own = browser.post(look, {"reason": "other", "other": "保護者から電話があったため"}).text

    assert "卵" in care
    assert "見本医院" not in care and "0000000001" not in care
    assert "0000000001" in own
    assert "卵" not in own
    assert reads()[-1][1] == "保護者から電話があったため"


def test_an_interview_at_the_desk_makes_it_valid_everywhere(browser):
    asked = make.asked(*make.resident())
    form = TOLD | {"site": "b", "on": clock.today().isoformat(), "seen": str(asked.version)}

    response = browser.post(reverse("desk:records:interview", args=[asked.pk]), form)

    assert response.status_code == 302
    found = queries.valid_registration(kind=make.CHILD, party=asked.party_id, on=clock.today())
    assert (found.pk, found.site) == (asked.pk, "b")


def test_an_interview_that_is_refused_keeps_what_was_typed(browser):
    asked = make.asked(*make.resident())
    form = TOLD | {"site": "b", "on": "きのう", "notes": "長い話のメモ", "seen": str(asked.version)}

    response = browser.post(reverse("desk:records:interview", args=[asked.pk]), form)

    assert response.status_code == 422
    assert "「面接の日」をお確かめください" in response.text
    assert "長い話のメモ" in response.text


def test_somebody_at_the_counter_is_registered_at_once_in_the_same_file(browser, sato):
    form = TOLD | {
        "channel": "counter",
        "family": "仮田",
        "given": "ウメ",
        "phone": "00-0000-0003",
        "child_given": "りく",
        "child_birth": "2024-10-20",
        "interviewed": "on",
        "site": "a",
        "on": clock.today().isoformat(),
    }

    response = browser.post(reverse("desk:records:enter", args=[make.CHILD]), form)

    row = Registration.objects.get()
    assert response["Location"] == reverse("desk:records:registration", args=[row.pk])
    assert (row.state, row.channel, queries.name_of(row.party)) == ("valid", "counter", "仮田 りく")
    assert identity.profile(row.keeper)["phone"] == "0000000003"


def test_who_has_an_account_is_named_by_the_code_of_it(browser, sato):
    actor, keeper = make.resident()
    code = mandates.new_counter_code(by=actor)
    form = TOLD | {"channel": "phone", "code": code, "child_given": "りく", "child_birth": "2024-10-20"}

    assert (
        browser.post(reverse("desk:records:enter", args=[make.CHILD]), form | {"code": "XX"}).status_code
        == 422
    )
    assert browser.post(reverse("desk:records:enter", args=[make.CHILD]), form).status_code == 302

    row = Registration.objects.get()
    assert (row.state, row.keeper, row.channel) == (RegistrationState.ASKED, keeper, "phone")


def test_a_group_is_accepted_by_the_division_of_its_kind_only(browser, client):
    asked = make.group(*make.resident())
    area = enter(Client(), make.staff("mura", make.AREA))
    accept = reverse("desk:records:accept", args=[asked.pk])

    assert browser.post(accept).status_code == 404  # of another division
    assert asked.number in area.get(reverse("desk:records:list")).text
    assert asked.number not in browser.get(reverse("desk:records:list")).text
    assert area.post(accept, {"seen": str(asked.version)}).status_code == 302

    asked.refresh_from_db()
    assert asked.state == RegistrationState.VALID


def test_a_refusal_needs_a_reason_and_an_old_page_settles_nothing(browser):
    asked = make.asked(*make.resident())
    refuse = reverse("desk:records:refuse", args=[asked.pk])

    assert browser.post(refuse, {"why": "", "seen": "1"}).status_code == 422
    assert browser.post(refuse, {"why": "見本の理由", "seen": "7"}).status_code == 409
    assert browser.post(refuse, {"why": "見本の理由", "seen": "1"}).status_code == 302

    asked.refresh_from_db()
    assert (asked.state, asked.why) == ("refused", "見本の理由")


def test_a_search_by_name_is_on_record_before_the_name_is_shown(browser):
    asked = make.asked(*make.resident("aoi"))
    find = reverse("desk:records:find")

    assert browser.post(find, {"q": "見本 そう"}).status_code == 422
    shown = browser.post(find, {"q": "見本 そう", "reason": "inquiry"}).text
    nobody = browser.post(find, {"q": "見本 りつ", "reason": "inquiry"}).text

    assert asked.number in shown and "見本 そう" in shown
    assert asked.number not in nobody.split("番号か名前でさがす")[1]
    assert reads() == [(str(asked.ref), "ご本人からの問い合わせ（電話・窓口）")]
    assert browser.post(find, {"q": asked.number, "reason": "register"}).text.count(asked.number) >= 2


def test_staff_with_no_business_there_find_nothing(sato):
    asked = make.asked(*make.resident())
    loan = services.lend(
        thing=make.thing(), party=make.resident("ben")[1], by=make.staff("ono", make.LENDING)
    )
    stranger = enter(Client(), make.staff("yoso", make.ELSEWHERE))

    for name, args, post in (
        ("registration", [asked.pk], False),
        ("look", [asked.pk], True),
        ("interview", [asked.pk], True),
        ("change", [asked.pk], True),
        ("renew", [asked.pk], True),
        ("end", [asked.pk], True),
        ("enter", [make.CHILD], False),
        ("find", [], True),
        ("things", [], False),
        ("lend", ["switch-1"], True),
        ("loan", [loan.pk], False),
        ("loan_look", [loan.pk], True),
        ("back", [loan.pk], True),
        ("extend", [loan.pk], True),
    ):
        address = reverse(f"desk:records:{name}", args=args)
        answer = stranger.post(address, {"reason": "care", "q": "そう"}) if post else stranger.get(address)
        assert answer.status_code == 404, name
    assert reads() == []


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_asks_as_often_for_six_as_for_one(browser, many, django_assert_max_num_queries):
    aoi = make.resident()
    for number in range(many):
        make.asked(*aoi, make.child(*aoi, f"そう{number}"))

    with django_assert_max_num_queries(24):
        shown = browser.get(reverse("desk:records:list")).text

    assert shown.count("確認を待っています") == many


# ------------------------------------------------------------------ lending


def test_a_device_is_lent_looked_after_and_given_back(sato):
    thing = make.thing()
    ono = enter(Client(), make.staff("ono", make.LENDING))
    form = {"family": "架空", "given": "次郎", "phone": "00-0000-0010", "days": "7"}

    assert ono.post(reverse("desk:records:lend", args=[thing.key]), form | {"phone": ""}).status_code == 422
    assert ono.post(reverse("desk:records:lend", args=[thing.key]), form).status_code == 302
    loan = Loan.objects.get()
    page = reverse("desk:records:loan", args=[loan.pk])
    assert "次郎" not in ono.get(page).text
    opened = ono.post(reverse("desk:records:loan_look", args=[loan.pk]), {"reason": "return"}).text
    assert "架空 次郎" in opened and "0000000010" in opened
    assert reads() == [(str(loan.ref), "貸した機器の返却の連絡")]

    assert ono.post(reverse("desk:records:lend", args=[thing.key]), form).status_code == 409  # it is out
    assert ono.post(reverse("desk:records:extend", args=[loan.pk]), {"days": "x"}).status_code == 422
    assert ono.post(reverse("desk:records:back", args=[loan.pk]), {"condition": "よい"}).status_code == 302
    assert ono.post(reverse("desk:records:back", args=[loan.pk])).status_code == 409

    loan.refresh_from_db()
    assert (loan.condition, loan.back_at is not None) == ("よい", True)


# ------------------------------------------------------------------ stories


def test_a_story_goes_through_two_other_people_before_anybody_reads_it(sato):
    make.route()
    writer = enter(Client(), make.staff("hase", make.LENDING))
    form = {"division": make.LENDING, "shelf": "ict", "title": "片手で使う", "body": "置き方を変えました。"}
    checked = {"checked": ["names", "rare", "agreed"], "seen": "1"}

    page = writer.post(reverse("desk:records:story_new"), form)["Location"]
    story = Story.objects.get()
    ask = reverse("desk:records:story_ask", args=[story.pk])
    assert writer.post(ask, {"checked": ["names"], "seen": "1"}).status_code == 422
    assert writer.post(ask, checked).status_code == 302
    request = approvals.of(story.ref).get()
    for who in (make.staff("ono", make.LENDING, "head"), make.staff("arai", make.CHECKING)):
        assert not Story.objects.filter(state=Story.State.PUBLISHED).exists()
        colleague = enter(Client(), who)
        assert colleague.post(reverse("desk:approvals:approve", args=[request.pk])).status_code == 302

    assert Story.objects.get().state == Story.State.PUBLISHED
    assert "片手で使う" in enter(Client(), make.staff("dare", make.ELSEWHERE)).get(page).text


def test_a_story_that_names_somebody_is_not_put_before_anybody(sato):
    make.route()
    writer = enter(Client(), make.staff("hase", make.LENDING))
    story = make.told_story(make.staff("ito", make.LENDING), body="架空さん（090-0000-0000）は、")

    page = writer.get(reverse("desk:records:story", args=[story.pk])).text
    response = writer.post(
        reverse("desk:records:story_ask", args=[story.pk]),
        {"checked": ["names", "rare", "agreed"], "seen": "1"},
    )

    assert "電話番号" in page and "架空さん" in page
    assert response.status_code == 422
    assert "電話番号" in response.text


def test_a_story_is_worded_anew_and_taken_back_with_a_reason(sato):
    make.route()
    actor = make.staff("hase", make.LENDING)
    writer = enter(Client(), actor)
    story = make.told_story(actor)
    change = reverse("desk:records:story_change", args=[story.pk])
    form = {"shelf": "ict", "title": "書き直した", "body": "短く。", "for": "staff", "seen": "1"}

    assert story.title in writer.get(change).text
    assert writer.post(change, form | {"title": ""}).status_code == 422
    assert writer.post(change, form | {"shelf": "nai"}).status_code == 422
    assert writer.post(change, form).status_code == 302
    assert writer.post(change, form).status_code == 409
    withdraw = reverse("desk:records:story_withdraw", args=[story.pk])
    assert writer.post(withdraw, {"why": "", "seen": "2"}).status_code == 422
    assert writer.post(withdraw, {"why": "誤りがあったため", "seen": "2"}).status_code == 302

    story.refresh_from_db()
    assert (story.title, story.is_public, story.state) == ("書き直した", False, "withdrawn")
    others = enter(Client(), make.staff("dare", make.ELSEWHERE))
    assert others.get(reverse("desk:records:story", args=[story.pk])).status_code == 404

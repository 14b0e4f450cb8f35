"""Registrations of a resident and their children, cases told without names, and things to borrow."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.records import queries, services
from madoguchi.engines.records.models import Registration, RegistrationState
from madoguchi.engines.records.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db

FORM = {
    "child": "new",
    "given": "そう",
    "y": "令和6",
    "m": "6",
    "d": "3",
    "allergies.has": "yes",
    "allergies.what": "卵",
    "emergency_phone": "00-0000-0001",
    "doctor": "",
}


@pytest.fixture
def aoi():
    make.kinds()
    return make.resident("aoi")


@pytest.fixture
def browser(client, aoi):
    return enter(client, aoi[0])


def test_a_parent_asks_for_an_interview_and_reads_where_it_stands(browser, aoi):
    response = browser.post(reverse("portal:records:ask", args=[make.CHILD]), FORM)

    row = Registration.objects.get()
    assert response["Location"] == reverse("portal:records:registration", args=[row.pk])
    shown = browser.get(response["Location"]).text
    assert (row.state, row.keeper) == (RegistrationState.ASKED, aoi[1])
    assert row.number in shown
    assert "見本 そう" in shown
    assert "あり：卵" in shown
    assert "面接の日を決めるために" in shown


def test_what_was_typed_stays_when_something_is_missing(browser):
    response = browser.post(
        reverse("portal:records:ask", args=[make.CHILD]),
        FORM | {"emergency_phone": "12", "doctor": "見本医院"},
    )

    assert response.status_code == 422
    assert "「急なときの電話番号」をお確かめください" in response.text
    assert 'value="見本医院"' in response.text
    assert ">卵</textarea>" in response.text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("said", [{"y": "ことし"}, {"d": ""}, {"m": "13"}, {"given": ""}])
def test_a_child_that_cannot_be_is_asked_for_again(browser, said):
    response = browser.post(reverse("portal:records:ask", args=[make.CHILD]), FORM | said)

    assert response.status_code == 422
    assert "お子さんの" in response.text


def test_a_child_told_of_before_is_chosen_and_not_anothers(browser, aoi):
    mine = make.child(*aoi)
    others = make.child(*make.resident("ben"))
    address = reverse("portal:records:ask", args=[make.CHILD])

    assert str(mine.pk) in browser.get(address).text
    assert browser.post(address, FORM | {"child": str(others.pk)}).status_code == 404
    assert browser.post(address, FORM | {"child": str(mine.pk), "given": ""}).status_code == 302
    assert Registration.objects.get().party == mine


def test_a_group_asks_to_be_registered(browser):
    form = {"name": "見本会", "members": "１２", "field": "sports", "residents": "見本 一\r\n見本 二\r\n"}

    response = browser.post(reverse("portal:records:ask", args=[make.GROUP]), form)

    shown = browser.get(response["Location"]).text
    assert "見本 一、見本 二" in shown
    assert "担当の係が確かめています" in shown


def test_a_new_allergy_counts_at_once(browser, aoi):
    done = make.interviewed(*aoi, make.staff("sato"), notes="")
    address = reverse("portal:records:change", args=[done.pk])
    assert ">卵</textarea>" in browser.get(address).text

    form = FORM | {"allergies.what": "卵と小麦", "seen": str(done.version)}
    response = browser.post(address, form)

    assert "卵と小麦" in browser.get(response["Location"]).text
    assert browser.post(address, form).status_code == 409  # somebody was faster: it was I, in another window


def test_another_term_is_asked_for_near_the_end_and_the_registration_can_be_ended(browser, aoi):
    with clock.frozen(dt.datetime(2026, 5, 1, 10, tzinfo=clock.JST)):
        done = make.interviewed(*aoi, make.staff("sato"))
    page = reverse("portal:records:registration", args=[done.pk])

    with clock.frozen(dt.datetime(2027, 3, 1, 10, tzinfo=clock.JST)):
        assert "更新をたのむ" in browser.get(page).text
        browser.post(reverse("portal:records:renew", args=[done.pk]))
        assert "更新の申し込みを受け付けています" in browser.get(page).text
        browser.post(reverse("portal:records:end", args=[done.pk]))
        assert "おわりました" in browser.get(page).text


def test_what_is_anothers_is_not_there(browser):
    done = make.interviewed(*make.resident("ben"), make.staff("sato"))

    for name, post in (
        ("registration", False),
        ("change", False),
        ("change", True),
        ("renew", True),
        ("end", True),
    ):
        address = reverse(f"portal:records:{name}", args=[done.pk])
        answer = browser.post(address, FORM) if post else browser.get(address)
        assert answer.status_code == 404, name
    assert done.number not in browser.get(reverse("portal:records:mine")).text


def test_a_look_of_staff_is_read_by_the_parent_with_its_reason(browser, aoi):
    clerk = make.staff("sato")
    done = make.interviewed(*aoi, clerk)

    queries.look(registration=done, by=clerk, purpose="care")

    shown = browser.get(reverse("portal:procedures:looks")).text
    assert "預かりや利用の準備" in shown
    assert make.CENTRE in shown
    assert "卵" not in shown


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_asks_as_often_for_six_as_for_one(browser, aoi, many, django_assert_max_num_queries):
    clerk = make.staff("sato")
    for number in range(many):
        make.interviewed(*aoi, clerk, make.child(*aoi, f"そう{number}"))

    with django_assert_max_num_queries(22):
        shown = browser.get(reverse("portal:records:mine")).text

    assert shown.count("登録済み") == many


def test_what_can_be_borrowed_is_public_and_says_what_is_out(client):
    out, here = make.thing("switch-1"), make.thing("switch-2", name="見本スイッチ 2")
    services.lend(thing=out, party=make.resident("ben")[1], by=make.staff("ono", make.LENDING))

    page = client.get(reverse("portal:records:things")).text

    shown = page.split("<h2")[1]
    assert shown.index("貸出中") < shown.index(here.name) < shown.index("借りられます")
    assert "ben" not in shown


def test_a_story_is_public_only_once_two_have_read_it_and_never_for_training(client):
    make.route()
    writer = make.staff("hase", make.LENDING)
    public = make.published(make.told_story(writer), writer)
    training = make.published(make.told_story(writer, title="研修のはなし", is_public=False), writer)
    draft = make.told_story(writer, title="下書きのはなし")

    shown = client.get(reverse("portal:records:stories")).text

    assert public.title in shown
    assert not any(one.title in shown for one in (training, draft))
    assert client.get(reverse("portal:records:story", args=[public.pk])).status_code == 200
    for one in (training, draft):
        assert client.get(reverse("portal:records:story", args=[one.pk])).status_code == 404
    assert not Event.objects.filter(verb=Event.READ).exists()

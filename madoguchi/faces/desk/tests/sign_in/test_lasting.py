"""How long a sign-in lasts, when it is asked again, and who ends it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Factor, SignedIn
from madoguchi.kernel.refs import SYSTEM

from .people import first_step, is_in, open_staff


@pytest.mark.parametrize(("passed", "stays"), [({"minutes": 29}, True), ({"minutes": 31}, False)])
def test_half_an_hour_without_a_page_ends_it(client, mori, machine, passed, stays):
    enter(client, mori)
    machine(**passed)

    assert is_in(client) == stays


def test_twelve_hours_end_it_however_busy(client, mori, machine):
    enter(client, mori)
    for minutes in range(29, 720, 29):
        machine(minutes=minutes)
        assert is_in(client)
    machine(minutes=721)

    assert not is_in(client)


def test_a_fourth_browser_ends_the_one_seen_longest_ago(mori, machine):
    browsers = [Client() for _number in range(4)]
    for number, browser in enumerate(browsers):
        machine(minutes=number)
        enter(browser, mori)

    assert [is_in(browser) for browser in browsers] == [False, True, True, True]


def test_signing_out_ends_the_row_too(client, mori):
    enter(client, mori)
    kept = client.cookies["sessionid"].value
    session = dict(client.session)
    client.post("/desk/sign-out/")

    assert SignedIn.objects.get().ended_why == "left"
    thief = Client()
    stolen = thief.session
    stolen.update(session)
    stolen.save()
    assert kept
    assert not is_in(thief), "a copied session is worth nothing after signing out"


def test_what_gives_much_away_asks_again_after_ten_minutes(client, mori, machine):
    app = give_app(mori)
    enter(client, mori)
    assert client.get("/desk/my/sign-in/password/").status_code == 200
    machine(minutes=11)

    asked = client.get("/desk/my/sign-in/password/")
    assert asked["Location"] == "/desk/sign-in/again/?next=%2Fdesk%2Fmy%2Fsign-in%2Fpassword%2F"
    assert client.post(asked["Location"], {"code": "000000"}).status_code == 422
    code = app.at(clock.machine())
    back = client.post(asked["Location"], {"code": code})

    assert back["Location"] == "/desk/my/sign-in/password/"
    assert client.get("/desk/my/sign-in/password/").status_code == 200


def test_a_post_that_is_asked_again_changes_nothing_and_leads_back_to_its_page(client, mori, machine):
    app = give_app(mori)
    enter(client, mori)
    machine(minutes=11)

    response = client.post(
        reverse("desk:my_factor_stop", args=[Factor.objects.get().pk]),
        headers={"referer": "http://testserver/desk/my/sign-in/"},
    )

    assert response["Location"] == "/desk/sign-in/again/?next=%2Fdesk%2Fmy%2Fsign-in%2F"
    assert Factor.objects.working().count() == 1
    assert app


def test_a_fictional_person_confirms_with_one_press(client, machine, db):
    account = people.open_account(
        kind="staff", login="sato", password=None, name="佐藤", is_demo=True, by=SYSTEM
    )
    enter(client, account, assurance="demo")
    machine(minutes=11)
    page = client.get("/desk/sign-in/again/?next=/desk/my/sign-in/password/").text
    assert "佐藤本人です" in page

    client.post("/desk/sign-in/again/?next=/desk/my/sign-in/password/")

    assert client.get("/desk/my/sign-in/password/").status_code == 200


def test_a_changed_password_ends_the_other_browsers(client, mori):
    other = enter(Client(), mori)
    enter(client, mori)

    client.post("/desk/my/sign-in/password/", {"password": "kumo no ito san", "again": "kumo no ito san"})

    assert is_in(client)
    assert not is_in(other)
    mori.refresh_from_db()
    assert mori.check_password("kumo no ito san")


def test_the_last_factor_cannot_be_given_up(client, mori):
    give_app(mori)
    enter(client, mori)
    mine = Factor.objects.get()

    response = client.post(reverse("desk:my_factor_stop", args=[mine.pk]))

    assert response.status_code == 409
    assert Factor.objects.working().count() == 1


def test_another_persons_factor_is_not_there(client, mori):
    give_app(mori)
    theirs = enter(Client(), open_staff("sato"))

    assert theirs.post(reverse("desk:my_factor_stop", args=[Factor.objects.get().pk])).status_code == 404
    assert client


def test_a_label_is_shown_as_it_is_meant_and_breaks_nothing(client, mori):
    enter(client, mori)
    typed = {"kind": "card", "number": "55667788", "pin": "2749", "pin_again": "2749"}

    client.post("/desk/my/sign-in/add/card/", {**typed, "label": "<script>\u202e\n" + "長" * 500})

    page = client.get("/desk/my/sign-in/").text
    assert "&lt;script&gt;長長" in page
    assert len(Factor.objects.get().label) == 60


def test_a_head_sees_the_people_of_the_division_and_nobody_else(mori):
    open_staff("takagi", division="介護保険課")
    head = enter(Client(), open_staff("ogawa", "clerk", "head"))

    page = head.get("/desk/people/sign-ins/").text

    assert "mori" in page
    assert "takagi" not in page


def test_a_head_of_another_division_stops_nothing(mori):
    head = enter(Client(), open_staff("hirano", "clerk", "head", division="介護保険課"))
    browser = enter(Client(), mori)

    for route in ("stop_card", "end_sign_ins"):
        assert head.post(reverse(f"desk:{route}", args=[mori.pk])).status_code == 404
    assert is_in(browser)
    assert enter(Client(), mori).get("/desk/people/sign-ins/").status_code == 403


def test_the_operator_gives_a_new_code_and_all_factors_stop(client, mori):
    give_app(mori)
    browser = enter(Client(), mori)
    operator = enter(client, open_staff("toban", "operator", division="情報政策課"))

    page = operator.post(reverse("desk:new_enrolment", args=[mori.pk])).text

    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)[0]
    assert not is_in(browser)
    assert not Factor.objects.working().exists()
    again = Client()
    first_step(again)
    again.post("/desk/sign-in/register/", {"invitation": code})
    assert "認証アプリ" in again.get("/desk/sign-in/register/").text


def test_a_head_cannot_give_codes(mori):
    head = enter(Client(), open_staff("ogawa", "clerk", "head"))

    assert head.post(reverse("desk:new_enrolment", args=[mori.pk])).status_code == 403


def test_the_list_of_people_asks_the_same_few_questions_for_any_number(mori, django_assert_max_num_queries):
    operator = enter(Client(), open_staff("toban", "operator", division="情報政策課"))
    for number in range(12):
        give_app(open_staff(f"p{number}"))

    with django_assert_max_num_queries(14):
        operator.get("/desk/people/sign-ins/")

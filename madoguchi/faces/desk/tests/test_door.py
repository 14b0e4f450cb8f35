"""Who may come in, and what nobody finds on a page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

PAGES = ("home", "procedures:cases", "procedures:receive", "find", "stuck", "to_post")


@pytest.fixture
def clerk_with_password(procedure):
    account = people.open_account(kind="staff", login="mori", password="asagao-no-tane", by=SYSTEM)
    post = people.keep_post(key="mori", division=make.DIVISION, title="担当", roles=["clerk"])
    people.appoint(account=account, post=post, since=make.dt.date(2020, 4, 1), by=SYSTEM)
    return account


def test_a_stranger_is_sent_to_the_door_and_back_to_where_they_wanted(client, db):
    response = client.get("/desk/cases/?only=late")

    assert response.status_code == 302
    assert response["Location"] == "/desk/sign-in/?next=%2Fdesk%2Fcases%2F%3Fonly%3Dlate"


@pytest.mark.parametrize("route", PAGES)
def test_a_resident_gets_no_page_of_the_desk(client, aoi, route):
    enter(client, aoi)

    response = client.get(reverse(f"desk:{route}"))

    assert response.status_code == 302
    assert response["Location"].startswith("/desk/sign-in/")


def test_a_residents_account_is_no_staff_account_even_when_the_session_says_so(client, aoi):
    session = client.session
    session["staff"] = str(aoi.account)
    session.save()

    assert client.get("/desk/").status_code == 302


def test_a_wrong_password_keeps_the_login_and_says_so(client, clerk_with_password):
    response = client.post("/desk/sign-in/", {"login": "mori", "password": "chigau"})

    assert response.status_code == 422
    assert 'value="mori"' in response.text
    assert "chigau" not in response.text
    assert "ログイン名かパスワードがちがいます" in response.text


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "/my/", "/desk/../my/"])
def test_the_door_leads_to_the_desk_only(client, clerk_with_password, elsewhere):
    app, doors = give_app(clerk_with_password), {"next": elsewhere}
    first = client.post("/desk/sign-in/", {"login": "mori", "password": "asagao-no-tane", **doors})
    second = client.post(first["Location"], {"code": app.now(), **doors})

    assert first["Location"] == "/desk/sign-in/second/?next=%2Fdesk%2F"
    assert second["Location"] == "/desk/"


def test_one_press_signs_a_fictional_person_in_only_in_a_demo(client, clerk_with_password, settings):
    settings.DEMO = False

    response = client.post("/desk/sign-in/", {"person": "mori"})

    assert response.status_code == 422
    assert client.get("/desk/").status_code == 302


def test_signing_out_leaves_the_portal_as_it_is(sato, aoi):
    enter(sato.browser, aoi)

    sato.post("sign_out")

    assert sato.get("home").status_code == 302
    assert sato.browser.session["resident"] == str(aoi.account)


CASE_PAGES = ("case", "decide", "return", "withdraw", "answer")
CASE_DEEDS = (
    "look",
    "whole",
    "take",
    "advance",
    "note",
    "decide",
    "send",
    "return",
    "confirm",
    "answer",
    "withdraw",
    "ask_keeper",
)


@pytest.mark.parametrize("route", CASE_PAGES)
def test_a_case_of_another_division_is_not_there(takagi, case, route):
    response = takagi.get(f"procedures:{route}", case)

    assert response.status_code == 404
    assert case.receipt not in response.text


@pytest.mark.parametrize("route", CASE_DEEDS)
def test_nothing_can_be_done_with_a_case_of_another_division(takagi, case, route):
    response = takagi.post(
        f"procedures:{route}", case, reason="check", seen=case.version, to="checking", text="x"
    )

    case.refresh_from_db()
    assert response.status_code == 404
    assert (case.state, case.version, case.assigned) == ("received", 1, None)


def test_the_one_box_tells_nothing_of_another_divisions_number(takagi, case):
    response = takagi.post("find", q=case.receipt)

    assert response.status_code == 200
    assert "あなたの課にはありません" in response.text
    assert "児童手当" not in response.text


def test_the_one_box_opens_a_number_however_it_is_typed(sato, case):
    typed = case.receipt.replace("-", "ー").translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    response = sato.post("find", q=typed)

    assert response["Location"] == f"/desk/cases/{case.pk}/"


def test_pages_carry_no_inline_script_or_style_and_stay_in_no_cache(sato, case):
    sato.opened(case)

    for response in (*(sato.get(route) for route in PAGES), sato.get("procedures:case", case)):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", response.text)
        assert "no-store" in response["Cache-Control"]
        assert "script-src 'self'" in response["Content-Security-Policy"]


def test_every_form_of_the_desk_wants_its_token(sato, case):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sato.browser.cookies

    response = strict.post(f"/desk/cases/{case.pk}/take/")

    case.refresh_from_db()
    assert (response.status_code, case.assigned) == (403, None)

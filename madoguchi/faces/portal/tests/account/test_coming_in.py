"""Residents come in: by passkey, or by their mail and one thing more."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import (
    Contact,
    OneTimeCode,
    SignedIn,
    SignInMail,
)
from madoguchi.kernel.refs import SYSTEM

from .visiting import (
    AOI,
    WORDS,
    add_passkey,
    code_for,
    is_in,
    post_office,
    question,
    read_mail,
)

pytestmark = pytest.mark.django_db


def test_the_mail_alone_opens_nothing(client, aoi):
    response = read_mail(client)

    assert response["Location"].startswith("/sign-in/more/")
    assert not is_in(client)


@pytest.mark.parametrize("way", ["password", "totp", "passkey"])
def test_the_mail_and_one_thing_more_open_the_account(client, aoi, way):
    app = give_app(aoi)
    device = add_passkey(aoi)
    page = client.get(read_mail(client)["Location"])
    sent = {
        "password": {"password": WORDS},
        "totp": {"code": app.now()},
        "passkey": {"credential": device.get(question(page))},
    }[way]

    client.post("/sign-in/more/", sent)

    assert is_in(client)
    assert SignedIn.objects.get().assurance == f"mail+{way}"


@pytest.mark.parametrize(("unlocks", "assurance"), [(True, "passkey"), (False, "key")])
def test_a_passkey_finds_its_account_by_itself(client, aoi, unlocks, assurance):
    device = add_passkey(aoi, unlocks=unlocks)
    before = client.get("/sign-in/")

    response = client.post("/sign-in/", {"credential": device.get(question(before)), "next": "/my/"})

    assert response["Location"] == "/my/"
    assert is_in(client)
    assert SignedIn.objects.get().assurance == assurance, "recorded, never a condition"


def test_a_residents_passkey_opens_no_desk(client, aoi):
    device = add_passkey(aoi)
    staff = people.open_account(kind="staff", login="mori", password=WORDS, by=SYSTEM)
    give_app(staff)
    client.post("/desk/sign-in/", {"login": "mori", "password": WORDS})
    asked = question(client.get("/sign-in/"))

    assert client.post("/desk/sign-in/second/", {"credential": device.get(asked)}).status_code == 422


@pytest.mark.parametrize("how", ["six wrong", "too late", "used"])
def test_a_code_by_mail_ends(client, aoi, later, how):
    code = code_for(client)
    if how == "six wrong":
        for number in range(6):
            sender = f"192.0.2.{number}"
            client.post("/sign-in/code/", {"address": AOI, "code": "000000"}, REMOTE_ADDR=sender)
    elif how == "too late":
        later(minutes=16)
    else:
        assert client.post("/sign-in/code/", {"address": AOI, "code": code}).status_code == 302

    response = client.post("/sign-in/code/", {"address": AOI, "code": code}, REMOTE_ADDR="192.0.2.99")

    assert response.status_code in {422, 429}


def test_a_code_by_mail_is_right_only_in_the_browser_that_asked_for_it(client, aoi):
    code = code_for(client)

    assert Client().post("/sign-in/code/", {"address": AOI, "code": code}).status_code == 422
    assert client.post("/sign-in/code/", {"address": AOI, "code": code}).status_code == 302


def test_a_strangers_codes_and_wrong_digits_leave_the_owners_code_as_it_is(client, aoi):
    code, stranger = code_for(client), Client()
    for number in range(4):
        code_for(stranger)
        for guess in range(2):
            sender = f"192.0.2.{10 * number + guess}"
            stranger.post("/sign-in/code/", {"address": AOI, "code": "000000"}, REMOTE_ADDR=sender)
    assert stranger.post("/sign-in/", {"address": AOI}).status_code == 429, "five codes an hour, whoever asks"

    response = client.post("/sign-in/code/", {"address": AOI, "code": code}, REMOTE_ADDR="192.0.2.99")

    assert response["Location"].startswith("/sign-in/more/")


def test_the_code_of_one_address_is_nothing_for_another(client, aoi):
    code_for(client)
    code = code_for(client, "ben@mihon.invalid")

    assert client.post("/sign-in/code/", {"address": AOI, "code": code}).status_code == 422


def test_an_address_gets_five_codes_an_hour(client, later):
    for _number in range(5):
        assert client.post("/sign-in/", {"address": AOI}).status_code == 200
    assert client.post("/sign-in/", {"address": AOI.upper()}).status_code == 429
    later(minutes=61)
    assert client.post("/sign-in/", {"address": AOI}).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "aoi",
        "aoi@",
        "@mihon.invalid",
        "aoi@mihon.invalid\r\nBcc: all@mihon.invalid",
        "aoi@mihon.invalid, ben@mihon.invalid",
        "あおい@mihon.invalid",
        "aoi@-.invalid",
        "aoi@" + "x" * 300 + ".invalid",
        "aoi\u202e@mihon.invalid",
        "\ud83d@mihon.invalid".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "aoi@mihon.invalid " * 1000,
    ],
)
def test_what_is_no_address_is_refused_and_no_mail_leaves(client, typed):
    response = client.post("/sign-in/", {"address": typed})

    assert response.status_code == 422
    assert post_office() == []


def test_case_width_and_japanese_domains_are_one_address(client):
    for typed in ("Aoi@例え.invalid", "aoi@xn--r8jz45g.INVALID", " ａｏｉ＠例え．ｉｎｖａｌｉｄ "):
        assert client.post("/sign-in/", {"address": typed}).status_code == 200

    assert OneTimeCode.objects.values("whose").distinct().count() == 1
    assert {one.to[0] for one in post_office()} == {"aoi@xn--r8jz45g.invalid"}


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_no_door_leads_to_another_site(client, aoi, elsewhere):
    read_mail(client)

    response = client.post("/sign-in/more/", {"password": WORDS, "next": elsewhere})

    assert response["Location"] == "/"


def test_wrong_things_are_slowed_down_and_on_record(client, aoi):
    read_mail(client)
    for _guess in range(5):
        assert client.post("/sign-in/more/", {"password": "guess"}).status_code == 422

    assert client.post("/sign-in/more/", {"password": WORDS}).status_code == 429
    assert Event.objects.filter(verb="sign_in_refused").count() == 5


def test_no_address_stands_in_the_database_or_the_audit(client, aoi):
    read_mail(client)
    client.post("/sign-in/more/", {"password": WORDS})

    kept = [
        str(list(model.objects.values())) for model in (Contact, OneTimeCode, SignInMail, Event, SignedIn)
    ]
    assert AOI not in "".join(kept)
    assert list(SignInMail.objects.values_list("sealed", "outcome")) == [(b"", "sent")]
    assert AOI not in str(client.session.items())


def test_an_address_in_full_width_letters_is_taken_and_shown_as_we_write_it(client):
    door = client.get("/sign-in/").text
    assert re.search(r'<form [^>]*novalidate>(?:(?!</form>).)*name="address"', door, re.DOTALL), (
        "the browser's own check refuses full-width letters in words of its own"
    )

    page = client.post("/sign-in/", {"address": "ａｏｉ＠ｍｉｈｏｎ．ｉｎｖａｌｉｄ"}).text

    assert "aoi@mihon.invalid" in page
    assert "ａｏｉ" not in page


def test_who_leaves_reads_that_they_left(client, aoi):
    enter(client, aoi)
    assert "サインアウトしました" in client.post("/sign-out/", follow=True).text

"""A resident opens an account, and nobody learns who is here."""

from __future__ import annotations

import re

import pyotp
import pytest
from django.core import mail
from django.test import Client

from madoguchi.faces.shared.tests.device import Device
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import (
    Account,
    Contact,
)

from .visiting import (
    AOI,
    WORDS,
    post_office,
    question,
    read_mail,
    secret_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("way", "assurance"), [("passkey", "mail+passkey"), ("totp", "mail+totp"), ("password", "mail+password")]
)
def test_somebody_new_opens_an_account_with_their_mail_and_a_way_in(client, way, assurance):
    page = read_mail(client)
    assert not Account.objects.exists(), "half an account is none"
    sent = {
        "passkey": lambda: {"credential": Device().create(question(page))},
        "totp": lambda: {"code": pyotp.TOTP(secret_in(page)).now()},
        "password": lambda: {"password": WORDS, "again": WORDS},
    }[way]()

    response = client.post("/sign-in/new/", {"kind": way, "address": AOI, "next": "/my/", **sent})

    assert response["Location"] == "/my/"
    assert client.get("/my/").status_code == 200
    account = Account.objects.get()
    assert (account.kind, account.assurance, account.login) == ("resident", assurance, f"mail:{account.pk}")
    party = identity.party(identity.actor_for(account).party)
    assert identity.profile(party) == {"email": AOI}
    assert client.get("/procedures/").status_code == 200


def test_a_mistyped_code_of_the_app_keeps_the_picture_and_opens_nothing(client):
    secret = secret_in(read_mail(client))

    response = client.post("/sign-in/new/", {"kind": "totp", "address": AOI, "code": "000000"})

    assert response.status_code == 422
    assert secret_in(response) == secret
    assert not Account.objects.exists()
    assert not Contact.objects.exists()


def test_the_account_is_of_the_address_that_was_read_and_of_no_other(client):
    read_mail(client)

    response = client.post(
        "/sign-in/new/",
        {"kind": "password", "address": "ben@mihon.invalid", "password": WORDS, "again": WORDS},
    )

    assert response.status_code == 422
    assert not Account.objects.exists()


def test_two_browsers_open_one_account_for_one_address(client):
    other, sent = Client(), {"kind": "password", "address": AOI, "password": WORDS, "again": WORDS}
    read_mail(client)
    read_mail(other)
    client.post("/sign-in/new/", sent)

    assert other.post("/sign-in/new/", sent).status_code == 422
    assert Account.objects.count() == 1


def test_known_and_unknown_addresses_are_answered_alike(client, aoi, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.post("/sign-in/", {"address": "first@mihon.invalid"})
    shown, asked = [], []
    for address in (AOI, "nob@mihon.invalid"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post("/sign-in/", {"address": address})
        shown.append(re.sub(r'csrfmiddlewaretoken" value="[^"]*', "", response.text).replace(address, "X"))
        asked.append(len(queries))

    assert shown[0] == shown[1]
    assert asked[0] == asked[1]
    subjects = {one.subject for one in post_office()}
    assert len(mail.outbox) == 3
    assert len(subjects) == 1


def test_a_wrong_code_is_refused_alike_whether_or_not_there_is_an_account(client, aoi):
    for address in (AOI, "nobody@mihon.invalid"):
        client.post("/sign-in/", {"address": address})
    answers = [
        client.post("/sign-in/code/", {"address": address, "code": "000000"}).text
        for address in (AOI, "nobody@mihon.invalid", "never-asked@mihon.invalid")
    ]

    assert all("番号がちがうか、期限が切れています" in text for text in answers)

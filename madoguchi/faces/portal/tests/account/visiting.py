"""What residents do at the door, in their browser and in their mail."""

from __future__ import annotations

import html
import re

from django.core import mail
from django.test import Client

from madoguchi.faces.shared.tests.device import Device
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import jobs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import (
    Account,
    SignedIn,
)
from madoguchi.kernel.identity.ways_in import contacts
from madoguchi.kernel.refs import SYSTEM

AOI = "aoi@mihon.invalid"
WORDS = "kumo no ito san"
SETTINGS = "/my/account/"


def post_office() -> list:
    """Everything that had to leave has left."""
    jobs.run_due()
    return mail.outbox


def code_for(browser: Client, address: str = AOI, door: str = "/sign-in/") -> str:
    response = browser.post(door, {"address": address})
    assert response.status_code == 200, response.text
    return re.search(r"(\d{6})", post_office()[-1].body)[1]


def read_mail(browser: Client, address: str = AOI):
    return browser.post("/sign-in/code/", {"address": address, "code": code_for(browser, address)})


def question(response) -> str:
    return html.unescape(re.search(r'data-options="([^"]*)"', response.text)[1])


def secret_in(response) -> str:
    return re.search(r'<code class="key">([A-Z2-7 ]+)<', response.text)[1].replace(" ", "")


def is_in(browser: Client) -> bool:
    return browser.get(SETTINGS).status_code == 200


def make_aoi(**profile) -> Account:
    """Aoi, who comes in with her mail and a password."""
    account = people.open_account(kind="resident", login="mail:aoi", password=WORDS, by=SYSTEM)
    people.keep_party(profile={"email": AOI, **profile}, account=account, by=SYSTEM)
    contacts.keep(account=account, address=AOI, by=SYSTEM)
    return account


def add_passkey(account: Account, **how) -> Device:
    browser, device = enter(Client(), account), Device(**how)
    answer = device.create(question(browser.get(SETTINGS + "add/passkey/")))
    assert (
        browser.post(SETTINGS + "add/passkey/", {"kind": "passkey", "credential": answer}).status_code == 302
    )
    SignedIn.objects.all().delete()
    return device

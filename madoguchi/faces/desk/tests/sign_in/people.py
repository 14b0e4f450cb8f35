"""Members of staff before they are in, and what their browsers do."""

from __future__ import annotations

import datetime as dt
import html
import re

from django.test import Client

from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import SYSTEM

PASSWORD = "asagao-no-tane"
SECOND = "/desk/sign-in/second/"


def open_staff(
    login: str, *roles: str, division: str = make.DIVISION, password: str | None = PASSWORD
) -> Account:
    people.keep_division(key=division, name=division)
    account = people.open_account(kind="staff", login=login, password=password, name=login, by=SYSTEM)
    post = people.keep_post(key=login, division=division, title="担当", roles=list(roles or ["clerk"]))
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return account


def first_step(browser: Client, login: str = "mori", **more: str):
    return browser.post("/desk/sign-in/", {"login": login, "password": PASSWORD, **more})


def is_in(browser: Client) -> bool:
    return browser.get("/desk/").status_code == 200


def question(response) -> str:
    """What the page asks of the browser's passkeys."""
    return html.unescape(re.search(r'data-options="([^"]*)"', response.text)[1])

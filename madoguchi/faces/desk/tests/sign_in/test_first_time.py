"""A member of staff registers the first factor."""

from __future__ import annotations

import re

import pyotp
import pytest
from django.test import Client

from madoguchi.faces.shared.tests.device import Device
from madoguchi.faces.shared.tests.entering import give_app
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.federation import links
from madoguchi.kernel.identity.models import Account, Factor
from madoguchi.kernel.identity.ways_in import staff
from madoguchi.kernel.refs import SYSTEM

from .people import PASSWORD, SECOND, first_step, is_in, open_staff, question


def test_who_has_no_factor_yet_needs_the_operators_code(client, mori):
    first = first_step(client)
    page = client.get(client.get(first["Location"])["Location"])
    assert "登録番号" in page.text
    assert "data-options" not in page.text

    response = client.post("/desk/sign-in/register/", {"kind": "totp", "code": "123456"})

    assert response.status_code == 422
    assert not Factor.objects.exists()
    assert not is_in(client)


def register_app(browser: Client) -> object:
    page = browser.get("/desk/sign-in/register/").text
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    return browser.post("/desk/sign-in/register/", {"kind": "totp", "code": pyotp.TOTP(secret).now()})


def test_with_the_code_one_registers_an_app_and_is_in(client, mori):
    code = staff.invite(account=mori, by=SYSTEM)
    first_step(client)
    client.post("/desk/sign-in/register/", {"invitation": code.lower().replace("-", " ")})

    response = register_app(client)

    assert response["Location"] == "/desk/"
    assert is_in(client)
    assert Factor.objects.get().kind == "totp"


def test_with_the_code_one_registers_a_passkey_or_a_card(client, mori):
    first_step(client)
    client.post("/desk/sign-in/register/", {"invitation": staff.invite(account=mori, by=SYSTEM)})
    answer = Device().create(question(client.get("/desk/sign-in/register/")))
    client.post("/desk/sign-in/register/", {"kind": "passkey", "credential": answer})
    assert is_in(client)

    sato, other = open_staff("sato"), Client()
    first_step(other, "sato")
    other.post("/desk/sign-in/register/", {"invitation": staff.invite(account=sato, by=SYSTEM)})
    other.post(
        "/desk/sign-in/register/", {"kind": "card", "number": "55667788", "pin": "2749", "pin_again": "2749"}
    )
    assert is_in(other)


def test_a_newcomer_chooses_a_password_with_the_code(client, db):
    account = open_staff("shin", password=None)
    code = staff.invite(account=account, by=SYSTEM)
    typed = {"login": "shin", "invitation": code, "password": "kumo no ito san", "again": "kumo no ito san"}
    assert client.post("/desk/sign-in/first-time/", {**typed, "again": "x"}).status_code == 422

    assert client.post("/desk/sign-in/first-time/", typed)["Location"].startswith("/desk/sign-in/register/")
    register_app(client)

    assert is_in(client)
    assert Client().post("/desk/sign-in/first-time/", typed).status_code == 422, "the code is used up"


def test_the_code_opens_no_account_that_has_a_password(client, mori):
    code = staff.invite(account=mori, by=SYSTEM)
    typed = {"login": "mori", "invitation": code, "password": "kumo no ito san", "again": "kumo no ito san"}

    known = client.post("/desk/sign-in/first-time/", typed)
    unknown = client.post("/desk/sign-in/first-time/", {**typed, "login": "nobody"})

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert "番号がちがうか、期限が切れています" in known.text
    mori.refresh_from_db()
    assert mori.check_password(PASSWORD)


@pytest.mark.parametrize("passed", [{"hours": 25}])
def test_the_code_ends_after_a_day(client, mori, machine, passed):
    code = staff.invite(account=mori, by=SYSTEM)
    machine(**passed)
    first_step(client)

    assert client.post("/desk/sign-in/register/", {"invitation": code}).status_code == 422


def test_who_has_a_factor_cannot_register_another_with_the_password_alone(client, mori):
    give_app(mori)
    first_step(client)

    assert client.get("/desk/sign-in/register/")["Location"].startswith(SECOND)
    client.post(
        "/desk/sign-in/register/", {"kind": "card", "number": "55667788", "pin": "2749", "pin_again": "2749"}
    )
    assert Factor.objects.count() == 1


@pytest.mark.parametrize("how", ["linked", "was here before"])
def test_the_operator_does_not_become_a_colleague_who_comes_by_the_citys_own_sign_in(client, db, how):
    head, operator = open_staff("bucho", "head", password=None), open_staff("op", "operator")
    if how == "linked":
        links.link_staff(account=head, issuer="https://sso.invalid", subject="bucho", by=SYSTEM)
    else:
        Account.objects.filter(pk=head.pk).update(last_login=clock.machine())
    code = staff.reset_of(account_id=head.pk, by=identity.actor_for(operator))

    typed = {"login": "bucho", "invitation": code, "password": "kumo no ito san", "again": "kumo no ito san"}

    assert client.post("/desk/sign-in/first-time/", typed).status_code == 422
    head.refresh_from_db()
    assert not head.has_usable_password()


def test_who_forgot_the_password_chooses_another_with_the_code_of_the_command_line(client, mori):
    Account.objects.filter(pk=mori.pk).update(last_login=clock.machine())
    code = staff.invite(account=mori, by=SYSTEM, forget_password=True)

    typed = {"login": "mori", "invitation": code, "password": "kumo no ito san", "again": "kumo no ito san"}
    client.post("/desk/sign-in/first-time/", typed)
    register_app(client)

    assert is_in(client)


def test_the_next_person_in_a_browser_is_shown_another_secret(client, mori):
    sato = open_staff("sato")

    def shown(account: Account) -> str:
        first_step(client, account.login)
        client.post("/desk/sign-in/register/", {"invitation": staff.invite(account=account, by=SYSTEM)})
        return re.search(r'<code class="key">([A-Z2-7 ]+)<', client.get("/desk/sign-in/register/").text)[1]

    assert shown(mori) != shown(sato)

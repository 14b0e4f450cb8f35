"""Staff come in by the city's own sign-in: accounts the operator made, with two factors or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.faces.shared.tests.entering import give_app
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.federation import links
from madoguchi.kernel.identity.models import Account, Link, SignedIn
from madoguchi.kernel.refs import SYSTEM

from .conftest import Browser

DOOR = "/desk/sign-in/sso/"


@pytest.fixture
def mori(provider):
    account = people.open_account(kind="staff", login="mori", password=None, name="森", by=SYSTEM)
    people.keep_division(key="jouhou", name="情報政策課")
    post = people.keep_post(key="mori", division="jouhou", title="担当", roles=["clerk"])
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return account


@pytest.mark.accepts("N-07")
def test_whoever_the_operator_invited_comes_in_when_two_factors_were_asked_there(provider, mori, browser):
    page = browser.through(provider, "mori", f"{DOOR}?next=/desk/find/")

    assert page.redirect_chain[-1][0] == "/desk/find/"
    assert page.status_code == 200
    assert SignedIn.objects.get().assurance == "sso+mfa"
    assert Link.objects.get().account == mori


@pytest.mark.accepts("N-07")
def test_without_two_factors_there_our_own_second_is_asked(provider, mori, browser):
    app = give_app(mori)
    provider.pull(lie={"claims": {"acr": "pwd"}})

    page = browser.through(provider, "mori", DOOR)
    assert page.redirect_chain[-1][0].startswith("/desk/sign-in/second/")
    assert "庁内認証は確認できました" in page.text
    assert browser.get("/desk/").status_code == 302
    assert not SignedIn.objects.exists()
    done = browser.post("/desk/sign-in/second/", {"code": app.now()})

    assert done["Location"] == "/desk/"
    assert SignedIn.objects.get().assurance == "sso+totp"
    assert browser.get("/desk/").status_code == 200


def test_amr_says_it_as_well(provider, mori, browser):
    provider.pull(lie={"without": ["acr"], "claims": {"amr": ["pwd", "mfa"]}})

    browser.through(provider, "mori", DOOR)

    assert SignedIn.objects.get().assurance == "sso+mfa"


def test_nobody_the_operator_did_not_invite_comes_in(provider, mori, browser):
    page = browser.through(provider, "ben", DOOR)

    assert "この窓口の職員として登録されていません" in page.text
    assert Account.objects.count() == 1
    assert not SignedIn.objects.exists()
    assert Event.objects.get(verb="sign_in_refused").facts["code"] == "nobody_invited"


def test_a_login_that_changed_hands_there_does_not_open_what_its_former_holder_linked(
    provider, mori, browser
):
    browser.through(provider, "mori", DOOR)

    page = Browser().through(provider, "aoi", DOOR)  # the provider calls aoi "mori" as well

    assert "この窓口の職員として登録されていません" in page.text
    assert SignedIn.objects.count() == 1


def test_without_an_agreed_claim_only_whom_the_operator_linked_comes_in(provider, mori, browser, settings):
    settings.OIDC["staff"]["claim"] = ""
    assert "登録されていません" in browser.through(provider, "mori", DOOR).text
    settings.OIDC["staff"]["claim"] = "preferred_username"
    browser.through(provider, "mori", DOOR)
    subject = Link.objects.get().subject
    links.unlink_staff(account=mori, by=SYSTEM)
    assert "登録されていません" in Browser().through(provider, "mori", DOOR).text

    links.link_staff(account=mori, issuer=provider.issuer, subject=subject, by=SYSTEM)
    settings.OIDC["staff"]["claim"] = ""
    Browser().through(provider, "mori", DOOR)

    assert SignedIn.objects.filter(ended_at=None).count() == 1


def test_an_account_that_was_closed_stays_closed(provider, mori, browser):
    browser.through(provider, "mori", DOOR)
    Account.objects.update(is_active=False)

    assert "登録されていません" in Browser().through(provider, "mori", DOOR).text


def test_one_realms_return_opens_nothing_in_the_other(provider, mori, browser):
    address = provider.press(browser.leave(DOOR), "mori")

    page = browser.come(address.replace("/desk/sign-in/sso/back/", "/sign-in/provider/back/"))

    assert "確かめられませんでした" in page.text
    assert not SignedIn.objects.exists()
    assert not Account.objects.filter(kind="resident").exists()


def test_asked_again_the_same_person_confirms_there(provider, mori, browser):
    browser.through(provider, "mori", DOOR)
    long_ago = clock.machine() - dt.timedelta(minutes=11)
    SignedIn.objects.update(confirmed_at=long_ago)
    again = reverse("desk:sign_in_sso_again")

    browser.through(provider, "ben", again)
    assert SignedIn.objects.get().confirmed_at == long_ago
    assert again in browser.get(reverse("desk:sign_in_again")).text
    page = browser.through(provider, "mori", f"{again}?next=/desk/find/")

    assert page.redirect_chain[-1][0] == "/desk/find/"
    assert SignedIn.objects.get().confirmed_at > long_ago


def test_leaving_says_that_the_citys_sign_in_is_still_open(provider, mori, browser):
    browser.through(provider, "mori", DOOR)

    page = browser.post("/desk/sign-out/", follow=True)

    assert page.redirect_chain[-1][0] == "/desk/sign-in/left/"
    assert f"{provider.issuer}/end_session?" in page.text

"""Residents come in by a real provider: the first time, again, and as one more way into an account they have."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.urls import reverse

from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import forgetting, queries
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, Arrival, Link, SignedIn
from madoguchi.kernel.identity.ways_in import contacts
from madoguchi.kernel.refs import SYSTEM, Ref

from .conftest import AOI, HERE, Browser, asked_of

FIRST = "/sign-in/provider/first/"


def open_account(provider, who="aoi", keep="no"):
    browser = Browser()
    browser.through(provider, who)
    browser.post(FIRST, {"keep": keep})
    return browser


def profile_of(account):
    return queries.profile(queries.party(queries.actor_for(account).party))


def test_leave_asks_for_what_the_provider_wants_and_gives_nothing_away(provider, browser):
    asked = asked_of(browser.leave("/sign-in/provider/?next=/my/"))

    assert asked["response_type"] == "code"
    assert asked["client_id"] == "city-resident"
    assert asked["redirect_uri"] == f"{HERE}/sign-in/provider/back/"
    assert asked["scope"] == "openid name address birthdate gender"
    assert asked["acr_values"] == "aal3 crl"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "acr_values", "state", "nonce",
        "code_challenge", "code_challenge_method",
    }  # fmt: skip


def test_first_time_shows_what_the_card_says_and_keeps_nothing_unless_told(provider, browser):
    page = browser.through(provider, "aoi", "/sign-in/provider/?next=/help/")

    assert page.redirect_chain[-1][0] == FIRST
    assert AOI["address"] in page.text
    assert "1990-04-01" in page.text
    assert "女性" in page.text
    assert not Account.objects.exists()
    assert AOI["address"].encode() not in bytes(Arrival.objects.get().sealed)

    done = browser.post(FIRST, {"keep": "no"})

    assert done["Location"] == "/help/"
    account = Account.objects.get()
    assert account.assurance == "oidc:aal3"
    assert profile_of(account) == {}
    assert bytes(Arrival.objects.get().sealed) == b""
    assert SignedIn.objects.get(account=account, ended_at=None).assurance == "oidc:aal3"


def test_first_time_keeps_what_the_card_says_with_its_source_when_told(provider, browser):
    browser.through(provider, "aoi")
    browser.post(FIRST, {"keep": "yes"})

    kept = profile_of(Account.objects.get())

    assert kept["birth"] == "1990-04-01"
    assert {name: kept["card"][name] for name in ("name", "address", "gender")} == {
        "name": "見本　あおい", "address": AOI["address"], "gender": "2"
    }  # fmt: skip
    assert "name" not in kept
    shown = browser.get(reverse("portal:account:settings"))
    assert AOI["address"] in shown.text
    browser.post(reverse("portal:account:link_forget_facts"))
    assert profile_of(Account.objects.get()) == {}


def test_the_second_time_opens_the_same_account(provider):
    open_account(provider)
    again = Browser()

    page = again.through(provider, "aoi", "/sign-in/provider/?next=/help/")

    assert page.redirect_chain[-1][0] == "/help/"
    assert Account.objects.count() == 1
    assert again.get(reverse("portal:account:settings")).status_code == 200
    assert Link.objects.get().last_used_at is not None


def test_somebody_else_gets_an_account_of_their_own(provider):
    open_account(provider)
    open_account(provider, "ben")

    assert Account.objects.count() == 2
    assert Link.objects.values("subject").distinct().count() == 2


def test_a_second_factor_of_the_provider_is_never_a_condition_of_service(provider, settings):
    settings.OIDC["resident"]["acr"] = "pwd"
    browser = open_account(provider)
    settings.OIDC["resident"]["acr"] = "aal3"
    provider.pull(lie={"without": ["acr"]})

    again = Browser()
    again.through(provider, "aoi")

    assert Account.objects.get().assurance == "oidc"
    assert again.get(reverse("portal:account:settings")).status_code == 200
    assert browser.get(reverse("portal:account:settings")).status_code == 200


def test_without_the_card_having_been_read_nothing_is_offered_as_the_cards(provider, browser):
    provider.pull(lie={"without": ["acr"]})

    page = browser.through(provider, "aoi")

    assert page.redirect_chain[-1][0] == FIRST
    assert AOI["address"] not in page.text
    assert bytes(Arrival.objects.get().sealed) == b""


def test_no_button_without_settings_and_no_door(client, db, settings):
    settings.OIDC = {}

    assert "マイナアプリ" not in client.get("/sign-in/").text
    assert client.get("/sign-in/provider/").status_code == 404
    assert client.get("/sign-in/provider/back/?state=x&code=y").status_code == 404
    assert client.get("/.well-known/oidc-keys/resident.json").status_code == 404


def test_the_providers_keys_page_shows_the_public_half_only(client, provider):
    served = client.get("/.well-known/oidc-keys/resident.json").json()["keys"]

    assert [set(key) >= {"kty", "crv", "x", "y", "kid"} and "d" not in key for key in served] == [True]


def test_leaving_shows_where_to_sign_out_at_the_provider_too(provider):
    browser = open_account(provider)

    page = browser.post("/sign-out/", {"next": "/"}, follow=True)

    assert page.redirect_chain[-1][0] == "/sign-in/provider/left/"
    assert f"{provider.issuer}/end_session?client_id=city-resident" in page.text
    assert browser.get(reverse("portal:account:settings")).status_code == 302


# ------------------------------------------------------------------ one more way into an account there is


@pytest.fixture
def with_mail(provider):
    """Aoi, who came in by mail and password and has just done so."""
    account = people.open_account(kind="resident", login="mail:aoi", password=None, by=SYSTEM)
    people.keep_party(profile={"name": {"family": "見本", "given": "葵"}}, account=account, by=SYSTEM)
    contacts.keep(account=account, address="aoi@example.org", by=queries.actor_for(account))
    browser = Browser()
    enter(browser, account)
    return account, browser


def test_a_link_is_made_from_inside_and_opens_that_account(provider, with_mail):
    account, browser = with_mail
    other = enter(Browser(), account)

    page = browser.through(provider, "aoi", reverse("portal:account:link"))
    assert page.redirect_chain[-1][0] == reverse("portal:account:link_decide")
    assert not Link.objects.exists()
    browser.post(reverse("portal:account:link_decide"), {"keep": "yes"})

    assert Link.objects.get().account == account
    assert profile_of(account)["name"] == {"family": "見本", "given": "葵"}
    assert profile_of(account)["card"]["name"] == AOI["name"]
    assert other.get(reverse("portal:account:settings")).status_code == 302
    fresh = Browser()
    fresh.through(provider, "aoi")
    assert SignedIn.objects.filter(account=account, assurance="oidc:aal3", ended_at=None).count() == 1
    assert Event.objects.filter(verb="link.made").count() == 1


def test_what_one_person_came_back_with_is_not_the_next_persons_in_the_browser(provider, with_mail):
    _account, browser = with_mail
    decide = reverse("portal:account:link_decide")
    browser.through(provider, "aoi", reverse("portal:account:link"))
    ben = people.open_account(kind="resident", login="mail:ben", password=None, by=SYSTEM)
    people.keep_party(profile={}, account=ben, by=SYSTEM)
    enter(browser, ben)

    browser.post(decide, {"keep": "yes"})

    assert not Link.objects.exists()


def test_what_was_to_be_added_to_an_account_opens_no_other(provider, with_mail):
    _account, browser = with_mail
    browser.through(provider, "aoi", reverse("portal:account:link"))

    browser.post(FIRST, {"keep": "no"})

    assert Account.objects.count() == 1
    assert not Link.objects.exists()


def test_a_subject_that_opens_another_account_is_not_taken_from_it(provider, with_mail):
    account, browser = with_mail
    open_account(provider)

    browser.through(provider, "aoi", reverse("portal:account:link"))
    page = browser.post(reverse("portal:account:link_decide"), {"keep": "no"}, follow=True)

    assert "別のアカウントのサインインに使われています" in page.text
    assert not Link.objects.filter(account=account).exists()


def test_a_link_wants_a_factor_shown_within_ten_minutes(provider, with_mail):
    _account, browser = with_mail
    SignedIn.objects.update(confirmed_at=clock.machine() - dt.timedelta(minutes=11))

    response = browser.get(reverse("portal:account:link"))

    assert response["Location"].startswith(reverse("portal:account:confirm"))


def test_the_last_way_in_is_not_given_up_and_one_of_two_is(provider, with_mail):
    account, browser = with_mail
    browser.through(provider, "aoi", reverse("portal:account:link"))
    browser.post(reverse("portal:account:link_decide"), {"keep": "no"})
    link = Link.objects.get()

    refused = browser.post(reverse("portal:account:link_stop", args=[link.pk]))
    assert refused.status_code == 409
    account.set_password("asagao-no-tane")
    account.save()
    browser.post(reverse("portal:account:link_stop", args=[link.pk]))

    link.refresh_from_db()
    assert link.ended_at is not None
    stranger = Browser()
    assert stranger.through(provider, "aoi").redirect_chain[-1][0] == FIRST


def test_a_link_of_somebody_else_is_not_there(provider, with_mail):
    _account, browser = with_mail
    open_account(provider, "ben")

    response = browser.post(reverse("portal:account:link_stop", args=[Link.objects.get().pk]))

    assert response.status_code == 404
    assert Link.objects.get().ended_at is None


def test_confirm_takes_the_same_card_shown_now(provider):
    browser = open_account(provider)
    long_ago = clock.machine() - dt.timedelta(minutes=11)
    SignedIn.objects.update(confirmed_at=long_ago)
    confirm = reverse("portal:account:link_confirm")
    assert asked_of(browser.leave(confirm))["prompt"] == "login"

    browser.through(provider, "ben", confirm)
    assert SignedIn.objects.get().confirmed_at == long_ago
    for lie in ({"claims": {"auth_time": int(time.time()) - 3600}}, {"without": ["auth_time"]}):
        provider.pull(lie=lie)
        browser.through(provider, "aoi", confirm)
        assert SignedIn.objects.get().confirmed_at == long_ago
    provider.pull(lie={})
    browser.through(provider, "aoi", confirm)

    assert SignedIn.objects.get().confirmed_at > long_ago


def test_what_one_account_began_to_confirm_confirms_no_other(provider):
    browser = open_account(provider)
    open_account(provider, "ben")
    ben = Account.objects.latest("pk")
    address = browser.leave(reverse("portal:account:link_confirm"))
    enter(browser, ben)
    long_ago = clock.machine() - dt.timedelta(minutes=11)
    SignedIn.objects.update(confirmed_at=long_ago)

    page = browser.come(provider.press(address, "ben"))

    assert "確かめられませんでした" in page.text
    assert not SignedIn.objects.filter(confirmed_at__gt=long_ago).exists()


def test_forgetting_somebody_takes_their_link_along(provider):
    open_account(provider)
    account = Account.objects.get()
    forgetting.erase_account(Ref("identity", "party", str(queries.actor_for(account).party)))

    assert not Link.objects.exists()

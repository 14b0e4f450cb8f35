"""What comes back from a provider and is not believed: each ends at the sign-in page, with a sentence, and nobody in."""

from __future__ import annotations

import logging
import socket
import time

import pytest

from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.federation import providers, wire
from madoguchi.kernel.identity.models import Account, Arrival, SignedIn

from .conftest import HERE, Browser

BACK = f"{HERE}/sign-in/provider/back/"


def nobody_came_in(page, words="確かめられませんでした"):
    assert page.redirect_chain[-1][0] == "/sign-in/"
    assert words in page.text
    assert "メールアドレスで" in page.text  # the other ways stand there
    assert not Account.objects.exists()
    assert not SignedIn.objects.exists()
    assert not Arrival.objects.exclude(subject="").exists()


NOW = int(time.time())
# What is wrong, the word for it in the record, and the lie.
LIES = {
    "another_nonce": ("claim_nonce", {"claims": {"nonce": "of another sign-in"}}),
    "no_nonce": ("claim_nonce", {"without": ["nonce"]}),
    "another_issuer": ("claim_iss", {"claims": {"iss": "https://evil.example"}}),
    "another_audience": ("claim_aud", {"claims": {"aud": ["another-client"]}}),
    "another_audience_with_our_name": (
        "claim_aud",
        {"claims": {"aud": ["another-client"], "azp": "city-resident"}},
    ),
    "one_more_audience": ("claim_azp", {"claims": {"aud": ["city-resident", "another-client"]}}),
    "azp_of_another": ("claim_azp", {"claims": {"azp": "another-client"}}),
    "expired": ("claim_exp", {"claims": {"exp": NOW - 3600, "iat": NOW - 7200}}),
    "made_long_ago": ("claim_iat", {"claims": {"iat": NOW - 3600}}),
    "made_tomorrow": ("claim_iat", {"claims": {"iat": NOW + 86400}}),
    "no_exp": ("claim_exp", {"without": ["exp"]}),
    "no_sub": ("claim_sub", {"without": ["sub"]}),
    "sub_no_text": ("claim_sub", {"claims": {"sub": ["a"]}}),
    "another_sub_than_userinfo": ("userinfo_sub", {"claims": {"sub": "somebody-else"}}),
    "at_hash": ("claim_at_hash", {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}),
    "nonsense_times": ("claim_iat", {"claims": {"exp": "tomorrow", "iat": "now"}}),
    "alg_none": ("algorithm", {"how": "none"}),
    "hash_keyed_with_the_public_key": ("algorithm", {"how": "hash"}),
    "a_strangers_key_under_the_same_name": ("signature", {"how": "stranger"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(provider, browser, lie):
    word, told = LIES[lie]
    provider.pull(lie=told)

    nobody_came_in(browser.through(provider, "aoi"))

    assert Event.objects.get(verb="sign_in_refused").facts["code"] == word


def test_the_same_honest_token_opens_the_door(provider, browser):
    provider.pull(lie={"claims": {"azp": "city-resident"}})

    assert browser.through(provider, "aoi").redirect_chain[-1][0] == "/sign-in/provider/first/"


def test_a_clock_that_is_a_minute_off_is_forgiven_and_no_more(provider):
    provider.pull(lie={"claims": {"exp": int(time.time()) - 40}})
    assert Browser().through(provider, "aoi").redirect_chain[-1][0] == "/sign-in/provider/first/"

    Arrival.objects.update(subject="")
    provider.pull(lie={"claims": {"exp": int(time.time()) - 80}})
    nobody_came_in(Browser().through(provider, "aoi"))


def test_a_return_counts_once(provider, browser):
    address = provider.press(browser.leave(), "aoi")
    browser.come(address)
    Arrival.objects.update(subject="")

    nobody_came_in(browser.come(address))


def test_a_state_that_two_requests_read_at_once_counts_once(provider, browser):
    start = browser.leave()
    sent = browser.session["oidc_sent"]
    address = provider.press(start, "aoi")
    browser.come(address)
    Arrival.objects.update(subject="")
    session = browser.session
    session["oidc_sent"] = sent  # as the second request still has it
    session.save()

    nobody_came_in(browser.come(address))
    assert Arrival.objects.count() == 1


def test_a_code_of_somebody_elses_sign_in_opens_nothing(provider):
    """Code injection: the attacker's code with the victim's own state. PKCE and nonce are the victim's."""
    attackers = provider.press(Browser().leave(), "ben")
    victim = Browser()
    own = provider.press(victim.leave(), "aoi")
    code = attackers.split("code=")[1].split("&")[0]

    nobody_came_in(victim.come(own.replace(own.split("code=")[1].split("&")[0], code)))


def test_a_return_in_another_browser_opens_nothing(provider):
    address = provider.press(Browser().leave(), "aoi")

    nobody_came_in(Browser().come(address))


@pytest.mark.parametrize(
    "query", ["", "?code=abc", "?state=&code=abc", "?state=made-up&code=abc", "?error=x", "?state=%E6%97%A5"]
)
def test_a_return_nobody_was_sent_on_opens_nothing(provider, browser, query):
    nobody_came_in(browser.come(BACK + query))


def test_another_providers_name_on_the_way_back_opens_nothing(provider, browser):
    address = provider.press(browser.leave(), "aoi")
    mixed_up = address.replace("iss=http%3A%2F%2F127.0.0.1", "iss=http%3A%2F%2F127.9.9.9")
    assert mixed_up != address

    nobody_came_in(browser.come(mixed_up))


def test_what_was_planted_among_what_was_sent_opens_nothing(provider, browser):
    address = provider.press(browser.leave(), "aoi")
    ((state, sent),) = browser.session["oidc_sent"].items()
    broken = (
        7,
        ["x"],
        {state: 7},
        *({state: sent | one} for one in ({"at": 7}, {"sent": {}}, {"whose": None})),
    )

    for planted in broken:
        session = browser.session
        session["oidc_sent"] = planted
        session.save()
        assert "確かめられませんでした" in browser.come(address).text


def test_whoever_cancels_there_is_told_of_the_other_ways(provider, browser):
    nobody_came_in(browser.through(provider, "cancel"), "取りやめになりました")


def test_two_windows_on_their_way_at_once_both_arrive(provider, browser):
    first, second = browser.leave("/sign-in/provider/?next=/help/"), browser.leave()

    browser.come(provider.press(second, "aoi"))
    browser.post("/sign-in/provider/first/", {"keep": "no"})
    page = browser.come(provider.press(first, "aoi"))

    assert page.redirect_chain[-1][0] == "/help/"
    assert Account.objects.count() == 1


def test_keys_the_provider_took_into_use_since_are_found(provider, monkeypatch):
    Browser().through(provider, "aoi")
    provider.pull(rotate=True)
    # An unknown key is looked for every so often; that time is over.
    monkeypatch.setattr(providers, "KEYS_AGAIN", 0.0)

    assert Browser().through(provider, "aoi").redirect_chain[-1][0] == "/sign-in/provider/first/"


def test_keys_nobody_knows_are_not_asked_for_at_every_request(provider, monkeypatch):
    asked = []
    plain = wire.ask
    monkeypatch.setattr(wire, "ask", lambda address, **more: asked.append(address) or plain(address, **more))
    provider.pull(lie={"how": "own"})
    known = providers.of("resident")
    providers.signing_keys(known, kid="made-up-1")
    for number in range(5):
        assert providers.signing_keys(known, kid=f"made-up-{number}") == []

    assert sum(address.endswith("jwks.json") for address in asked) == 1


def test_a_provider_that_is_down_is_said_and_the_other_ways_stand(provider, browser, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.OIDC["resident"]["issuer"] = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    page = browser.get("/sign-in/provider/", follow=True)

    nobody_came_in(page, "マイナアプリにつながりません")


def test_a_slow_provider_holds_one_person_and_not_everybody(provider, browser, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS", 0.3)
    provider.pull(slow=1.0)
    began = time.monotonic()

    nobody_came_in(browser.get("/sign-in/provider/", follow=True), "マイナアプリにつながりません")
    first = time.monotonic() - began
    browser.get("/sign-in/provider/")

    assert first < 0.9
    assert time.monotonic() - began - first < 0.25


def test_a_provider_under_another_name_is_nobody(provider, browser, settings):
    settings.OIDC["resident"]["issuer"] = provider.issuer.replace("127.0.0.1", "localhost")

    nobody_came_in(browser.get("/sign-in/provider/", follow=True), "マイナアプリにつながりません")


@pytest.mark.parametrize(
    "address",
    [
        "http://op.example/token",
        "ftp://127.0.0.1/",
        "https://u@op.example/",
        "https://",
        "file:///etc/passwd",
    ],
)
def test_only_https_is_asked_outside_this_machine(address):
    assert not wire.may_ask(address, issuer="https://op.example")


def test_nothing_of_a_token_is_kept_or_logged(provider, browser, caplog):
    caplog.set_level(logging.DEBUG)
    address = provider.press(browser.leave(), "aoi")
    code = address.split("code=")[1].split("&")[0]

    browser.come(address)

    kept = str(dict(browser.session.items())) + str(list(Event.objects.values_list("facts", flat=True)))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("madoguchi")]
    assert code not in kept + str(ours)
    assert "eyJ" not in kept + caplog.text

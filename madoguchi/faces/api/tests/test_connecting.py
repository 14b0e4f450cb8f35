"""A resident connects an app: consent in plain words, codes and tokens that work once, and an end to it."""

import base64
import datetime as dt
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel import clock
from madoguchi.kernel.access import services
from madoguchi.kernel.access.models import Client, Grant, Token
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Account, SignedIn
from madoguchi.kernel.refs import SYSTEM

from .conftest import BACK, FULL_SCOPES, Program, key_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def client_app(city, db):
    return services.add_client(
        name="見本アプリ",
        redirect_uris=[BACK],
        scopes_=FULL_SCOPES,
        by=SYSTEM,
        publisher="見本社",
        is_public=True,
    )[0]


@pytest.fixture
def browser(client, aoi):
    enter(client, aoi)
    return client


def ask(app, **other):
    return {
        "response_type": "code",
        "client_id": app.pk,
        "redirect_uri": BACK,
        "scope": "drafts submit",
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **other,
    }


def agreed(browser, app, **other):
    """The code that the browser carries back after 「つなぐ」."""
    page = browser.get("/oauth/authorize", ask(app, **other))
    assert page.status_code == 200, page.content.decode()
    answer = browser.post(page.wsgi_request.get_full_path(), {"decision": "connect"})
    assert answer.status_code == 302
    back = urlsplit(answer["Location"])
    assert answer["Location"].startswith(BACK)
    said = parse_qs(back.query)
    assert said["state"] == ["s-1"]
    return said["code"][0]


def exchange(client, app, code, **other):
    said = {
        "grant_type": "authorization_code",
        "client_id": app.pk,
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **other,
    }
    return client.post("/oauth/token", said)


def refresh(client, app, token):
    return client.post(
        "/oauth/token", {"grant_type": "refresh_token", "client_id": app.pk, "refresh_token": token}
    )


def test_consent_says_in_plain_words_who_may_do_what(browser, client_app):
    page = browser.get("/oauth/authorize", ask(client_app))

    words = page.content.decode()
    assert "「見本アプリ」を、つなぎますか" in words
    assert "見本社" in words
    assert "手続きの下書きを書く・読む" in words
    assert "送った手続きを取り下げる" not in words
    assert "app.mihon.invalid" in words
    assert "https://app.mihon.invalid" in page["Content-Security-Policy"]


def test_an_app_gets_tokens_for_its_code_and_calls_for_the_resident(browser, client, client_app, aoi):
    code = agreed(browser, client_app)

    pair = exchange(client, client_app, code).json()

    assert (pair["token_type"], pair["expires_in"], pair["scope"]) == ("Bearer", 3600, "drafts submit")
    app = Program(pair["access_token"])
    assert app.begun()
    assert app.call("GET", "/cases").json()["code"] == "scope_missing"
    event = Event.objects.get(verb="access.connected")
    assert event.subject == aoi.party


def test_nothing_that_opens_a_door_stands_in_a_row(browser, client, client_app):
    code = agreed(browser, client_app)
    pair = exchange(client, client_app, code).json()
    key = key_for()

    rows = (
        str(list(Token.objects.values()))
        + str(list(Client.objects.values()))
        + str(list(Grant.objects.values()))
    )

    assert not [one for one in (code, pair["access_token"], pair["refresh_token"], key) if one in rows]
    assert Token.objects.filter(digest=hashlib.sha256(pair["access_token"].encode()).hexdigest()).exists()


def test_refusing_sends_the_browser_back_without_a_code(browser, client_app):
    page = browser.get("/oauth/authorize", ask(client_app))

    answer = browser.post(page.wsgi_request.get_full_path(), {"decision": "refuse"})

    assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["access_denied"]
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"scope": "all"},
    ],
)
def test_what_is_asked_wrongly_goes_back_to_the_app_as_an_error(browser, client_app, other):
    answer = browser.get("/oauth/authorize", ask(client_app, **other))

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query)["error"][0] in {"invalid_request", "invalid_scope"}


@pytest.mark.parametrize("other", [{"redirect_uri": "https://thief.invalid/"}, {"client_id": "nobody"}])
def test_nobody_is_sent_to_an_address_that_is_not_registered(browser, client_app, other):
    answer = browser.get("/oauth/authorize", ask(client_app, **other))

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert 'href="https://thief.invalid' not in answer.content.decode()


def test_who_is_not_signed_in_signs_in_first_and_comes_back(client, client_app):
    answer = client.get("/oauth/authorize", ask(client_app))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=%2Foauth%2Fauthorize")


def test_a_session_left_open_connects_nothing_before_a_factor_is_shown_and_then_goes_on(
    browser, client_app, aoi
):
    authenticator = give_app(Account.objects.get(pk=aoi.account))
    page = browser.get("/oauth/authorize", ask(client_app)).wsgi_request.get_full_path()
    SignedIn.objects.update(confirmed_at=clock.machine() - dt.timedelta(minutes=11))

    left = browser.post(page, {"decision": "connect"}, headers={"referer": f"http://testserver{page}"})
    assert left["Location"].startswith("/my/account/confirm/") and not Grant.objects.exists()
    assert browser.get(page)["Location"] == left["Location"]
    shown = browser.post(left["Location"], {"code": authenticator.at(clock.machine())})

    assert shown["Location"] == page
    assert "「見本アプリ」を、つなぎますか" in browser.get(page).text
    assert browser.post(page, {"decision": "connect"})["Location"].startswith(BACK)


def test_a_code_without_its_verifier_gets_nothing_and_is_used_up(browser, client, client_app):
    code = agreed(browser, client_app)

    wrong = exchange(client, client_app, code, code_verifier="w" * 50)
    right = exchange(client, client_app, code)

    assert [one.json()["error"] for one in (wrong, right)] == ["invalid_grant"] * 2


def test_a_code_used_twice_disconnects_the_app(browser, client, client_app):
    code = agreed(browser, client_app)
    pair = exchange(client, client_app, code).json()

    again = exchange(client, client_app, code)

    assert again.json()["error"] == "invalid_grant"
    assert Program(pair["access_token"]).call("GET", "/drafts").status_code == 401


def test_a_refresh_token_is_changed_for_a_new_pair_and_works_once(browser, client, client_app):
    first = exchange(client, client_app, agreed(browser, client_app)).json()

    second = refresh(client, client_app, first["refresh_token"]).json()

    assert Program(second["access_token"]).call("GET", "/drafts").status_code == 200
    stolen = refresh(client, client_app, first["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert Program(second["access_token"]).call("GET", "/drafts").status_code == 401
    assert refresh(client, client_app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_an_app_with_a_secret_shows_it(browser, client, city):
    app, secret = services.add_client(name="社内", redirect_uris=[BACK], scopes_=FULL_SCOPES, by=SYSTEM)
    without = exchange(client, app, agreed(browser, app))
    code = agreed(browser, app)

    with_it = exchange(client, app, code, client_secret=secret)

    assert without.json()["error"] == "invalid_client"
    assert "access_token" in with_it.json()


def test_an_app_gives_its_tokens_back(browser, client, client_app):
    pair = exchange(client, client_app, agreed(browser, client_app)).json()

    given = client.post("/oauth/revoke", {"client_id": client_app.pk, "token": pair["refresh_token"]})

    assert given.status_code == 200
    assert Program(pair["access_token"]).call("GET", "/drafts").status_code == 401


def test_a_resident_sees_what_is_connected_and_ends_it(browser, client_app, aoi):
    grant = services.connect(client=client_app, asked=["drafts"], by=aoi)
    pair = services.issue_pair(grant=grant, asked=["drafts"], by=aoi)
    page = browser.get("/my/apps/").content.decode()
    assert "見本アプリ" in page
    assert "手続きの下書きを書く・読む" in page

    answer = browser.post(re.search(r'action="(/my/apps/[^"]+/end/)"', page)[1])

    assert answer.status_code == 302
    assert "見本アプリ" not in browser.get("/my/apps/").content.decode()
    assert Program(pair.access).call("GET", "/drafts").json()["code"] == "invalid_token"


def test_nobody_ends_the_connection_of_somebody_else(browser, client_app, aoi):
    ben = make.resident("ben")
    grant = services.connect(client=client_app, asked=["drafts"], by=ben)

    answer = browser.post(f"/my/apps/{grant.pk}/end/")

    assert answer.status_code == 404
    assert Grant.objects.get(pk=grant.pk).ended_at is None


def test_the_standards_find_where_everything_is(client, city, db):
    said = client.get("/.well-known/oauth-authorization-server").json()

    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["token_endpoint"].endswith("/oauth/token")
    assert set(said["scopes_supported"]) == set(FULL_SCOPES)


def test_a_key_that_ran_out_or_was_taken_back_opens_nothing(city, db):
    from datetime import timedelta

    from madoguchi.kernel import clock
    from madoguchi.kernel.access.models import Key

    secret = key_for()
    kiosk = Program(secret)
    assert kiosk.call("GET", "/cases").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert kiosk.call("GET", "/cases").status_code == 401

    services.revoke_key(prefix=Key.objects.get().prefix, by=SYSTEM)

    assert kiosk.call("GET", "/cases").json()["code"] == "invalid_token"

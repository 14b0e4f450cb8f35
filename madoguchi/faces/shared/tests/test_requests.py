"""What comes in around the forms: bytes that are no text, proxies, caches, sessions that ran out."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madoguchi.faces.shared import jobs, sessions
from madoguchi.faces.shared.middleware import BehindProxy, OnlyText
from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.fixture
def sato(browser):
    account = people.open_account(kind="staff", login="sato", password="asagao no tane", by=SYSTEM)
    people.keep_division(key="子育て支援課", name="子育て支援課")
    post = people.keep_post(key="p", division="子育て支援課", title="担当", roles=["clerk"])
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return account


def sign_in(browser, account, realm):
    enter(browser, account)


def is_polite(response):
    return response.status_code == 400 and "読めませんでした" in response.text


# ------------------------------------------------------------------ what is no text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "address",
    [
        "/procedures/%00/",
        "/procedures/a%00b/start/",
        "/search?q=%00",
        "/search?q=%ff%fe",
        "/search?%00=a",
        "/sign-in/?next=/%00",
        "/plan/?x=%ed%a0%80",
        "/desk/sign-in/?next=%00",
        "/desk/cases/?only=%00",
        "/api/v1/procedures/%00",
    ],
)
def test_an_address_that_is_no_text_is_a_polite_no(browser, address):
    response = browser.get(address)

    assert response.status_code in {400, 404}
    assert address.startswith("/api/") or is_polite(response)


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/sign-in/", "/desk/sign-in/", "/language/"])
@pytest.mark.parametrize(
    "sent", ["login=a%00&password=b", "login=%ff&password=b", "lo%00gin=a", "language=%00"]
)
def test_a_form_that_is_no_text_is_a_polite_no(browser, address, sent):
    assert is_polite(browser.post(address, sent, content_type=FORM))


@pytest.mark.both_databases
def test_a_form_with_files_that_is_no_text_is_a_polite_no(browser):
    assert is_polite(browser.post("/desk/sign-in/", {"login": "a\0", "password": "b"}))
    assert (
        browser.post("/desk/sign-in/", b"no form", content_type="multipart/form-data; boundary=x").status_code
        < 500
    )
    paper = SimpleUploadedFile("a.png", b"x")
    assert browser.post("/sign-in/", {"login": "a", "file": paper}).status_code == 422


@pytest.mark.both_databases
def test_no_form_of_the_desk_breaks_on_nul(browser, sato):
    sign_in(browser, sato, sessions.STAFF)
    case = "0198f000-0000-7000-8000-000000000000"

    for route in ("look", "decide", "note", "advance"):
        response = browser.post(
            reverse(f"desk:procedures:{route}", args=[case]), {"reason": "a\0b", "seen": "1"}
        )
        assert is_polite(response), route


@pytest.mark.both_databases
@pytest.mark.parametrize("cookie", ['sessionid="aaaaaaaaaaaa\\000"', 'language="\\000"', 'csrftoken="\\000"'])
def test_a_cookie_with_nul_counts_as_not_sent(browser, rf, cookie):
    request = rf.get("/", headers={"cookie": f"{cookie}; other=kept"})
    assert "\0" in str(next(iter(request.COOKIES.values())))

    OnlyText(lambda asked: asked)(request)

    assert request.COOKIES == {"other": "kept"}
    assert browser.get("/sign-in/", headers={"cookie": cookie}).status_code == 200


def test_words_in_every_language_are_text(browser):
    for typed in ("住所", "𠮷野家", "강아지", "a+b%", "%E4%BD%8F", "葛󠄀"):
        assert browser.get("/language/", {"q": typed}).status_code == 200


# ------------------------------------------------------------------ caches


@pytest.mark.parametrize(
    "address", ["/", "/language/", "/plan/", "/help/", "/nowhere/", "/desk/", "/sign-in/"]
)
@pytest.mark.parametrize("realm", [sessions.RESIDENT, sessions.STAFF])
def test_no_page_of_somebody_signed_in_is_kept(browser, sato, address, realm):
    sign_in(browser, sato, realm)

    assert "no-store" in browser.get(address)["Cache-Control"]


def test_a_strangers_page_may_be_kept(browser):
    assert "no-store" not in browser.get("/").headers.get("Cache-Control", "")


# ------------------------------------------------------------------ behind a proxy

TOLD = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9, 198.51.100.7"}


def post_as_a_browser(**headers):
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/desk/sign-in/", headers={"host": "city.example", **headers})
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"login": "a", "password": "b", "csrfmiddlewaretoken": token}
    return browser.post("/desk/sign-in/", fields, headers={"host": "city.example", **headers})


@pytest.fixture
def tls(settings):
    settings.ALLOWED_HOSTS = ["city.example"]
    settings.SECURE_TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    return settings


def test_behind_tls_a_form_is_taken(tls):
    assert post_as_a_browser(**TOLD, origin="https://city.example").status_code == 422
    assert post_as_a_browser(**TOLD, origin="https://evil.example").status_code == 403
    assert post_as_a_browser(**TOLD, referer="https://city.example/desk/sign-in/").status_code == 422


def test_the_public_address_is_enough_where_the_proxy_tells_nothing(tls):
    tls.CSRF_TRUSTED_ORIGINS = ["https://city.example"]

    assert post_as_a_browser(origin="https://city.example").status_code == 422


def test_only_a_proxy_of_ours_is_believed(tls, rf):
    def seen(sender):
        request = rf.get("/", headers=TOLD, REMOTE_ADDR=sender)
        BehindProxy(lambda asked: asked)(request)
        return request.META["REMOTE_ADDR"], request.is_secure()

    assert seen("127.0.0.1") == ("198.51.100.7", True), "the last hop, not what a stranger wrote before it"
    assert seen("192.0.2.66") == ("192.0.2.66", False)


# ------------------------------------------------------------------ signing in, on record


def test_the_desks_door_writes_down_who_came_failed_and_left(browser, sato):
    browser.post("/desk/sign-in/", {"login": "sato", "password": "wrong"})
    browser.post("/desk/sign-in/", {"login": " sato ", "password": "asagao no tane"})
    browser.post("/desk/sign-in/second/", {"code": give_app(sato).now()})
    browser.post("/desk/sign-out/")
    browser.post("/desk/sign-out/")

    verbs = ("sign_in_refused", "signed_in", "signed_out")
    assert tuple(Event.objects.filter(verb__contains="sign").values_list("verb", flat=True)) == verbs


def test_guessing_at_the_desks_door_is_told_to_wait(browser, settings):
    door = "/desk/sign-in/"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for _guess in range(5):
        assert browser.post(door, {"login": "sato", "password": "guess"}).status_code == 422

    response = browser.post(door, {"login": "sato", "password": "guess"})

    assert response.status_code == 429
    assert "1分ほどたってから" in response.text
    assert 'value="sato"' in response.text


def test_sessions_that_ran_out_are_forgotten(browser, sato):
    from django.contrib.sessions.models import Session

    sign_in(browser, sato, sessions.STAFF)
    Session.objects.update(expire_date=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    jobs.clear_sessions()

    assert not Session.objects.exists()

"""The headers of every answer, whoever gave it: pages, static files, papers, refusals, faults."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared import hardening
from madoguchi.faces.shared.hardening import AnswerHeaders
from madoguchi.faces.shared.tests.entering import enter

from . import walk
from .conftest import browser_of

pytestmark = pytest.mark.django_db

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Server": "madoguchi",
}


def missing(response) -> list[str]:
    """What is wrong with the headers of this answer."""
    wrong = [
        f"{name}: {response.headers.get(name)}"
        for name, value in EXACT.items()
        if response.headers.get(name) != value
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    page = "default-src 'self'" in policy and "script-src 'self'" in policy
    alone = "default-src 'none'" in policy
    if not (page or alone) or "frame-ancestors 'none'" not in policy or "unsafe-eval" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    if "unsafe-inline" in policy and not alone:
        wrong.append(f"inline: {policy}")
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    if "X-Powered-By" in response.headers:
        wrong.append("X-Powered-By")
    return wrong


@pytest.fixture
def somebody(aoi, sato):
    """One browser in which a resident and a member of staff are signed in, so that every door opens as far as it does."""
    return enter(browser_of(aoi), sato)


@pytest.mark.accepts("P4-5-T4", "N-09")
def test_every_address_answers_with_the_headers_and_what_is_guarded_stays_in_no_cache(somebody):
    wrong, kept, statuses = {}, {}, set()
    for address, guard in walk.addresses(str=make.KEY, **{"": make.KEY}):
        response = somebody.get(address)
        statuses.add(response.status_code)
        if trouble := missing(response):
            wrong[address] = (response.status_code, trouble)
        if (
            guard != "anyone"
            and "no-store" not in response.headers.get("Cache-Control", "")
            and not address.startswith("/api")
        ):
            kept[address] = (response.status_code, response.headers.get("Cache-Control"))

    assert wrong == {}
    assert kept == {}
    assert statuses >= {200, 302, 404, 405}


def test_a_stranger_at_a_guarded_door_leaves_nothing_in_a_cache():
    browser = browser_of()
    kept = [
        address
        for address, guard in walk.pages()
        if guard.startswith(("resident", "staff")) and address.count("/") < 4
        if "no-store" not in browser.get(address).headers.get("Cache-Control", "no-store")
    ]

    assert kept == []


def test_static_files_papers_and_refusals_have_them_too(aoi, settings, tmp_path):
    (tmp_path / "a.css").write_text("a {}")
    settings.STATIC_ROOT = tmp_path
    case = make.received(aoi)
    browser = browser_of(aoi)
    answers = {
        "static": browser.get("/static/a.css"),
        "no such page": browser.get("/nowhere"),
        "no such static": browser.get("/static/nowhere.css"),
        "receipt": browser.get(f"/my/{case.pk}/receipt/"),
        "paper to print": browser.get(f"/procedures/{make.KEY}/printable/"),
        "redirect": browser.get("/my"),
        "wrong verb": browser.put("/"),
        "wrong host": browser.get("/", headers={"host": "evil.invalid"}),
        "no CSRF": browser_of(enforce_csrf_checks=True).post("/sign-in/"),
        "too large": browser.post("/sign-in/", b"x", content_type="text/plain", CONTENT_LENGTH=10**9),
        "api": browser.get("/api/v1/about"),
        "api refusal": browser.get("/api/v1/drafts"),
    }
    statuses = {what: one.status_code for what, one in answers.items()}
    # Not close(): that says that the request is over, upon which Django hangs up the tests' own database.
    for close in answers["static"]._resource_closers:
        close()

    assert {what: missing(one) for what, one in answers.items() if missing(one)} == {}
    assert statuses == {
        "static": 200, "no such page": 404, "no such static": 404, "receipt": 200, "paper to print": 200,
        "redirect": 301, "wrong verb": 405, "wrong host": 400, "no CSRF": 403, "too large": 413, "api": 200,
        "api refusal": 401,
    }  # fmt: skip


def test_a_fault_of_ours_has_them_too(monkeypatch):
    monkeypatch.setattr("madoguchi.faces.portal.views.page", None)

    response = browser_of().get("/")

    assert response.status_code == 500
    assert missing(response) == []
    assert "Traceback" not in response.text and "TypeError" not in response.text


def test_what_an_answer_says_of_itself_stays():
    from django.http import HttpResponse

    inner = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert AnswerHeaders(lambda _: inner)(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"


# ------------------------------------------------------------------ forms


def test_only_what_carries_a_bearer_is_free_of_csrf():
    from tests.house.test_doors import routes

    free = [where for where, callback in routes(get_resolver()) if getattr(callback, "csrf_exempt", False)]

    assert [where for where in free if not where.startswith(("api/v1/", "oauth/token", "oauth/revoke"))] == []


def test_every_form_wants_its_own_key(aoi, sato):
    """Whoever is signed in: a form of another site is refused on every address that takes one."""
    browser = enter(browser_of(aoi, enforce_csrf_checks=True), sato)
    before = walk.rows()

    taken = {
        address: response.status_code
        for address, _guard in walk.pages()
        if (response := browser.post(address, {"x": "1"})).status_code not in {403, 404}
    }

    assert taken == {}
    assert walk.rows() == before


def test_a_session_is_no_key_to_the_api(aoi):
    """The API takes no CSRF key because it takes no cookie either."""
    browser = browser_of(aoi)

    answers = [
        browser.generic(verb, address)
        for address, _guard in walk.addresses()
        if address.startswith("/api/v1/drafts")
        for verb in ("POST", "GET")
    ]

    assert {one.status_code for one in answers} <= {401, 405}


# ------------------------------------------------------------------ cookies


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(aoi, settings):
    settings.SECURE_TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client(raise_request_exception=False)
    browser.get("/language/ja/")
    browser.get("/text-size/large/")
    browser.get("/desk/sign-in/")
    browser.post("/sign-in/", {"login": "aoi"})

    loose = [
        f"{name}: {cookie.OutputString()}"
        for name, cookie in browser.cookies.items()
        if not (cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"})
        or cookie["domain"]
    ]
    assert loose == []
    assert len(browser.cookies) >= 3


def test_a_wrong_host_is_told_nothing_of_what_it_said():
    response = browser_of().get("/sign-in/", headers={"host": "evil.invalid"})

    assert response.status_code == 400
    assert "読めませんでした" in response.text
    assert "evil" not in response.text


def test_a_verb_nobody_offers_is_a_page_with_a_way_on(people):
    response = people["resident"].delete("/my/")
    by_hand = people["nobody"].get("/sign-out/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert (by_hand.status_code, by_hand["Allow"]) == (405, "POST")
    assert str(hardening.NotThisWay.message) in by_hand.text
    assert re.search(r'href="/', by_hand.text)

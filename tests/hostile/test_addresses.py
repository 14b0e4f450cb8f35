"""Addresses and headers that no honest browser sends: hosts, proxies, languages, where one is sent on, questions.

Each is refused with a sentence or taken for what it is; never a fault, no word of our insides.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory

from madoguchi.faces.shared import pages
from madoguchi.faces.shared.tests.entering import enter

from . import walk
from .conftest import browser_of

# ------------------------------------------------------------------ hosts, proxies, languages


@pytest.mark.parametrize(
    "host",
    [
        "evil.invalid",
        "testserver.evil.invalid",
        "testserver@evil.invalid",
        "testserver:80:80",
        "a\tb",
        "[::1",
        "あ",
        "x" * 5000,
        "testserver,evil.invalid",
        "",
    ],
)
def test_a_host_that_is_not_ours_gets_a_page_that_repeats_none_of_it(city, db, host):
    browser = browser_of()

    for address in ("/", "/sign-in/", "/api/v1/about", "/my/"):
        response = browser.generic("GET", address, HTTP_HOST=host.encode().decode("latin-1"))
        assert response.status_code == 400, address
        assert "evil" not in response.text
        assert "読" in response.text


def test_what_strangers_forward_changes_no_address_and_no_link(city, db, settings):
    browser = browser_of()
    said = {
        "x-forwarded-host": "evil.invalid",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "10.0.0.1",
        "x-forwarded-port": "444",
        "forwarded": "host=evil.invalid",
        "x-original-url": "/desk/",
        "x-rewrite-url": "/desk/",
        "x-script-name": "/evil",
    }

    for address in ("/", "/sign-in/", "/.well-known/oauth-authorization-server", "/my/"):
        response = browser.get(address, headers=said)
        assert response.status_code in {200, 302}
        assert "evil" not in response.text + response.headers.get("Location", "")
        assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize(
    "wanted",
    ["ko;q=abc", "," * 5000, "x" * 20_000, "*", "ja-" * 3000, "\xff", "en;q=1e999,ja;q=-1", "../../etc"],
)
def test_a_browser_may_ask_for_any_language(city, db, wanted):
    response = browser_of().generic("GET", "/", HTTP_ACCEPT_LANGUAGE=wanted)

    assert response.status_code == 200
    assert response["Content-Language"] in {"ja", "ko", "en", "zh-Hans"}


@pytest.mark.parametrize(
    "given",
    {
        "Range": "bytes=0-0,1-1,2-2,3-" * 500,
        "If-Modified-Since": "yesterday",
        "If-None-Match": '"' * 5000,
        "Content-Length": "-1",
        "Content-Encoding": "gzip",
        "Expect": "100-continue",
        "Referer": "javascript:alert(1)",
        "User-Agent": "\x1b[31m{{7*7}}${jndi:ldap://x}",
        "HX-Current-URL": "http://evil.invalid/",
        "HX-Request": "x" * 500,
        "Accept": "\xff/*;q=",
        "Authorization": "Basic " + "A" * 50_000,
        "X-Requested-With": "'",
    }.items(),
    ids=lambda pair: pair[0],
)
def test_a_header_of_nonsense_harms_nothing(city, db, given):
    browser = browser_of()

    for address in ("/", "/search?q=a", "/my/", "/desk/sign-in/"):
        response = browser.get(address, headers=dict([given]))
        assert response.status_code in {200, 302, 400}
        assert walk.is_whole(response)
        assert "evil" not in response.headers.get("Location", "")


# ------------------------------------------------------------------ where one is sent on


AWAY = [
    "//evil.invalid",
    "///evil.invalid",
    "/\\evil.invalid",
    "https:evil.invalid",
    "https://evil.invalid/",
    "\\\\evil.invalid",
    "/%09/evil.invalid",
    "/\t/evil.invalid",
    "/\n//evil.invalid",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.invalid",
    "http:///evil.invalid",
    "//evil.invalid%2f..",
    "/../..//evil.invalid",
    "\x01//evil.invalid",
    "/\r\nLocation: https://evil.invalid",
]


@pytest.mark.parametrize("wanted", AWAY)
def test_no_next_is_believed_that_leads_away(wanted):
    for asked in (RequestFactory().get("/", {"next": wanted}), RequestFactory().post("/", {"next": wanted})):
        assert leads_here(pages.safe_next(asked)), wanted


def leads_here(address: str) -> bool:
    """As a browser reads it: backslashes are slashes, and blanks and control characters fall away."""
    read = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    return not urlsplit(read).netloc and not urlsplit(read).scheme and not re.search(r"[\r\n]", address)


@pytest.mark.parametrize("wanted", AWAY[::4])
def test_no_door_sends_anybody_away(aoi, sato, wanted):
    browser = enter(browser_of(aoi), sato)
    doors = (
        "/language/ja/",
        "/text-size/large/",
        "/sign-in/",
        "/desk/sign-in/",
        "/desk/sign-out/",
        "/sign-out/",
    )

    for address in doors:
        for response in (
            browser.get(address, {"next": wanted}),
            browser.post(
                address, {"next": wanted, "login": "x"}, headers={"referer": "https://evil.invalid/x"}
            ),
        ):
            assert walk.is_whole(response)
            assert leads_here(response.headers.get("Location", ""))
            assert leads_here(response.headers.get("HX-Redirect", ""))


@pytest.mark.parametrize(
    "query",
    [
        "q=a&q=b&q=c",
        "q[]=a&q[x]=b",
        "q=" + "あ" * 20_000,
        "q=%F0%9F%91%A9" * 100,
        "page=-1&page=1e9&q=a",
        "division='+OR+1=1--",
        "year=99999999999999999999",
        "year=-1",
        "year=２０２６",
    ],
)
def test_questions_in_the_address_are_only_questions(city, db, query):
    browser = browser_of()

    for address in (
        "/search",
        "/procedures/",
        "/figures/channels/",
        "/figures/channels.csv",
        "/figures/accesses/",
        "/figures/accesses.csv",
        "/figures/accesses.json",
        "/plan/",
        "/divisions/",
        "/api/v1/search",
        "/api/v1/procedures",
    ):
        response = browser.get(f"{address}?{query}")
        assert response.status_code in {200, 400, 404, 422}, (address, response.status_code)
        assert walk.is_whole(response)

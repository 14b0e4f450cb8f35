"""How often: per person and per address, with a sentence, whatever process answers, and nobody pays for another."""

from __future__ import annotations

import pytest

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared import pace
from madoguchi.kernel.access import limits
from madoguchi.kernel.access.models import Allowance

from . import walk
from .conftest import browser_of


@pytest.fixture(autouse=True)
def _fresh_leases(monkeypatch):
    monkeypatch.setattr(limits, "_leases", {})


def test_a_stranger_who_sends_too_much_is_told_when_to_come_back(city, db, settings):
    settings.PACE = {"change": (5, 4)}
    browser = browser_of()

    answers = [browser.post("/language/", {"language": "en"}) for _turn in range(6)]

    assert [one.status_code for one in answers] == [302] * 4 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert (
        f"{answers[-1]['Retry-After']}秒ほどたってから"
        in browser_of().post("/language/", {"language": "ja"}).text
    )
    assert answers[-1]["Cache-Control"] == "no-store"


def test_who_is_signed_in_is_counted_by_the_account_not_by_the_city_halls_address(aoi, sato, db, settings):
    settings.PACE = {"change": (3, 1)}
    first, again, other = browser_of(aoi), browser_of(aoi), browser_of(sato)

    mine = [one.post("/language/", {"language": "ja"}).status_code for one in (first, again, first, again)]

    assert mine == [302, 302, 302, 429], "two browsers, one person"
    assert other.post("/language/", {"language": "ja"}).status_code == 302, "a neighbour goes on working"


def test_addresses_do_not_pay_for_each_other_and_only_our_proxy_names_them(city, db, settings):
    settings.PACE = {"search": (0, 2)}
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    browser = browser_of()

    def search(told, sender="127.0.0.1"):
        return browser.get("/search?q=a", headers={"x-forwarded-for": told}, REMOTE_ADDR=sender).status_code

    assert [search("198.51.100.1") for _turn in range(3)] == [200, 200, 429]
    assert search("198.51.100.2") == 200
    # A stranger who writes the header himself is still himself.
    assert [search(f"198.51.100.{n}", "192.0.2.9") for n in (5, 6, 7)] == [200, 200, 429]


def test_reading_and_looking_at_an_empty_search_cost_nothing(city, db, settings):
    settings.PACE = {"search": (1, 1), "change": (1, 1), "costly": (1, 1)}
    browser = browser_of()

    assert {browser.get(address).status_code for address in ("/", "/search", "/procedures/") * 3} == {200}
    assert not Allowance.objects.exists()


def test_drawing_papers_is_dearer_than_reading(city, db, settings):
    settings.PACE = {"costly": (0, 1)}
    browser = browser_of()
    paper = f"/procedures/{make.KEY}/printable/"

    assert [browser.get(paper).status_code for _turn in range(2)] == [200, 429]


def test_nothing_is_taken_in_by_what_came_too_fast(aoi, settings):
    settings.PACE = {"change": (1, 1)}
    browser = browser_of(aoi)
    browser.post("/language/", {"language": "ja"})
    before = walk.rows()

    assert browser.post(f"/procedures/{make.KEY}/start/").status_code == 429
    assert walk.rows() == before


def test_what_costs_names_real_addresses(db):
    """A renamed address must not slip out of the count."""
    from django.urls import NoReverseMatch, reverse

    def exists(name):
        for given in ({}, *(dict.fromkeys(ones, value) for ones, value in PLACES)):
            try:
                return reverse(name, kwargs=given)
            except NoReverseMatch:
                continue
        return ""

    assert [name for name in pace.COSTLY | pace.SEARCHES if not exists(name)] == []


ID = walk.NOBODYS
PLACES = [
    (("key",), "x"), (("draft_id",), ID), (("case_id",), ID), (("export_id",), ID), (("token",), "x"),
    (("key", "document"), "x"), (("draft_id", "document"), ID), (("case_id", "signer"), ID), (("key", "secret"), "x"),
]  # fmt: skip

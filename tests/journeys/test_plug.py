"""Somebody pulls the plug while a claim is being sent: there is one case or none, never two, and nothing typed is lost."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from . import errand
from .conftest import City, city

pytestmark = pytest.mark.slow

# From before the server reads the request to after it has answered.
MOMENTS = (0.0, 0.01, 0.03, 0.1)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_plug_pulled_during_submit_leaves_exactly_one_case(
    kind: str, new_page: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue("postgres_address") if kind == "postgresql" else None
    with city(tmp_path, address) as hall:
        hana = new_page(360, 740)
        before = cases(hall)
        for done, moment in enumerate(MOMENTS, 1):
            fill_in(hana, hall.url)

            send_and_pull_the_plug(hana, hall, after=moment)
            hall.open()
            hana.goto(f"{hall.url}/")
            finish_what_is_left(hana, hall)

            assert cases(hall) == before + done

        assert hall.sql("SELECT count(*) FROM procedures_case WHERE receipt = ''") == [(0,)]
        twice = "SELECT receipt FROM procedures_case GROUP BY receipt HAVING count(*) > 1"
        assert hall.sql(twice) == []


def cases(hall: City) -> int:
    ((count,),) = hall.sql("SELECT count(*) FROM procedures_case")
    return int(count)


def fill_in(page: Any, url: str) -> None:
    """A whole claim for one child, up to the page where it is sent."""
    page.goto(url + "/procedures/jido_teate.nintei/")
    page.get_by_role("button", name="始める").click()
    if "/sign-in/" in page.url:
        errand.sign_in(page, errand.MOTHER)
        page.get_by_role("button", name="始める").click()
    errand.answer(page, "きっかけ", errand.choose("出生"))
    errand.answer(page, "その日", errand.type_in(y="2026", m="11", d="1"))
    errand.answer(page, "公務員ですか", errand.choose("いいえ"))
    errand.child(page, "みのり", "ミノリ", date(2026, 11, 1))
    errand.answer(page, "ほかにお子さんはいますか", errand.more("no"))
    errand.answer(page, "口座", errand.bank_account)
    expect(page.locator("h1")).to_have_text("書いた内容を確かめてください")


def send_and_pull_the_plug(page: Any, hall: City, *, after: float) -> None:
    """Post the form as the button would, and kill every process `after` seconds later."""
    form = page.locator("form[action$='/submit/']")
    address = hall.url + form.get_attribute("action")
    fields = form.evaluate("form => Array.from(new FormData(form).entries())")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    post = urllib.request.Request(
        address,
        data=urllib.parse.urlencode(dict(fields)).encode(),
        headers={"Cookie": cookies, "Origin": hall.url, "Referer": address},
    )

    def send() -> None:
        try:
            urllib.request.urlopen(post, timeout=10).close()
        except (OSError, urllib.error.URLError):
            pass  # the line went dead, as it should

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(after)
    hall.kill()
    sender.join(20)


def finish_what_is_left(page: Any, hall: City) -> None:
    """She comes back: the draft is there to be sent again, or the case is there already."""
    page.goto(f"{hall.url}/my/")
    left = page.locator("a[href*='/apply/']")
    if left.count():
        left.first.click()
        page.get_by_role("button", name="この内容で出す").click()
        expect(page.locator("main")).to_contain_text("受付番号")

"""The residents' voice in a real browser: an opinion written in two sittings, and one of 2016 followed to its end."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow
PAGES = [
    "/opinions/",
    "/opinions/machi-jikan/",
    "/opinions/machi-jikan/draft/",
    "/opinions/machi-jikan/write/",
    "/opinions/joho-h28/",
    "/opinions/joho-h28/33/",
    "/plan/items/P2-3-1/",
    "/plan/indicators/",
    "/plan/years/",
    "/councils/",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_voice_are_accessible_at_both_widths(live_city, phone, browser, assert_accessible, path):
    for page in (phone, browser):
        assert page.goto(live_city.url + path).status == 200
        assert_accessible(page)


@pytest.mark.parametrize("language", ["ja-easy", "en", "zh-hans", "ko"])
def test_the_open_call_speaks_every_language(live_city, phone, assert_accessible, language):
    phone.context.add_cookies([{"name": "language", "value": language, "url": live_city.url}])

    assert phone.goto(live_city.url + "/opinions/machi-jikan/").status == 200
    assert_accessible(phone)


def test_an_opinion_is_begun_kept_gone_on_with_looked_over_and_sent(live_city, phone, assert_accessible):
    phone.goto(live_city.url + "/")
    phone.get_by_role("link", name=re.compile("意見を書けます")).first.click()
    phone.get_by_role("link", name="意見を書く（ログイン不要）").click()
    phone.get_by_label("全体について、そのほかの意見").fill("家から待ち時間がわかると助かります。")
    phone.get_by_role("button", name="とっておいて、あとで書く").click()
    assert_accessible(phone)
    phone.get_by_role("link", name="続きを書く").click()
    assert (
        phone.get_by_label("全体について、そのほかの意見").input_value()
        == "家から待ち時間がわかると助かります。"
    )
    phone.get_by_text("個人", exact=True).click()
    phone.get_by_role("button", name="送る前にたしかめる").click()
    assert_accessible(phone)
    phone.get_by_role("button", name="この内容で送る").click()

    phone.get_by_role("heading", name="意見を受け付けました").wait_for()
    assert_accessible(phone)
    receipt = phone.locator(".figure").inner_text()
    assert re.fullmatch(r"\d{4}-\d{4}-\w", receipt.strip())
    rows = live_city.sql(
        "select channel, writer from consultation_comment where receipt = ?", receipt.strip()
    )
    assert rows == [("web", "person")]


def test_from_an_opinion_of_2016_to_the_plan_in_two_presses(live_city, phone):
    phone.goto(live_city.url + "/opinions/?item=P2-3-1#list")
    phone.get_by_role("link", name=re.compile("No.33")).first.click()
    phone.get_by_role("link", name=re.compile("2-3① ")).first.click()

    assert "区民の即時行動につながる災害情報の発信" in phone.locator("h1").inner_text()
    assert phone.locator("#opinions").get_by_text("No.33").count() == 1

"""The doors: the city hall opens, in a window of any width, for the keyboard and for readers that speak."""

from __future__ import annotations

import pytest

FIRST_PAGES = ["/", "/help/", "/plan/", "/sign-in/", "/search?q=児童手当", "/procedures/jido_teate.nintei/"]
LANGUAGES = ["ja-easy", "en", "zh-hans", "ko"]


@pytest.mark.slow
@pytest.mark.parametrize("path", FIRST_PAGES)
def test_first_pages_are_accessible_on_a_phone(live_city, phone, assert_accessible, path):
    answer = phone.goto(live_city.url + path)

    assert answer.status == 200
    assert_accessible(phone)


@pytest.mark.slow
@pytest.mark.parametrize("path", [*FIRST_PAGES, "/desk/sign-in/"])
def test_first_pages_are_accessible_on_a_desk(live_city, browser, assert_accessible, path):
    answer = browser.goto(live_city.url + path)

    assert answer.status == 200
    assert_accessible(browser)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_home_speaks_every_language(live_city, phone, assert_accessible, language):
    phone.context.add_cookies([{"name": "language", "value": language, "url": live_city.url}])

    answer = phone.goto(live_city.url + "/")

    assert answer.status == 200
    assert phone.locator("html").get_attribute("lang") == {"ja-easy": "ja", "zh-hans": "zh-Hans"}.get(
        language, language
    )
    assert_accessible(phone)


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_home_fits_its_window(live_city, new_page, width):
    page = new_page(width, 700)

    page.goto(live_city.url + "/")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_home_opens_without_scripts(live_city, new_page):
    page = new_page(360, 740, java_script_enabled=False)

    page.goto(live_city.url + "/")
    page.get_by_role("searchbox").fill("児童手当")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")

    assert "児童手当の認定請求" in page.content()

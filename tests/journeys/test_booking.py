"""A parent registered at nursery A books nursery B on her telephone; another window on the same week sees it at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
AREA = "/book/ichiji_azukari/"


def test_a_parent_registered_at_one_nursery_books_another_on_her_telephone(
    own_city: Any, new_page: Any, assert_accessible: Any
) -> None:
    home = own_city.url
    tomo, wall = new_page(360, 740, has_touch=True), new_page(1280, 900)

    # What is free is read without signing in, on a telephone and on a wall.
    tomo.goto(home + "/book/")
    assert_accessible(tomo)
    tomo.get_by_role("link", name=re.compile("乳幼児の一時預かり")).click()
    expect(tomo.locator("h1")).to_contain_text("一時預かり")
    assert_accessible(tomo)
    hour = free_hour(tomo)
    week = re.sub(r"#.*", "", tomo.url)
    wall.goto(week)
    assert_accessible(wall)
    before = left(wall, hour)

    # She chooses a time at B, signs in, and is back at that time.
    tomo.locator(f'a[href="{hour}"]').click()
    assert_accessible(tomo)
    tomo.get_by_role("link", name="サインインして進む").click()
    tomo.locator("input[value=tomo]").check()
    tomo.get_by_role("button", name="この人で始める").click()
    tomo.wait_for_url(f"**{hour}")
    expect(tomo.locator("main")).to_contain_text("見本 りん")
    assert_accessible(tomo)
    tomo.get_by_role("button", name="確かめる画面に進む").click()
    expect(tomo.locator("main")).to_contain_text("この時間をおさえています")
    assert_accessible(tomo)
    tomo.get_by_role("button", name="この内容で予約する").click()
    expect(tomo.locator("h1")).to_have_text("予約しました")
    assert_accessible(tomo)

    # The other window changes by itself, within seconds.
    expect(wall.locator(f'a[href="{hour}"]')).to_contain_text(f"あと{before - 1}", timeout=12_000)
    assert_accessible(wall)

    # She finds it again, and cancels it: what comes back is said first, and the place is there again.
    receipt = re.search(r"\d{4}-\d{7}-\d", tomo.locator("main").inner_text())
    assert receipt is not None
    tomo.goto(home + "/my/bookings/")
    assert_accessible(tomo)
    tomo.get_by_role("link", name=re.compile(receipt[0])).click()
    assert_accessible(tomo)
    tomo.get_by_role("link", name="取り消す").click()
    expect(tomo.locator("main")).to_contain_text("取り消すと")
    assert_accessible(tomo)
    tomo.get_by_role("button", name="取り消す", exact=True).click()
    expect(tomo.locator("main")).to_contain_text("予約を取り消しました")
    expect(wall.locator(f'a[href="{hour}"]')).to_contain_text(f"あと{before}", timeout=12_000)


def free_hour(page: Any) -> str:
    """The address of a time at nursery B that has several places and that nobody of hers has."""
    at_b = page.locator("#r-piyo-b")
    at_b.locator(".days a").last.click()
    page.wait_for_url("**day=**")
    return str(page.locator("#r-piyo-b .hours a").last.get_attribute("href"))


def left(page: Any, hour: str) -> int:
    found = re.search(r"あと(\d+)", page.locator(f'a[href="{hour}"]').inner_text())
    assert found is not None
    return int(found[1])

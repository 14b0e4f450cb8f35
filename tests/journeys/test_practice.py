"""Somebody who has never sent a form does it on her own telephone: from the first page of the city to 「すべて消しました」."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_a_sample_form_is_filled_in_sent_and_gone_on_a_telephone(
    live_city: Any, phone: Any, assert_accessible: Any
) -> None:
    phone.goto(live_city.url + "/")
    phone.get_by_role("link", name="スマホで書く練習").click()
    expect(phone.locator("h1")).to_have_text("練習ページ")
    assert_accessible(phone)

    phone.get_by_role("button", name="練習する").first.click()
    expect(phone.locator(".practice")).to_contain_text("どこにも届きません")
    assert_accessible(phone)
    phone.get_by_role("button", name="始める").click()
    phone.get_by_role("textbox").fill("はなこ")
    assert_accessible(phone)
    onward(phone, "drink")
    phone.get_by_text("麦茶").click()
    onward(phone, "cups")
    phone.get_by_role("textbox").fill("３")
    onward(phone, "sweets")
    phone.get_by_text("はい", exact=True).click()
    phone.get_by_role("button", name="次へ").click()
    phone.wait_for_url("**/confirm/")
    assert_accessible(phone)
    phone.get_by_role("button", name="この内容で出す").click()

    expect(phone.locator("main")).to_contain_text("練習なので、どこにも届いていません")
    assert_accessible(phone)
    phone.get_by_role("link", name="次の練習をえらぶ").click()
    expect(phone.get_by_role("button", name="もう一度練習する")).to_be_visible()
    phone.get_by_role("button", name="練習を終わりにする").click()
    expect(phone.locator("main")).to_contain_text("すべて消しました")
    expect(phone.get_by_role("button", name="もう一度練習する")).to_have_count(0)


def onward(page: Any, question: str) -> None:
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url(f"**/question/{question}/")

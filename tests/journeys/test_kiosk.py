"""Somebody without telephone, account or card writes a claim at the screen beside the counter, and a clerk receives it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from . import errand
from .casework import receipt_on
from .nine import ERRANDS
from .walking import fill, typed

PORTRAIT, PLACE = (1080, 1920), "仮E窓口の前"
PATH = re.compile(r"/kiosk/question/([^/]+)/")
ANSWERS = {
    "applicant.name": {"family": "見本", "given": "はな", "family_kana": "ミホン", "given_kana": "ハナ"},
    "applicant.birth": {"y": "1988", "m": "3", "d": "3"},
    "applicant.address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3"},
    **ERRANDS[0].answers,
}
# What is smaller than it must be: letters under 22 px, and what is pressed under 64 px. A choice is pressed by its row.
TOO_SMALL = """() => {
  const shown = (e) => { const r = e.getBoundingClientRect(); return r.width > 2 && r.height > 2 && r.right > 0 && r.bottom > 0
    && getComputedStyle(e).visibility !== "hidden" && !e.closest(".sr, .skip, noscript"); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() && shown(e) && parseFloat(getComputedStyle(e).fontSize) < 22)
      found.push(`${getComputedStyle(e).fontSize}: ${walker.currentNode.textContent.trim().slice(0, 30)}`);
  }
  const pressed = "a[href], button, summary, select, textarea, label.option, input:not([type=hidden], [type=radio], [type=checkbox])";
  for (const e of document.querySelectorAll(pressed)) {
    const r = e.getBoundingClientRect();
    if (shown(e) && (r.height < 63.5 || r.width < 63.5)) found.push(`${r.width}x${r.height}: ${e.outerHTML.slice(0, 80)}`);
  }
  return found;
}"""


@pytest.mark.slow
@pytest.mark.accepts("C-18-T1", "N-30", "X-19-T2")
def test_a_visitor_writes_at_the_screen_and_a_clerk_receives_it(
    live_city, new_page, browser, assert_accessible
):
    screen = new_page(*PORTRAIT, has_touch=True)

    def sound(heading: str | re.Pattern[str] = re.compile(".")) -> None:
        expect(screen.get_by_role("heading", name=heading).first).to_be_visible()
        assert_accessible(screen)
        assert screen.evaluate(TOO_SMALL) == [], screen.url

    become_a_terminal(screen, live_city.url)
    sound("ことばを選んでください")
    begin(screen)
    sound_at = {"applicant.name", "applicant.birth", "event", "account"}

    # Covered while it is typed, until one asks to see it.
    name = screen.locator("input[name=family]")
    name.fill("見本")
    assert covering(name) == "disc"
    screen.get_by_role("button", name="入力を見せる").tap()
    assert covering(name) == "none"
    expect(name).to_have_value("見本")
    screen.get_by_role("button", name="入力を隠す").tap()
    assert covering(name) == "disc"

    # Nobody touches it: it asks, and whoever answers goes on where they were.
    screen.clock.install()
    screen.reload()
    answer(screen)
    screen.clock.run_for(91_000)
    expect(screen.get_by_role("dialog", name="まだお使いですか")).to_be_visible()
    sound()
    screen.get_by_role("button", name="つづける").tap()
    expect(screen.get_by_role("dialog")).to_be_hidden()
    # Nobody answers: it is gone, and the way back is, too.
    screen.clock.run_for(91_000)
    screen.clock.run_for(21_000)
    expect(screen.get_by_role("heading", name="ことばを選んでください")).to_be_visible()
    kept = "SELECT count(*) FROM procedures_terminalentry WHERE handed_at IS NULL"
    assert live_city.sql(kept) == [(0,)]
    screen.go_back()
    expect(screen.get_by_role("heading", name="ことばを選んでください")).to_be_visible()

    begin(screen)
    for _turn in range(40):
        found = PATH.search(screen.url)
        if found is None:
            break
        if found[1] in sound_at:
            sound()
        answer(screen)
    expect(screen.get_by_role("heading", name="窓口で見せるもの")).to_be_visible()
    sound()
    screen.get_by_role("link", name="次へ").tap()
    sound("書いた内容を確かめてください")
    assert "見本" not in screen.locator("main").inner_text()
    screen.get_by_role("link", name=re.compile("見る.*あなたのこと")).tap()
    expect(screen.locator("main")).to_contain_text("見本 はな")
    screen.get_by_role("button", name="係員を呼ぶ").tap()
    expect(screen.get_by_role("status").filter(has_text="係員を呼びました")).to_be_visible()
    screen.get_by_role("button", name="係員に渡す").tap()
    sound("あなたの番号")
    number = screen.locator(".ticket__number").inner_text()

    errand.sign_in_staff(browser, live_city.url, "田村")
    expect(browser.locator("body")).to_contain_text("係員を呼んでいます")
    browser.get_by_role("button", name=f"{PLACE}へ行きました").click()
    expect(browser.get_by_role("button", name=f"{PLACE}へ行きました")).to_have_count(0)
    browser.get_by_role("link", name="端末の一覧").click()
    assert_accessible(browser)
    browser.goto(f"{live_city.url}/desk/receive/")
    assert_accessible(browser)
    browser.get_by_label("案内番号").fill(number.lower())
    browser.get_by_role("button", name="番号の入力をひらく").click()
    browser.get_by_role("button", name=re.compile("記録して、つづける")).click()
    browser.get_by_role("button", name="読み上げて確認へ進む").click()
    expect(browser.locator("main")).to_contain_text("見本 はな")
    browser.get_by_role("button", name="この内容で受け付ける").click()
    assert receipt_on(browser)
    screen.clock.run_for(61_000)
    expect(screen.get_by_role("heading", name="ことばを選んでください")).to_be_visible()
    assert number not in screen.content()


def become_a_terminal(page: Any, url: str) -> None:
    """佐藤 brings the device to the counter and presses one button."""
    errand.sign_in_staff(page, url, "佐藤")
    page.goto(f"{url}/desk/terminals/")
    page.get_by_label("置く場所の名前").fill(PLACE)
    page.get_by_role("button", name="この画面を窓口の端末にする").click()
    expect(page.get_by_role("heading", name="ことばを選んでください")).to_be_visible()


def begin(page: Any) -> None:
    page.get_by_role("button", name=re.compile("^日本語")).tap()
    page.get_by_role("link", name=ERRANDS[0].title).tap()
    page.get_by_role("button", name="はじめる").tap()
    page.wait_for_url(PATH)


def answer(page: Any) -> None:
    before = page.url
    fill(page, typed(ANSWERS.get(PATH.search(before)[1], {})))
    page.get_by_role("button", name="次へ", exact=True).last.tap()
    page.wait_for_url(lambda url: url != before)


def covering(box: Any) -> str:
    return box.evaluate("box => getComputedStyle(box).webkitTextSecurity")

"""A clerk calls at a counter, the network goes, the counter goes on, and afterwards everything is on record once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .errand import sign_in_staff

COUNTER = "仮Q窓口"
HAS_A_SHARE = """() => Object.keys(localStorage).filter((key) => key.startsWith("queue:"))
  .some((key) => JSON.parse(localStorage.getItem(key)).share.length > 0)"""


@pytest.mark.slow
@pytest.mark.accepts("P1-2-1-T1")
def test_a_counter_goes_on_calling_while_the_network_is_cut(live_city, new_page, assert_accessible):
    desk = new_page(1280, 900)
    desk.clock.install()
    sign_in_staff(desk, live_city.url, "佐藤")
    desk.goto(f"{live_city.url}/desk/queue/")
    assert_accessible(desk)
    place = desk.locator("section").filter(has_text=COUNTER)
    place.get_by_role("button", name="席につく").first.click()
    first, second = given(desk), given(desk)
    assert_accessible(desk)

    # Called until it is the first of ours: whoever the demo left waiting there is done before.
    press(desk, "つぎの方")
    while called(desk) != first:
        press(desk, "おわって、つぎの方")
    expect(desk.get_by_role("heading", name="お呼びしています")).to_be_visible()
    desk.clock.fast_forward(6_000)
    desk.wait_for_function(HAS_A_SHARE)

    # The cable is pulled. A press that gets no answer is kept; the next one is called after as long as the city hall waits.
    desk.context.set_offline(True)
    press(desk, "はじめる")
    expect(desk.get_by_role("heading", name="通信が切れています")).to_be_visible()
    off = desk.locator("#cut-off")
    off.get_by_role("button", name="おわり").click()
    expect(off.get_by_role("button", name="つぎの方")).to_be_disabled()
    desk.clock.fast_forward(16_000)
    off.get_by_role("button", name="つぎの方").click()
    expect(off.locator("[data-off-current]")).to_have_text(second)
    assert_accessible(desk)

    # It is back: everything arrives, once, and the screen is the city hall's again.
    desk.context.set_offline(False)
    expect(off).to_be_hidden(timeout=15_000)
    expect(desk.locator("#console .called")).to_have_text(second)
    expect(desk.locator("#unfit")).to_be_hidden()
    rows = live_city.sql(
        "SELECT t.number, s.kind, s.was_offline FROM queue_step s JOIN queue_ticket t ON t.id = s.ticket_id "
        "WHERE s.was_offline ORDER BY t.number, s.id"
    )
    assert [(f"Q{number:03}", kind) for number, kind, _off in rows] == [
        (first, "started"),
        (first, "done"),
        (second, "called"),
    ]
    press(desk, "おわり")
    desk.get_by_role("button", name="席を離れる").click()
    expect(desk.get_by_text("番の席を閉じました")).to_be_visible()


def given(desk: Any) -> str:
    """A number by hand; what is to be said to its holder."""
    desk.locator("aside").get_by_role("button", name="番号を出す").click()
    expect(desk.get_by_role("heading", name="この番号をお渡しください")).to_be_visible()
    label = desk.locator(".slip .called").inner_text()
    desk.get_by_role("link", name="席の画面にもどる").click()
    expect(desk.locator("#console")).to_be_visible()
    return str(label)


def called(desk: Any) -> str:
    return str(desk.locator("#console .called").inner_text())


def press(desk: Any, words: str) -> None:
    """One of the large keys, once they take presses again after the last one."""
    desk.clock.fast_forward(1_500)
    before = desk.locator("#console").get_attribute("data-changes")
    desk.locator("#console").get_by_role("button", name=re.compile(f"^{words}")).click()
    desk.wait_for_function(
        "(was) => document.getElementById('console').hidden || document.getElementById('console').dataset.changes !== was",
        arg=before,
    )

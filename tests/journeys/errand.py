"""The errand's steps as a person takes them, shared by the journeys."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

MOTHER = "見本 はな"
PROCEDURE = "児童手当の認定請求"
CHILDREN = (("そう", "ソウ", date(2018, 6, 3)), ("みのり", "ミノリ", date(2026, 10, 1)))


def sign_in(page: Any, who: str) -> None:
    """On the sign-in page of the demo: choose the person."""
    page.get_by_label(who, exact=True).check()
    page.get_by_role("button", name="この人で始める").click()


def sign_in_staff(page: Any, url: str, who: str) -> None:
    """The desk's sign-in of the demo, by one press."""
    page.goto(f"{url}/desk/sign-in/")
    page.get_by_role("button", name=re.compile(who)).first.click()
    expect(page.get_by_role("heading", name="きょう", level=1)).to_be_visible()


def answer(page: Any, heading: str | re.Pattern[str], fill: Callable[[Any], None]) -> None:
    """Wait for the question, answer it, go on."""
    question = page.locator("h1").filter(has_text=heading)
    expect(question).to_be_visible()
    before = page.url
    fill(page)
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url(lambda url: url != before)


def choose(label: str) -> Callable[[Any], None]:
    return lambda page: page.get_by_label(label, exact=True).check()


def more(value: str) -> Callable[[Any], None]:
    """Yes or no to "is there another one"."""
    return lambda page: page.locator(f"input[name=value][value={value}]").check()


def type_in(**values: str) -> Callable[[Any], None]:
    def fill(page: Any) -> None:
        for name, value in values.items():
            page.locator(f"input[name={name}]").fill(value)

    return fill


def day(value: date) -> Callable[[Any], None]:
    return type_in(y=str(value.year), m=str(value.month), d=str(value.day))


def child(page: Any, given: str, kana: str, born: date) -> None:
    """One child: name, birthday, living together."""
    answer(page, "お子さんの名前", type_in(family="見本", given=given, family_kana="みほん", given_kana=kana))
    answer(page, f"見本 {given}さんの生まれた日", day(born))
    answer(page, "いっしょに住んでいますか", choose("はい"))


def bank_account(page: Any) -> None:
    type_in(bank="見本銀行", branch="窓口支店", number="1234567", holder_kana="ミホン ハナ")(page)
    page.get_by_label("普通", exact=True).check()


def find_and_start(page: Any, url: str, who: str = MOTHER) -> None:
    """From the home page by search to the first question."""
    page.goto(url + "/")
    page.get_by_role("searchbox").fill("児童手当")
    page.get_by_role("button", name="さがす").click()
    page.get_by_role("link", name=PROCEDURE).first.click()
    page.get_by_role("button", name="始める").click()
    sign_in(page, who)
    reuse(page)


def reuse(page: Any) -> None:
    """前に書いた内容を使う, where it is offered, and on to the first question."""
    page.wait_for_url(re.compile(r"/apply/"))
    if page.url.endswith("/reuse/"):
        page.get_by_role("button", name=re.compile("(前に書いた|登録されている)内容を使う")).click()
        page.get_by_role("link", name="質問に進む").click()


def photograph(folder: Path) -> Path:
    """A picture of a paper, as a telephone takes it."""
    from PIL import Image

    path = folder / "申立書.jpg"
    Image.new("RGB", (1200, 1600), "#f4f0e6").save(path, "JPEG")
    return path

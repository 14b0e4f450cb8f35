"""What a clerk does with a case, as a person presses it: shared by the journeys of case work."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from . import errand
from .visitor import fill_in
from .walking import fill, typed

RECEIPT = re.compile(r"(?<![\w-])\d{4}-\d{4}-\d(?![\w-])")
OPENED = re.compile("記録して、ひらく")


def receipt_on(page: Any) -> str:
    """The receipt number that stands on the page."""
    expect(page.locator("main")).to_contain_text("受付番号")
    return RECEIPT.search(page.locator("main").inner_text())[0]


def sent_claim(url: str, login: str) -> str:
    """A claim for the child allowance, sent by a resident of the demo: its receipt number."""
    visitor, draft = fill_in(url, login)
    visitor.post(f"/apply/{draft}/submit/")
    return RECEIPT.search(visitor.page)[0]


def at_home(page: Any, url: str, who: str) -> None:
    """A resident signs in with the telephone and looks at her own procedures."""
    page.goto(f"{url}/sign-in/")
    errand.sign_in(page, who)
    page.goto(f"{url}/my/")
    expect(page.get_by_role("heading", name="わたしの手続き", level=1)).to_be_visible()


def open_mine(page: Any, url: str, receipt: str) -> None:
    """From わたしの手続き into the case."""
    page.goto(f"{url}/my/")
    page.get_by_role("link", name=re.compile(receipt)).first.click()
    expect(page.locator("main")).to_contain_text(receipt)


def open_case(page: Any, receipt: str) -> None:
    """Search for the number, and say why one looks where one is asked."""
    page.get_by_role("searchbox").fill(receipt)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(re.compile(r"/desk/cases/[0-9a-f-]{36}/"))
    if page.get_by_role("button", name=OPENED).count():
        page.get_by_label("申請の確認・審査").check()
        page.get_by_role("button", name=OPENED).click()
    expect(page.locator("#next")).to_be_visible()
    expect(page.get_by_role("button", name=OPENED)).to_have_count(0)


def go_on(page: Any) -> None:
    """Press the next step, and see that the case went on."""
    title = page.locator("#next h2")
    before = title.inner_text()
    page.locator("#next form[action$='/advance/'] button").first.click()
    expect(title).not_to_have_text(before)


def to_the_head(page: Any, receipt: str) -> None:
    """A clerk looks at a fresh claim and passes it on to be decided."""
    open_case(page, receipt)
    go_on(page)
    go_on(page)


def press(page: Any, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def write_in(page: Any, answers: dict[str, Any]) -> None:
    """The long page of the desk: what is asked is typed, kept, and what that opens is typed too."""
    left = dict(answers)
    for _turn in range(len(answers)):
        asked = [path for path in left if page.locator(f"main [name^='{path}:']:not([type=hidden])").count()]
        if not asked:
            break
        for path in asked:
            fill(page, {f"{path}:{name}": said for name, said in typed(left.pop(path)).items()})
        page.get_by_role("button", name="書き入れて、つづける").last.click()
        expect(page.locator(".told[role=status]")).to_contain_text("書き入れました")
    assert left == {}


def fill_date(page: Any, label: str, value: date) -> None:
    """A date in a box of the desk that is called so."""
    box = page.get_by_role("group", name=re.compile(label))
    for part, number in (("年", value.year), ("月", value.month), ("日", value.day)):
        box.get_by_label(part, exact=True).fill(str(number))


def words_of_letter(page: Any) -> str:
    """The letter that waits to be checked, as soon as the worker has drawn it. Fetching it is opening it.

    A browser without a screen does not draw PDFs: the file is fetched as the link would.
    """
    link = page.get_by_role("link", name=re.compile("通知書（PDF）をひらく"))
    for _try in range(60):
        page.reload()
        if link.count():
            words = words_of(page, link)
            page.reload()
            return words
        page.wait_for_timeout(500)
    pytest.fail(page.locator("body").inner_text())


def words_of(page: Any, link: Any) -> str:
    """The text of the PDF behind a link, without the spaces a reader of PDFs finds between figures and letters."""
    answer = page.request.get(
        page.url.partition("/desk/")[0].partition("/my/")[0] + link.get_attribute("href")
    )
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.body())).pages)
    return re.sub(r"\s+", "", text)


def read_and_send(page: Any) -> str:
    """Another person reads the letter and sends it: what stood in it."""
    words = words_of_letter(page)
    page.get_by_label(re.compile("読みました")).check()
    press(page, re.compile("確かめて、送る"))
    expect(page.locator("body")).to_contain_text("送りました")
    return words

"""Every procedure of the pack, gone through on a telephone: found, answered, checked, sent, decided, told."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from . import errand
from .nine import ERRANDS, Errand
from .test_a_stranger_adds_a_field import clerk, value
from .visitor import Visitor
from .walking import walk

pytestmark = pytest.mark.slow
JST = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.accepts("P1-1-1-T1")
@pytest.mark.parametrize("one", ERRANDS, ids=lambda one: one.key)
def test_a_procedure_of_the_pack_is_gone_through_on_a_telephone(
    live_city: Any, phone: Any, tmp_path: Path, one: Errand, assert_accessible: Any
) -> None:
    # Found by the words people type, begun, answered to the end; an empty answer is refused on the way.
    start(phone, live_city.url, one)
    met = walk(phone, answers_of(one), errand.photograph(tmp_path))
    assert (met["checks"], met["papers"]) == (1, one.papers)
    assert_accessible(phone)

    # Sent: there is a receipt number.
    phone.get_by_role("button", name="この内容で出す").click()
    expect(phone.locator("main")).to_contain_text("受付番号")
    receipt = re.search(r"(?<![\w-])\d{4}-\d{4}-\d(?![\w-])", phone.locator("main").inner_text())[0]

    # A clerk takes it on, a head decides, somebody else checks and sends or hands over.
    case = decided_by_the_staff(live_city.url, one, receipt)

    # The resident is told, and the decision stands with the case.
    phone.goto(f"{live_city.url}/my/{case}/")
    expect(phone.locator("main")).to_contain_text(receipt)
    if one.letter:
        expect(phone.locator("main")).to_contain_text(one.news or "決定の通知書")
    phone.goto(f"{live_city.url}/my/inbox/")
    expect(phone.locator("main")).to_contain_text(receipt)


def start(page: Any, url: str, one: Errand) -> None:
    """From the home page by search to the first question."""
    page.goto(url + "/")
    page.get_by_role("searchbox").fill(one.search)
    page.get_by_role("button", name="さがす").click()
    page.get_by_role("link", name=one.title).first.click()
    page.get_by_role("button", name="始める").click()
    errand.sign_in(page, errand.MOTHER)
    errand.reuse(page)


def answers_of(one: Errand) -> dict[str, Any]:
    """The table with the day of today where it says so: a move is claimed within fourteen days."""
    today = dt.datetime.now(JST).date()
    words = {"y": str(today.year), "m": str(today.month), "d": str(today.day)}
    return {path: words if said == "today" else said for path, said in one.answers.items()}


def decided_by_the_staff(home: str, one: Errand, receipt: str) -> str:
    """Through the desk's pages, without a screen. Returns the case's id."""
    first, head, checker = one.staff
    at_desk = clerk(home, first, receipt)
    case = re.search(r"/desk/cases/([0-9a-f-]{36})/", at_desk.url)[1]
    for document in one.posted:
        at_desk.get(f"/desk/cases/{case}/")
        at_desk.post(f"/desk/cases/{case}/paper/", document=document)
        assert "書類を受け取ったことにしました" in at_desk.page
    for state in one.steps:
        at_desk.get(f"/desk/cases/{case}/")
        at_desk.post(f"/desk/cases/{case}/advance/", seen=value(at_desk.page, "seen"), to=state)
        assert at_desk.status == 200, (state, at_desk.page[-800:])

    decides = clerk(home, head, receipt)
    decides.get(f"/desk/cases/{case}/decide/?outcome={one.outcome}")
    values = {f"decided.{name}": said for name, said in one.decided.items()}
    seen = value(decides.page, "seen")
    decides.post(f"/desk/cases/{case}/decide/", seen=seen, outcome=one.outcome, then="decide", **values)
    assert decides.status == 200, decides.page[-2000:]

    checks = clerk(home, checker, receipt)
    if not one.letter:
        checks.get(f"/desk/cases/{case}/hand-over/")
        told = {"to": "self", "shown": "licence", "copies": "1", "yen": "600", "checked": "1"}
        checks.post(f"/desk/cases/{case}/hand-over/", seen=value(checks.page, "seen"), **told)
        assert checks.status == 200
        return case
    words = re.sub(r"\s+", " ", letter(home, checks, case))
    for said in (one.letter, receipt, "審査請求", "見本"):
        assert said in words, said
    checks.get(f"/desk/cases/{case}/")
    checks.post(f"/desk/cases/{case}/send/", seen=value(checks.page, "seen"), read="1")
    assert checks.status == 200
    assert "送りました" in checks.page
    return case


def letter(home: str, by: Visitor, case: str) -> str:
    """The text of the letter that waits to be checked, as soon as the worker has drawn it. Fetching it is opening it."""
    for _try in range(90):
        by.get(f"/desk/cases/{case}/")
        found = re.search(rf'href="(/desk/cases/{case}/file/[^"]+)"[^>]*data-key="KeyO"', by.page)
        if found:
            with by._opener.open(home + found[1], timeout=30) as answer:
                return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.read())).pages)
        time.sleep(0.5)
    pytest.fail(by.page[-3000:])

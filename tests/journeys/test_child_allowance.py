"""A mother of two claims the child allowance on her telephone; a clerk and a head decide; the plan counts it."""

from __future__ import annotations

import io
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from . import errand

pytestmark = pytest.mark.slow


def test_a_mother_claims_a_clerk_checks_a_head_decides_and_the_letter_arrives(
    own_city: Any, new_page: Any, assert_accessible: Any, tmp_path: Path
) -> None:
    city = own_city
    hana = new_page(360, 740, has_touch=True)
    before = received(city)

    # She finds it by search, begins, and answers the first questions.
    errand.find_and_start(hana, city.url)
    errand.answer(hana, "請求する理由", errand.choose("引っ越してきた（転入）"))
    assert_accessible(hana)
    errand.answer(hana, "その出来事があった日", errand.type_in(y="令和8", m="11", d="1"))
    errand.answer(hana, "公務員ですか", errand.choose("いいえ"))
    errand.child(hana, *errand.CHILDREN[0])

    # The bell rings: she keeps the draft, closes everything, and comes back later.
    hana.get_by_role("button", name="あとで続ける").click()
    hana.wait_for_url("**/my/**")
    hana.goto(city.url + "/")
    hana.get_by_role("link", name=re.compile("児童手当の認定請求")).first.click()

    # She adds the second child and the account.
    errand.answer(hana, "ほかにお子さんはいますか", errand.more("yes"))
    errand.child(hana, *errand.CHILDREN[1])
    errand.answer(hana, "ほかにお子さんはいますか", errand.more("no"))
    errand.answer(hana, "口座", errand.bank_account)

    # Papers: one by photograph, the other looked up by the office with her consent.
    expect(hana.locator("h1")).to_contain_text("課税（非課税）証明書")
    hana.locator("input[type=file]").set_input_files(errand.photograph(tmp_path))
    hana.get_by_role("button", name="付ける", exact=True).click()
    expect(hana.locator("main")).to_contain_text("申立書.jpg")
    assert_accessible(hana)
    hana.get_by_role("button", name="次へ").click()
    expect(hana.locator("h1")).to_contain_text("住民票の写し")
    hana.get_by_role("button", name="同意して、区に確かめてもらう").click()

    # She reads the whole once more and sends it.
    expect(hana.locator("h1")).to_have_text("書いた内容を確かめてください")
    expect(hana.locator("main")).to_contain_text("見本 そう")
    expect(hana.locator("main")).to_contain_text("見本 みのり")
    assert_accessible(hana)
    hana.get_by_role("button", name="この内容で出す").click()
    expect(hana.locator("main")).to_contain_text("受付番号")
    receipt = re.search(r"\d{4}-\d{4}-\d", hana.locator("main").inner_text())
    assert receipt is not None

    # A clerk takes the case, says why she looks, and passes it to the head.
    sato = new_page(1280, 900)
    errand.sign_in_staff(sato, city.url, "佐藤")
    sato.get_by_role("link", name=receipt[0]).first.click()
    expect(sato.locator("main")).not_to_contain_text("見本 はな")
    sato.get_by_label("申請の確認・審査").check()
    sato.get_by_role("button", name=re.compile("記録して、ひらく")).click()
    expect(sato.locator("main")).to_contain_text("見本 はな")
    assert_accessible(sato)
    expect(sato.locator("#next")).to_be_visible()
    sato.locator("#next form[action$='/advance/'] button").click()
    expect(sato.locator("#next")).to_contain_text("審査")
    sato.locator("#next form[action$='/advance/'] button").click()

    # The head looks too, and grants it.
    ogawa = new_page(1280, 900)
    errand.sign_in_staff(ogawa, city.url, "小川")
    ogawa.get_by_role("link", name=receipt[0]).first.click()
    ogawa.get_by_label("申請の確認・審査").check()
    ogawa.get_by_role("button", name=re.compile("記録して、ひらく")).click()
    ogawa.locator("#next").get_by_role("link", name=re.compile("認定")).click()
    expect(ogawa.locator("main")).to_contain_text("見本 はな")
    assert_accessible(ogawa)
    ogawa.get_by_role("button", name="通知書の内容を確かめる").click()
    expect(ogawa.locator("main")).to_contain_text("支給する額は月額")
    assert_accessible(ogawa)
    ogawa.get_by_role("button", name="この通知書の内容で「認定」を決裁する").click()

    # Somebody else reads the letter before it goes out.
    expect_letter(sato)
    # A browser without a screen does not draw PDFs: the file is fetched as the link would.
    link = sato.get_by_role("link", name=re.compile("通知書（PDF）をひらく")).get_attribute("href")
    assert sato.request.get(city.url + link).status == 200
    sato.get_by_label(re.compile("読みました")).check()
    sato.get_by_role("button", name=re.compile("確かめて、送る")).click()
    expect(sato.locator("body")).to_contain_text("送りました")

    # The letter and the message are hers; the mail lies in the sink and says nothing of what she stated.
    hana.goto(city.url + "/my/")
    assert_accessible(hana)
    hana.get_by_role("link", name=re.compile(receipt[0])).or_(
        hana.get_by_role("link", name=re.compile("児童手当の認定請求"))
    ).first.click()
    expect(hana.locator("main")).to_contain_text("だれが私の情報を見たか")
    expect(hana.locator("main")).to_contain_text("申請の確認・審査")
    link = hana.get_by_role("link", name=re.compile("通知書を見る")).get_attribute("href")
    answer = hana.request.get(city.url + link)
    assert answer.headers["content-type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    for said in ("認定通知書", "見本 はな", "見本 みのり", "審査請求", receipt[0], "見本"):
        assert said in re.sub(r"\s+", " ", words), said
    assert_accessible(hana)
    mails = mails_about(city, receipt[0])
    assert len(mails) >= 2
    assert not any("みのり" in mail or "1234567" in mail for mail in mails)

    # And the plan counts it: one more case, by the internet, beside what the ward published.
    assert received(city) == {**before, "all": before["all"] + 1, "ネット": before["ネット"] + 1}
    hana.goto(city.url + "/plan/items/P1-1-1/")
    expect(hana.locator("main")).to_contain_text("約12")
    expect(hana.locator("main")).to_contain_text("このデモの実測")
    assert_accessible(hana)


def received(city: Any) -> dict[str, float]:
    """The measure the plan reads: cases of the last seven days, in all and by channel."""
    with urllib.request.urlopen(f"{city.url}/api/v1/measures/procedures.received") as answer:
        measured = json.load(answer)
    return {"all": measured["value"], **{part["name"]: part["n"] for part in measured["parts"]}}


def expect_letter(page: Any) -> None:
    """The worker draws the letter in a moment; the clerk opens the case again until it is there."""
    link = page.get_by_role("link", name=re.compile("通知書（PDF）をひらく"))
    for _try in range(30):
        page.reload()
        if link.count():
            # A browser without a screen does not draw PDFs: the letter is fetched as the link would.
            assert page.request.get(page.url.split("/desk/")[0] + link.get_attribute("href")).ok
            page.reload()
            return
        page.wait_for_timeout(500)
    pytest.fail(page.locator("body").inner_text())


def mails_about(city: Any, receipt: str) -> list[str]:
    """Subject and text of the mails that name the receipt."""
    import email
    import time
    from email import policy

    for _try in range(40):
        found = []
        for raw in city.mails:
            mail = email.message_from_string(raw, policy=policy.default)
            text = f"{mail['subject']}\n{mail.get_body(('plain',)).get_content()}"
            if receipt in text:
                found.append(text)
        if len(found) >= 2:
            return found
        time.sleep(0.5)
    return found

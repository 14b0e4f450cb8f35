"""Case work about decisions: a refusal, a letter that went out wrong, and a paper handed over at the counter."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from . import casework, errand
from .nine import ERRANDS
from .walking import walk

pytestmark = pytest.mark.slow
FITTED = {
    "［〇年〇月〇日］": "令和8年10月1日",
    "［勤務先］": "見本市役所",
}
LESSON = "金額は、お子さんの人数と年齢を声に出して数えてから書く。"


def test_a_refusal_is_written_from_a_text_read_by_another_and_understood_at_home(
    live_city: Any, new_page: Any, assert_accessible: Any
) -> None:
    url = live_city.url
    receipt = casework.sent_claim(url, "aoba")
    sato, ogawa = new_page(1280, 900), new_page(1280, 900)
    errand.sign_in_staff(sato, url, "佐藤")
    casework.to_the_head(sato, receipt)

    # The head begins from a text of the pack; its open places are not let through.
    errand.sign_in_staff(ogawa, url, "小川")
    casework.open_case(ogawa, receipt)
    ogawa.locator("#next").get_by_role("link", name=re.compile("却下")).click()
    assert_accessible(ogawa)
    begin = ogawa.get_by_label("よくある理由から書きはじめる")
    begin.select_option(label=begin.get_by_role("option").filter(has_text="公務員として").inner_text())
    casework.press(ogawa, "この文を、下の理由に入れる")
    reason = ogawa.get_by_label("理由（通知書に載ります）")
    expect(reason).to_have_value(re.compile("［〇年〇月〇日］から公務員"))
    casework.press(ogawa, "通知書の内容を確かめる")
    expect(ogawa.locator("main [role=alert]").first).to_be_visible()
    assert_accessible(ogawa)

    # Made to fit the case, it becomes a letter.
    words = reason.input_value()
    for place, fact in FITTED.items():
        words = words.replace(place, fact)
    reason.fill(words)
    casework.press(ogawa, "通知書の内容を確かめる")
    expect(ogawa.locator("main")).to_contain_text("令和8年10月1日から公務員として見本市役所に勤めているため")
    expect(ogawa.get_by_role("heading", name="不服がある場合の手続き（教示）")).to_be_visible()
    assert_accessible(ogawa)
    casework.press(ogawa, re.compile("決裁する$"))
    expect(ogawa.locator("main")).to_contain_text("ほかの人が確かめてから送ります")
    expect(ogawa.get_by_role("button", name=re.compile("確かめて、送る"))).to_have_count(0)

    # Another person reads the letter itself and sends it.
    sato.reload()
    read = casework.read_and_send(sato)
    for said in ("見本市役所に勤めている", "審査請求", "3か月以内", receipt):
        assert said in read, said
    assert "［" not in read
    assert_accessible(sato)

    # At home: the decision, why, and what one may do about it.
    aoba = new_page(360, 740, has_touch=True)
    casework.at_home(aoba, url, "例題 あおば")
    casework.open_mine(aoba, url, receipt)
    expect(aoba.get_by_role("heading", name="決定：却下")).to_be_visible()
    assert_accessible(aoba)
    at_home = casework.words_of(aoba, aoba.get_by_role("link", name="通知書を見る（PDF）"))
    assert at_home == read
    aoba.locator("#messages").get_by_role("link").first.click()
    assert_accessible(aoba)


def test_a_wrong_letter_is_recalled_decided_anew_followed_up_and_learnt_from(
    own_city: Any, new_page: Any, assert_accessible: Any
) -> None:
    url = own_city.url
    receipt = casework.sent_claim(url, "aoba")
    sato, ogawa = new_page(1280, 900), new_page(1280, 900)
    errand.sign_in_staff(sato, url, "佐藤")
    errand.sign_in_staff(ogawa, url, "小川")
    casework.to_the_head(sato, receipt)
    grant(ogawa, receipt, "10000")
    sato.reload()
    assert "10,000円" in casework.read_and_send(sato)

    # The clerk finds out that the amount was wrong, and says so.
    sato.locator("#next").get_by_role("link", name=re.compile("誤って")).click()
    assert_accessible(sato)
    casework.press(sato, "記録して、取り消す")
    sato.get_by_label("書類の内容がまちがっていた").check()
    sato.get_by_label("決裁", exact=True).check()
    sato.get_by_label("いきさつ（職員だけが読みます）").fill("3歳未満のお子さんなのに、1万円と書いた。")
    sato.get_by_label("返してもらう", exact=True).check()
    casework.press(sato, "記録して、取り消す")
    expect(sato.get_by_role("heading", name="誤交付の記録", level=1)).to_be_visible()
    expect(sato.locator("main")).to_contain_text("書類を取り消しました")
    assert_accessible(sato)
    entry = sato.url

    # At home: the paper is void and marked so, and nothing has to be done again.
    aoba = new_page(360, 740, has_touch=True)
    casework.at_home(aoba, url, "例題 あおば")
    casework.open_mine(aoba, url, receipt)
    expect(aoba.get_by_role("heading", name="お出しした書類は使えません")).to_be_visible()
    expect(aoba.locator("main")).to_contain_text("無効")
    expect(aoba.get_by_role("link", name=re.compile("通知書を見る"))).to_have_count(0)
    assert_accessible(aoba)
    aoba.locator("#messages").get_by_role("link", name=re.compile("書類は使えません")).click()
    expect(aoba.locator("main")).to_contain_text("使わずに取っておいてください")
    expect(aoba.locator("main")).not_to_contain_text("1万円と書いた")
    assert_accessible(aoba)

    # It is decided anew and sent; at home the right letter stands beside the void one.
    grant(ogawa, receipt, "15000")
    casework.open_case(sato, receipt)
    assert "15,000円" in casework.read_and_send(sato)
    casework.open_mine(aoba, url, receipt)
    expect(aoba.get_by_role("heading", name="決定：認定")).to_be_visible()
    assert "15,000円" in casework.words_of(aoba, aoba.get_by_role("link", name="通知書を見る（PDF）"))
    expect(aoba.locator("main")).to_contain_text("無効")
    assert_accessible(aoba)

    # The paper came back; what is done differently is written; another person closes.
    sato.goto(url + "/desk/")
    sato.get_by_role("link", name="誤交付の記録").click()
    assert_accessible(sato)
    sato.get_by_role("link", name=receipt).click()
    assert sato.url == entry
    sato.get_by_label("返ってきた").check()
    casework.press(sato, "書類のようすを記録する")
    expect(sato.locator("main")).to_contain_text("書類がどうなったかを記録しました")
    sato.get_by_label("これから変えること").fill(LESSON)
    casework.press(sato, "これから変えることを書く")
    expect(sato.get_by_role("button", name=re.compile("終わりにする"))).to_have_count(0)
    ogawa.goto(url + "/desk/misissues/")
    ogawa.get_by_role("link", name=receipt).click()
    casework.press(ogawa, "記録して、いきさつを読む")
    casework.press(ogawa, "直ったことを確かめて、終わりにする")
    expect(ogawa.locator("main")).to_contain_text("終わりにしました")
    assert_accessible(ogawa)

    # Whoever decides the next one reads it first.
    following = casework.sent_claim(url, "ren")
    casework.to_the_head(sato, following)
    casework.open_case(ogawa, following)
    ogawa.locator("#next").get_by_role("link", name=re.compile("認定")).click()
    expect(ogawa.locator(".lessons")).to_contain_text(LESSON)
    assert_accessible(ogawa)


def test_a_copy_of_the_record_is_asked_for_at_home_and_fetched_at_the_counter(
    live_city: Any, new_page: Any, assert_accessible: Any, tmp_path: Path
) -> None:
    url = live_city.url
    one = next(one for one in ERRANDS if one.key == "juminhyo.utsushi")
    tadashi = new_page(360, 740, has_touch=True)

    # Asked for with the name he bore before, which is to stand on the papers.
    tadashi.goto(url + "/")
    tadashi.get_by_role("searchbox").fill(one.search)
    tadashi.get_by_role("button", name="さがす").click()
    tadashi.get_by_role("link", name=one.title).first.click()
    assert_accessible(tadashi)
    tadashi.get_by_role("button", name="始める").click()
    errand.sign_in(tadashi, "仮名 ただし")
    errand.reuse(tadashi)
    tadashi.goto(re.sub(r"/question/.*|/reuse/.*", "/question/applicant.other_names/", tadashi.url))
    assert_accessible(tadashi)
    tadashi.get_by_label("旧氏（前のみょうじ）").fill("仮前")
    tadashi.get_by_label("旧氏のふりがな").fill("かりまえ")
    former = tadashi.get_by_role("group", name="区からのお知らせに書く名前").get_by_role(
        "radio", name=re.compile("旧氏")
    )
    former.check()
    tadashi.get_by_role("button", name="次へ").click()
    tadashi.wait_for_url(lambda address: "other_names" not in address)
    walk(tadashi, one.answers, errand.photograph(tmp_path))
    expect(tadashi.locator("main")).to_contain_text("仮前")
    assert_accessible(tadashi)
    tadashi.get_by_role("button", name="この内容で出す").click()
    receipt = casework.receipt_on(tadashi)

    # Made ready by two people.
    okabe, matsui, ueda = (new_page(1280, 900) for _who in range(3))
    errand.sign_in_staff(okabe, url, "岡部")
    casework.to_the_head(okabe, receipt)
    expect(okabe.locator("main")).to_contain_text("仮前")
    errand.sign_in_staff(matsui, url, "松井")
    casework.open_case(matsui, receipt)
    matsui.locator("#next").get_by_role("link", name=re.compile("用意ができました")).click()
    expect(matsui.get_by_role("textbox", name="手数料")).to_have_value(re.compile("600"))
    casework.fill_date(matsui, "お渡しできる期限", date(2099, 12, 31))
    assert_accessible(matsui)
    casework.press(matsui, re.compile("決裁する$"))
    expect(matsui.locator("main")).to_contain_text("ほかの人が確かめてから窓口で渡します")

    # He is told to come, where and with what.
    casework.open_mine(tadashi, url, receipt)
    expect(tadashi.locator("#ready")).to_contain_text("本人確認のできるもの")
    expect(tadashi.locator("#ready")).to_contain_text("戸籍住民課")
    assert_accessible(tadashi)

    # Who decided may not hand it over; somebody else does, and takes the fee.
    matsui.goto(url + "/desk/ready/")
    mine = matsui.get_by_role("row").filter(has_text=receipt)
    expect(mine).to_contain_text("あなた以外の人")
    assert_accessible(matsui)
    errand.sign_in_staff(ueda, url, "上田")
    casework.open_case(ueda, receipt)
    ueda.goto(url + "/desk/ready/")
    ueda.get_by_role("link", name=re.compile(receipt)).filter(has_text="渡す").click()
    expect(ueda.get_by_label(re.compile("手数料"))).to_have_value("600")
    assert_accessible(ueda)
    ueda.get_by_label(re.compile("くらべて確かめました")).check()
    ueda.get_by_role("group", name="だれに渡しますか").get_by_label("ご本人").check()
    ueda.get_by_label("運転免許証").check()
    ueda.get_by_label("通数", exact=True).fill("2")
    casework.press(ueda, "確かめて、渡しました")
    expect(ueda.locator("main")).to_contain_text("を渡しました")
    expect(ueda.locator("main")).to_contain_text("2通 600円")
    assert_accessible(ueda)
    casework.open_mine(tadashi, url, receipt)
    expect(tadashi.locator("#ready")).to_have_count(0)
    assert_accessible(tadashi)


def grant(page: Any, receipt: str, yen: str) -> None:
    """The head grants with a monthly amount."""
    casework.open_case(page, receipt)
    page.locator("#next").get_by_role("link", name=re.compile("認定")).click()
    page.get_by_role("textbox", name=re.compile("支給する額")).fill(yen)
    casework.press(page, "通知書の内容を確かめる")
    casework.press(page, re.compile("決裁する$"))
    expect(page.locator("main")).to_contain_text("ほかの人が確かめてから送ります")

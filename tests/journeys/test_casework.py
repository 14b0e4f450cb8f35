"""Case work around an application: what has to be put right, and what comes by telephone or by post."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from . import casework, errand
from .walking import walk

pytestmark = pytest.mark.slow
MOVE = {"y": "2026", "m": "11", "d": "1"}
CHILD = {
    "children.1.birth": {"y": "2018", "m": "6", "d": "3"},
    "children.1.lives_together": "yes",
    "children.more": "no",
}
ACCOUNT = {"bank": "見本銀行", "branch": "窓口支店", "kind": "futsu", "number": "1234567"}


def test_two_places_are_put_right_on_a_telephone_and_confirmed_at_the_desk(
    live_city: Any, new_page: Any, assert_accessible: Any, tmp_path: Path
) -> None:
    url = live_city.url
    ren, sato = new_page(360, 740, has_touch=True), new_page(1280, 900)

    # She claims; the clerk finds a wrong day and a paper nobody can read.
    errand.find_and_start(ren, url, "雛形 れん")
    walk(ren, claim("雛形", "ヒナガタ レン"), errand.photograph(tmp_path))
    ren.get_by_role("button", name="この内容で出す").click()
    receipt = casework.receipt_on(ren)
    errand.sign_in_staff(sato, url, "佐藤")
    casework.open_case(sato, receipt)
    casework.go_on(sato)
    sato.locator("#next").get_by_role("link", name=re.compile("直してもらう")).click()
    assert_accessible(sato)
    ask(sato, "きっかけの日", "まちがい", "転入届の日は11月3日です。")
    ask(sato, "課税（非課税）証明書", "足りない", "写真がぼやけていて読めません。")
    casework.press(sato, "お願いの内容を確かめる")
    expect(sato.locator("main")).to_contain_text("転入届の日は11月3日です。")
    assert_accessible(sato)
    casework.press(sato, "この内容でご本人に知らせる")
    expect(sato.locator("main")).to_contain_text("直してほしいところをお知らせします")

    # She finds it at home, begins, and is called away in the middle.
    ren.goto(url + "/my/")
    expect(ren.locator("main")).to_contain_text("直してほしいところが2つあります")
    assert_accessible(ren)
    casework.open_mine(ren, url, receipt)
    asked = ren.locator("#fix").get_by_role("listitem").filter(has_text="写真がぼやけていて読めません。")
    expect(asked).to_contain_text("足りない")
    assert_accessible(ren)
    ren.locator("#fix").get_by_role("link", name="直す", exact=True).click()
    expect(ren.locator("main")).to_contain_text("「送る」まで、係には見えません。")
    assert_accessible(ren)
    ren.get_by_label("日", exact=True).fill("3")
    ren.get_by_role("button", name="保存して、あとで続ける").click()
    expect(ren.locator("main")).to_contain_text("まだ送っていません")

    # The clerk, whose page was open all the time, sees nothing of it.
    sato.reload()
    expect(sato.locator("[data-path=event_on]")).to_contain_text("11月1日")
    expect(sato.locator("[data-path=event_on]")).not_to_contain_text("11月3日")
    expect(sato.locator(".case-head")).not_to_contain_text("返事が来た")

    # She comes back, takes a better photograph, and looks at before and after.
    casework.open_mine(ren, url, receipt)
    ren.get_by_role("link", name=re.compile("直す$|続け")).first.click()
    expect(ren.get_by_label("日", exact=True)).to_have_value("3")
    ren.get_by_role("button", name="直した内容を確かめる").click()
    expect(ren.locator("main [role=alert]").first).to_be_visible()
    assert_accessible(ren)
    better = tmp_path / "撮りなおし.jpg"
    better.write_bytes(errand.photograph(tmp_path).read_bytes())
    ren.get_by_label("写真かPDFを付ける").set_input_files(better)
    ren.get_by_role("button", name="直した内容を確かめる").click()
    expect(ren.locator("h1")).to_have_text("直した内容を確かめてください")
    expect(ren.locator("main del")).to_contain_text("11月1日")
    expect(ren.locator("main")).to_contain_text("11月3日")
    expect(ren.locator("main")).to_contain_text("撮りなおし.jpg")
    assert_accessible(ren)
    ren.get_by_role("button", name="この内容で送る").click()
    expect(ren.locator("main")).to_contain_text("直した内容を受け取りました")
    assert_accessible(ren)

    # The clerk reads before and after, confirms both, and the case goes on to the head.
    sato.goto(url + "/desk/")
    casework.open_case(sato, receipt)
    expect(sato.locator(".case-head")).to_contain_text("返事が来た")
    expect(sato.locator("#next del")).to_contain_text("11月1日")
    expect(sato.locator("#next ins")).to_contain_text("11月3日")
    expect(sato.locator("#next")).to_contain_text("前のもの")
    assert_accessible(sato)
    casework.press(sato, re.compile("^全部を確かめて"))
    expect(sato.locator("main [role=alert]").first).to_contain_text("1つずつ確かめて")
    for box in sato.locator("#next").get_by_role("checkbox").all():
        box.check()
    casework.press(sato, re.compile("^全部を確かめて"))
    expect(sato.locator("#next")).not_to_contain_text("全部を確かめて")
    ogawa = new_page(1280, 900)
    errand.sign_in_staff(ogawa, url, "小川")
    casework.open_case(ogawa, receipt)
    expect(ogawa.locator("#next").get_by_role("link", name=re.compile("認定"))).to_be_visible()
    expect(ogawa.locator("[data-path=event_on]")).to_contain_text("11月3日")


def test_a_claim_by_telephone_and_one_by_post_stand_beside_those_by_the_internet(
    live_city: Any, new_page: Any, assert_accessible: Any
) -> None:
    url = live_city.url
    sato = new_page(1280, 900)
    errand.sign_in_staff(sato, url, "佐藤")
    before = by_channel(sato, url)
    assert_accessible(sato)

    # Somebody telephones: the clerk types while she listens, and reads it aloud.
    begin(sato, url, "電話", assert_accessible)
    told = {**person("架空", "ちよ", "カクウ", "チヨ"), **claim("架空", "カクウ チヨ"), "event": "birth"}
    casework.write_in(sato, told)
    assert_accessible(sato)
    casework.press(sato, "読み上げて確認へ進む")
    expect(sato.get_by_role("heading", name="読み上げて確認してください")).to_be_visible()
    expect(sato.locator("main")).to_contain_text("架空 ちよ")
    assert_accessible(sato)
    casework.press(sato, "この内容で受け付ける")
    by_phone = casework.receipt_on(sato)
    assert_accessible(sato)
    sato.get_by_role("link", name="案件をひらく").click()
    casework.open_case(sato, by_phone)
    expect(sato.locator(".case-head")).to_contain_text("電話で受付")

    # A form comes by post with the account left empty: it is received all the same, and asked for.
    begin(sato, url, "郵送", assert_accessible)
    written = {**person("架空", "まさ", "カクウ", "マサ"), **claim("架空", ""), "event": "birth"}
    del written["account"]
    casework.write_in(sato, written)
    casework.press(sato, "読み上げて確認へ進む")
    expect(sato.locator("main [role=alert]").first).to_be_visible()
    assert_accessible(sato)
    casework.press(sato, "未記入のまま受け付ける")
    expect(sato.locator("main")).to_contain_text("1か所が未記入のまま受け付けます")
    assert_accessible(sato)
    casework.press(sato, "この内容で受け付ける")
    expect(sato.locator("main")).to_contain_text("未記入が1か所あります")
    by_post = casework.receipt_on(sato)
    assert_accessible(sato)
    casework.open_case(sato, by_post)
    expect(sato.locator(".case-head")).to_contain_text("未記入 1か所")
    assert_accessible(sato)
    casework.go_on(sato)
    sato.get_by_role("link", name="未記入の1か所を聞く").click()
    asked = sato.locator("li.mend.ticked")
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("振込先の口座")
    assert_accessible(sato)
    casework.press(sato, "お願いの内容を確かめる")
    casework.press(sato, "この内容でご本人に知らせる")
    expect(sato.locator("main")).to_contain_text("直してほしいところをお知らせします")

    # Both are counted, side by side with the others.
    after = by_channel(sato, url)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "電話": 1,
        "郵送": 1,
        "合計": 2,
    }


def claim(family: str, holder_kana: str) -> dict[str, Any]:
    """A claim after moving in, for one child."""
    return {
        "event": "move_in",
        "event_on": MOVE,
        "works_as_public_servant": "no",
        "children.1.name": {"family": family, "given": "ゆい", "family_kana": "カナ", "given_kana": "ユイ"},
        **CHILD,
        "account": {**ACCOUNT, "holder_kana": holder_kana},
    }


def person(family: str, given: str, family_kana: str, given_kana: str) -> dict[str, Any]:
    """Whom it is from, as she says it on the telephone."""
    return {
        "applicant.name": {
            "family": family,
            "given": given,
            "family_kana": family_kana,
            "given_kana": given_kana,
        },
        "applicant.birth": {"y": "1990", "m": "2", "d": "2"},
        "applicant.address": {"postcode": "0000007", "address": "架空県見本市架空町1-1"},
    }


def ask(page: Any, label: str, why: str, remark: str) -> None:
    """Tick one place, say what is the matter, and write what is wanted."""
    row = page.locator("li.mend").filter(has_text=label)
    row.get_by_role("checkbox").check()
    row.get_by_label("何がちがうか").select_option(why)
    row.get_by_role("textbox").fill(remark)


def begin(page: Any, url: str, channel: str, assert_accessible: Any) -> None:
    """What came, and how."""
    page.goto(url + "/desk/")
    page.get_by_role("link", name=re.compile("電話・はがき・窓口で受け付ける")).click()
    page.get_by_role("radio", name=errand.PROCEDURE).check()
    page.get_by_role("radio", name=re.compile(channel)).check()
    assert_accessible(page)
    casework.press(page, "質問へ進む")
    expect(page.get_by_role("heading", name=errand.PROCEDURE, level=1)).to_be_visible()


def by_channel(page: Any, url: str) -> dict[str, int]:
    """The row of the child allowance in the table of this year, by the names of its columns."""
    page.goto(url + "/desk/channels/")
    table = page.get_by_role("table")
    expect(table).to_contain_text(errand.PROCEDURE)
    names = table.get_by_role("columnheader").all_inner_texts()[1:]
    row = table.get_by_role("row").filter(has_text=errand.PROCEDURE)
    return dict(zip(names, map(int, row.get_by_role("cell").all_inner_texts()), strict=True))

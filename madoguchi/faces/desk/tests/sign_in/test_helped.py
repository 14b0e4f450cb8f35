"""Somebody who lost everything is helped: asked before, told at which door, and in again."""

from __future__ import annotations

import re

from django.test import Client

from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in import factors

from .people import first_step, open_staff


def test_the_code_the_operator_reads_out_is_typed_where_the_page_says(db):
    mori = open_staff("mori")
    give_app(mori)
    desk = enter(Client(), identity.actor_for(open_staff("toban", "operator")))
    people = desk.get("/desk/people/sign-ins/").text
    asked = people.split("<summary>登録し直してもらう")[1].split("</details>")[0]
    assert "moriさんの方法をすべて止めて" in asked, (
        "the button lies behind a first press that says what it does"
    )

    told = desk.post(re.search(r'action="([^"]*new-code/)"', asked)[1]).text

    assert "いつものログイン名とパスワード" in told
    assert not factors.of(mori)
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", told)[0]
    browser = Client()
    page = browser.get(first_step(browser)["Location"], follow=True)
    assert "登録番号" in page.text
    shown = browser.post("/desk/sign-in/register/", {"invitation": code}, follow=True)
    assert "認証アプリを登録する" in shown.text
    picture = re.search(r"<svg [^>]*>", shown.text)[0]
    assert "viewBox" in picture and "width" not in picture, "it fits its box: a telephone reads all of it"
    assert "いつものログイン名とパスワード" in Client().get("/desk/sign-in/first-time/").text

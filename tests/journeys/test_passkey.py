"""Signing in, in a real browser: a resident with a passkey on a phone, a member of staff with password and app."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from madoguchi.faces.cli.places import ROOT, free_port

from .conftest import City

ADDRESS = "aoi.new@mihon.invalid"
WORDS = "kumo no ito san"
INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_city(_prepared_city: Path, tmp_path: Path) -> Iterator[City]:
    """A city hall under a name: browsers make no passkeys for an address of numbers."""
    folder, port = tmp_path / "named", free_port()
    for name in ("serving.lock", "server.log"):
        (_prepared_city / name).unlink(missing_ok=True)
    shutil.copytree(_prepared_city, folder)
    hall = City(folder, port, env={"MADO_PUBLIC_URL": f"http://localhost:{port}"})
    try:
        hall.open()
        yield hall
    finally:
        hall.close()


def code_of_mail(city: City) -> str:
    """The six digits of the newest mail, as soon as it has come."""
    for _turn in range(300):
        for raw in reversed(city.mails):
            letter = email.message_from_string(raw, policy=email.policy.default)
            if ADDRESS in str(letter["to"]) and (found := re.search(r"\d{6}", letter.get_content())):
                return found[0]
        time.sleep(0.1)
    pytest.fail("no mail came")


def mado(city: City, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MADO_VAR": str(city.folder), "MADO_DEMO": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi", *words],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.accepts("N-07")
def test_a_resident_by_passkey_and_a_member_of_staff_by_password_and_app(
    named_city: City, new_page: Callable[..., Any], assert_accessible: Callable[[Any], None]
):
    here = f"http://localhost:{named_city.port}"
    phone = new_page(360, 740, has_touch=True)
    resident_opens_an_account(phone, here, named_city, assert_accessible)
    resident_comes_back(phone, here, assert_accessible)

    code = re.search(
        r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}",
        mado(named_city, "staff", "add", "shin", "新", "--post", "kosodate.jidoteate.tanto"),
    )
    assert code
    desk = new_page(360, 740)
    app = newcomer_registers(desk, here, code[0], assert_accessible)
    staff_comes_in(desk, here, app, assert_accessible)


def resident_opens_an_account(page: Any, here: str, city: City, assert_accessible: Any) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
    page.goto(f"{here}/sign-in/?next=/my/account/")
    assert_accessible(page)
    page.get_by_label("メールアドレス", exact=True).fill(ADDRESS)
    page.get_by_role("button", name="番号を送ってもらう").click()
    page.get_by_label("6けたの番号", exact=True).fill(code_of_mail(city))
    assert_accessible(page)
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("heading", name="次からの入りかたを選ぶ").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="パスキーを登録する").click()
    page.get_by_role("heading", name="サインインの設定").wait_for()
    assert page.get_by_text(ADDRESS).is_visible()
    assert_accessible(page)


def resident_comes_back(page: Any, here: str, assert_accessible: Any) -> None:
    page.goto(f"{here}/my/")
    page.get_by_role("button", name="サインアウト").first.click()
    page.goto(f"{here}/sign-in/?next=/my/account/")
    page.get_by_role("button", name="パスキーでサインインする").click()
    page.get_by_role("heading", name="サインインの設定").wait_for()
    page.get_by_role("link", name="認証アプリを加える").click()
    assert_accessible(page)
    page.goto(f"{here}/my/account/")
    page.get_by_role("button", name="番号を作る").click()
    assert page.locator(".codes li").count() == 10
    assert_accessible(page)
    page.goto(f"{here}/my/account/address/")
    assert_accessible(page)


def newcomer_registers(page: Any, here: str, code: str, assert_accessible: Any) -> pyotp.TOTP:
    page.goto(f"{here}/desk/sign-in/")
    assert_accessible(page)
    page.get_by_role("link", name="はじめて使う方").click()
    assert_accessible(page)
    page.get_by_label("ログイン名", exact=True).fill("shin")
    page.get_by_label("登録番号", exact=True).fill(code)
    for name in ("新しいパスワード", "新しいパスワード（もう一度）"):
        page.get_by_label(name, exact=True).fill(WORDS)
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("heading", name="2つめの確認を登録する").wait_for()
    assert_accessible(page)
    app = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    page.get_by_label("6けたの番号", exact=True).fill(app.now())
    page.get_by_role("button", name="認証アプリを登録する").click()
    page.get_by_role("heading", name="きょう").first.wait_for()
    return app


def staff_comes_in(page: Any, here: str, app: pyotp.TOTP, assert_accessible: Any) -> None:
    page.goto(f"{here}/desk/my/sign-in/")
    assert_accessible(page)
    page.get_by_role("button", name="サインアウト", exact=True).click()
    page.get_by_label("ログイン名", exact=True).fill("shin")
    page.get_by_label("パスワード", exact=True).fill(WORDS)
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("heading", name="2つめの確認").wait_for()
    assert_accessible(page)
    # The code of now was used to register; the next one is taken a moment early.
    page.get_by_label("いま表示されている6けたの番号").fill(app.at(int(time.time()), counter_offset=1))
    page.get_by_role("button", name="確認する").click()
    page.get_by_role("heading", name="きょう").first.wait_for()
    for path in ("sign-in/again/", "people/back-in/", "my/sign-in/add/card/"):
        page.goto(f"{here}/desk/{path}")
        assert_accessible(page)

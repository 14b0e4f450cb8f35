"""A stranger draws a lot again in the browser: the page, its own script, its policy, and the proof it was given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from madoguchi.engines.lottery.tests import make

HERE = "http://127.0.0.1:8997"  # nobody listens: every answer is handed over below
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@pytest.fixture
def served(db, monkeypatch) -> dict[str, dict[str, Any]]:
    """What the city answers, asked beforehand: a page in a browser and a test's transaction cannot wait for each other."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    round_ = make.a_round()
    for number in range(12):
        make.entered(round_, "court.1", ["court.2", "court.3"], tier=number % 2)
    make.drawn(round_)
    answers = {}
    for path in (
        reverse("portal:draws:round", args=[round_.key]),
        reverse("portal:draws:proof", args=[round_.key]),
    ):
        answer = Client().get(path)
        answers[path] = {
            "status": answer.status_code,
            "headers": dict(answer.headers),
            "body": answer.content,
        }
    return answers


def file_of(path: str) -> dict[str, Any]:
    name = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", path.removeprefix("/static/"))
    found = finders.find(name)
    if not found:
        return {"status": 404}
    kind = KINDS.get(Path(name).suffix, "application/octet-stream")
    return {"status": 200, "headers": {"Content-Type": kind}, "body": Path(found).read_bytes()}


@pytest.mark.slow
def test_the_proof_is_checked_on_the_page_itself_and_a_kept_file_that_was_altered_is_found_out(
    served, phone, assert_accessible, tmp_path
):
    def hand_over(route: Any) -> None:
        path = urlsplit(route.request.url).path
        route.fulfill(**(served.get(path) or file_of(path)))

    phone.route("**/*", hand_over)
    page_path, proof_path = served
    phone.goto(HERE + page_path)
    section = phone.locator("#check-draw")

    phone.get_by_role("button", name="この場で確かめる").click()

    expect(section).to_have_attribute("data-says", "match")
    expect(section.get_by_text("一致：公表された結果は")).to_be_visible()
    expect(section.locator("[data-says=yes]:visible")).to_have_count(8)
    assert_accessible(phone)

    altered = tmp_path / "proof.json"
    altered.write_bytes(served[proof_path]["body"].replace(b" 1:court.1", b" 2:court.1", 1))
    phone.get_by_label("保存しておいた証明ファイルで確かめる").set_input_files(altered)

    expect(section).to_have_attribute("data-says", "mismatch")
    expect(section.locator("[data-step=draw]").get_by_text("合いません")).to_be_visible()
    assert_accessible(phone)

    phone.get_by_label("控えておいた指紋（なくてもかまいません）").fill("0" * 64)
    phone.get_by_role("button", name="この場で確かめる").click()
    expect(section).to_have_attribute("data-says", "strange")

"""A form filled in from a small table (path of the question -> what is typed), in a browser at a phone's width."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

MOST_SCREENS = 80
QUESTION = re.compile(r"/apply/[0-9a-f-]{36}/question/([^/]+)/")


def typed(value: Any) -> dict[str, str]:
    """What stands in the table as inputs: a list is ticked, a dict is itself, anything else is the one input."""
    if isinstance(value, list):
        return {f"is-{option}": "yes" for option in value}
    return value if isinstance(value, dict) else {"value": value}


def fill(page: Any, inputs: dict[str, str]) -> None:
    """Type, choose or tick what the names say."""
    for name, value in inputs.items():
        box = page.locator(f"main [name='{name}']:not([type=hidden])")
        kind = box.first.get_attribute("type")
        if kind == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            box.first.check()
        else:
            box.first.fill(value)


def go_on(page: Any) -> None:
    page.get_by_role("button", name="次へ", exact=True).click()


def walk(page: Any, answers: dict[str, Any], paper: Path) -> dict[str, int]:
    """Answer everything until the last look; one empty answer on the way shows that nothing passes unchecked.

    A question that is not in the table may be left open: it is one that says so. Returns what was met.
    """
    met = {"questions": 0, "papers": 0, "checks": 0}
    for _screen in range(MOST_SCREENS):
        before = page.url
        if "/confirm/" in before:
            return met
        if "/reuse/" in before:
            page.get_by_role("button", name=re.compile("(前に書いた|登録されている)内容を使う")).click()
        elif "/answers/" in before:
            page.get_by_role("link", name="質問に進む").click()
        elif "/papers/" in before:
            met["papers"] += 1
            _hand_in(page, paper)
        else:
            _answer(page, answers, met)
        page.wait_for_url(lambda url, was=before: url != was)
    raise AssertionError(page.url)


def _hand_in(page: Any, paper: Path) -> None:
    """A photograph; where only the thing itself will do there is no place for one, and it comes by post."""
    post = page.get_by_role("button", name="郵送か窓口で出す", exact=True)
    if post.count():
        assert page.locator("main input[type=file]").count() == 0
        post.click()
        return
    page.locator("input[type=file]").set_input_files(paper)
    page.get_by_role("button", name="付ける", exact=True).click()
    expect(page.locator("main")).to_contain_text(paper.name)
    page.get_by_role("button", name="次へ").click()


def _answer(page: Any, answers: dict[str, Any], met: dict[str, int]) -> None:
    path = QUESTION.search(page.url)[1]
    met["questions"] += 1
    if path in answers:
        if not met["checks"]:
            go_on(page)
            expect(page.locator("main [role=alert], main .field__error").first).to_be_visible()
            met["checks"] += 1
        fill(page, typed(answers[path]))
    else:
        expect(page.locator("main")).to_contain_text("書かなくても、次へ進めます。")
    go_on(page)

"""Those who write, try and publish a procedure at their own browsers, and the whole errand through the pages."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from madoguchi.engines.authoring.models import Blueprint, PracticeRun, PublicationRequest
from madoguchi.engines.authoring.tests import make as writing
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import jobs

from ..conftest import Desk

KEY = "moushikomi.event"
TITLE = "親子の読み聞かせ会の申込み"
QUESTION = {
    "type": "choice",
    "label": "会場",
    "question": "どの会場にしますか",
    "options": "図書館\n児童館",
    "ground": "定員の管理",
    "sensitivity": "none",
    "keep": "case",
    "required": "1",
    "shown_when": "",
    "page": "event",
}
ANSWERS = {
    "applicant.name": make.NAME,
    "applicant.phone": {"value": ""},
    "applicant.email": {"value": "aoi@mihon.invalid"},
    "people": {"value": "2"},
    "help_needed": {"value": "no"},
    "q1": {"value": "a2"},
}


class Writer(Desk):
    """One who writes, or reads and publishes, at their own browser."""

    def at(self, route: str, blueprint: Blueprint | None = None, **named):
        ids = {"blueprint_id": blueprint.pk} if blueprint else {}
        return reverse(f"desk:authoring:{route}", kwargs={**ids, **named})

    def see(self, route: str, blueprint: Blueprint | None = None, **named):
        return self.browser.get(self.at(route, blueprint, **named))

    def send(self, route: str, blueprint: Blueprint | None = None, *, posted=None, **named):
        if blueprint is not None:
            blueprint.refresh_from_db()
        body = {"seen": str(blueprint.revision) if blueprint else "", **(posted or {})}
        return self.browser.post(self.at(route, blueprint, **named), body)

    def begins(self, key: str = KEY) -> Blueprint:
        posted = {"start": "template:event", "title": TITLE, "key": key, "division": make.DIVISION}
        assert self.send("new", posted=posted).status_code == 302
        return Blueprint.objects.get(key=key)

    def asks(self, blueprint: Blueprint, **posted: str) -> PublicationRequest:
        words = {"why": "読み聞かせ会の募集のため", "untried_because": writing.UNTRIED, **posted}
        assert self.send("ask", blueprint, posted=words).status_code == 302
        return PublicationRequest.objects.get(blueprint=blueprint, state="open")

    def publishes(self, blueprint: Blueprint):
        request = PublicationRequest.objects.filter(blueprint=blueprint).latest("asked_at")
        return self.send("publish", blueprint, posted={"asked": str(request.pk)})


def fill(browser: Client, address: str) -> str:
    """Answer every question that comes, from `address` on; the address of the last look."""
    for _turn in range(20):
        response = browser.get(address)
        if response.status_code == 302:
            address = response["Location"]
            continue
        path = address.rstrip("/").rpartition("/")[2]
        if path == "reuse":
            assert browser.post(address).status_code == 302
            address = address.replace("/reuse/", "/")
            continue
        if path not in ANSWERS:
            return address
        response = browser.post(address, ANSWERS[path])
        assert response.status_code == 302, response.content.decode()
        address = response["Location"]
    raise AssertionError("the form does not end")


def apply_for(browser: Client, base: str = "/") -> Case:
    """Through the portal's pages from the procedure's page to the receipt; `base` is the door of practice."""
    response = browser.post(f"{base}procedures/{KEY}/start/")
    confirm = fill(browser, response["Location"])
    assert "confirm" in confirm
    response = browser.post(confirm.replace("/confirm/", "/submit/"))
    assert response.status_code == 302, response.content.decode()
    return Case.everything.get(pk=response["Location"].rstrip("/").split("/")[-2])


def decide(case: Case, ways: dict[str, tuple[Client, str]], django_capture) -> None:
    """Clerk, whoever decides and whoever checks, each at their desk: (browser, base) by role."""

    def post(role: str, what: str, **posted: str):
        browser, base = ways[role]
        case.refresh_from_db()
        with django_capture(execute=True):
            response = browser.post(
                f"{base}desk/cases/{case.pk}/{what}/", {"seen": str(case.version), **posted}
            )
        assert response.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", response.content.decode())[:3000]
        browser.get(response["Location"])

    post("clerk", "look", reason="check")
    post("clerk", "take")
    post("clerk", "advance", to="checking")
    post("clerk", "decide", outcome="granted", then="decide")
    jobs.run_due()
    browser, base = ways["checker"]
    post("checker", "look", reason="check")
    decision = Decision.objects.get(case=case)
    page = browser.get(f"{base}desk/cases/{case.pk}/file/{decision.letter_id}/")
    assert page.status_code == 200
    post("checker", "send", read="1")


def practise(writer: Writer, blueprint: Blueprint, django_capture) -> tuple[PracticeRun, Case]:
    """A whole try: as the resident, then as those who handle it."""
    start = writer.send("practice_start", blueprint)
    assert start.status_code == 302, start.content.decode()
    run = PracticeRun.objects.filter(blueprint=blueprint).latest("started_at")
    door = {role: f"/practice/{run.pk}/{role}/" for role in run.people}
    case = apply_for(writer.browser, door["resident"])
    ways = {role: (writer.browser, door[role]) for role in ("clerk", "head", "checker")}
    decide(case, ways, django_capture)
    run.refresh_from_db()
    return run, case

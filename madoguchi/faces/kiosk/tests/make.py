"""A counter to come to: clerks at their desks, a screen beside them, and a visitor who writes on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.access import queries
from madoguchi.kernel.access.models import Terminal
from madoguchi.kernel.refs import Actor

PLACE = "仮E窓口の前"
KEY = make.KEY
DIVISION = make.DIVISION


class Desk:
    """One member of staff at their own browser."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.browser = actor, signed_in(actor)

    def get(self, route: str, **query: str) -> Any:
        return self.browser.get(reverse(f"desk:{route}"), query)

    def post(self, route: str, *args: Any, **posted: str) -> Any:
        return self.browser.post(reverse(f"desk:{route}", args=args), posted)

    def type_number(self, number: str) -> Any:
        return self.post("terminals:number", number=number)

    def receive(self, number: str) -> Any:
        """From the number to the case, as a clerk presses it: look on record, read back, received."""
        entry = self.type_number(number)["Location"]
        assert self.browser.get(entry).status_code == 200
        self.browser.post(entry + "look/")
        assert "読み上げて確認してください" in self.browser.post(entry, {"then": "receive"}).text
        return self.browser.post(entry, {"then": "confirmed"})


class Screen:
    """The device beside the counter: a browser that a clerk made a terminal."""

    def __init__(self, clerk: Actor, place: str = PLACE) -> None:
        self.browser = signed_in(clerk)
        division = min(clerk.divisions)
        made = self.browser.post(reverse("desk:terminals:open"), {"place": place, "division": division})
        assert made["Location"] == "/kiosk/", made.content.decode()
        self.terminal = Terminal.objects.latest("opened_at")
        self.met: list[str] = []  # every address the visitor was led to

    def get(self, route: str = "first", *args: Any, **query: str) -> Any:
        return self.browser.get(reverse(f"kiosk:{route}", args=args), query)

    def post(self, route: str, *args: Any, **posted: str) -> Any:
        return self._followed(self.browser.post(reverse(f"kiosk:{route}", args=args), posted))

    def begin(self, key: str = KEY) -> str:
        """From 「はじめる」 to the first question: its path."""
        self.post("begin", key)
        return self._path(self._followed(self.get("go_on")))

    def answer(self, path: str, posted: Mapping[str, str]) -> str:
        """Answer one question: the path of the next, "" when none is left."""
        answer = self.browser.post(reverse("kiosk:question", args=[path]), posted)
        assert answer.status_code == 302, (path, answer.content.decode())
        return self._path(self._followed(answer))

    def write(self, answers: Mapping[str, Mapping[str, str]] = make.ANSWERS, *, key: str = KEY) -> Draft:
        """Everything up to the last look."""
        path = self.begin(key)
        while path:
            path = self.answer(path, answers.get(path, {}))
        assert self.get("papers").status_code == 200
        return Draft.objects.latest("created_at")

    def written(self) -> Draft:
        """The canonical claim up to the last look, without pressing 「次へ」 a dozen times."""
        self.post("begin", KEY)
        draft = make.answer_all(Draft.objects.latest("created_at"), queries.terminal_actor(self.terminal))
        assert self.get("papers").status_code == 200
        return draft

    def hand(self) -> str:
        """係員に渡す: the number on the screen."""
        self.post("hand")
        return self.browser.session["kiosk"]["number"]

    def _followed(self, answer: Any) -> Any:
        if answer.status_code == 302:
            self.met.append(answer["Location"])
        return answer

    @staticmethod
    def _path(answer: Any) -> str:
        where = answer["Location"]
        return where.split("/")[3] if where.startswith("/kiosk/question/") else ""


def signed_in(actor: Actor) -> Client:
    browser = Client()
    enter(browser, actor)
    return browser

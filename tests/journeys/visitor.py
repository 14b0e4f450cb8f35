"""A visitor without a screen: cookies, forms with their tokens, redirects. For many at once, and for pulled plugs."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from functools import cache

from ruamel.yaml import YAML

from madoguchi.engines.procedures.tests.make import ANSWERS
from madoguchi.faces.cli.places import ROOT

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visitor:
    """One browser's worth of cookies, and the last page it saw."""

    home: str
    url: str = ""
    page: str = ""
    status: int = 0
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.home, path)))

    def post(self, path: str, **values: str) -> str:
        """Send a form with the token of the last page."""
        values["csrfmiddlewaretoken"] = TOKEN.search(self.page)[1]
        return self._open(
            urllib.request.Request(
                urllib.parse.urljoin(self.home, path),
                data=urllib.parse.urlencode(values).encode(),
                headers={"Referer": self.home},
            )
        )

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=30) as answer:
                self.url, self.status = answer.url, answer.status
                self.page = answer.read().decode()
        except urllib.error.HTTPError as error:
            self.url, self.status, self.page = error.url, error.code, error.read().decode()
        return self.page


def fill_in(home: str, login: str, **more: dict[str, str]) -> tuple[Visitor, str]:
    """A resident of the demo with a claim written to the end, not sent: the visitor and the draft's id.

    `more` are answers to questions the canonical procedure does not have, by their path.
    """
    visitor = Visitor(home)
    visitor.get("/sign-in/")
    visitor.post("/sign-in/", login=login, next="/procedures/jido_teate.nintei/")
    visitor.post("/procedures/jido_teate.nintei/start/")
    draft = re.search(r"/apply/([0-9a-f-]{36})/", visitor.url)[1]
    if visitor.url.endswith("/reuse/"):
        visitor.post(f"/apply/{draft}/reuse/")
        visitor.get(f"/apply/{draft}/")
    answers = {**ANSWERS, "account": {**ANSWERS["account"], "holder_kana": reading_of(login)}}
    for _turn in range(40):
        if visitor.url.endswith("/confirm/"):
            return visitor, draft
        path = re.search(r"/question/([^/]+)/", visitor.url)[1]
        visitor.post(urllib.parse.urlparse(visitor.url).path, **{**answers, **more}[path])
    raise AssertionError(visitor.url)


@cache
def reading_of(login: str) -> str:
    """How the name of a demo resident is read: the account they state must stand in it."""
    week = YAML(typ="safe").load((ROOT / "packs" / "nerima" / "week" / "residents.yaml").read_text("utf-8"))
    name = next(one["name"] for one in week["residents"] if one.get("login") == login)
    return f"{name['family_kana']} {name['given_kana']}"

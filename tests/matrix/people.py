"""Everybody who might come: how they come in, what they hold, and whose words they may read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared import terminals
from madoguchi.faces.shared.acting import ACTING_FOR
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.access import scopes
from madoguchi.kernel.identity.models import SignedIn
from tests.erasure.planting import picture

from .ground import HERE, NARROW, THERE
from .things import City

FORM = "application/x-www-form-urlencoded"
HANDLING = frozenset({"clerk", "head"})
# What everybody in the division reads of those whose cases it handles; where a protected person is, is not among it.
_HERE = {
    "aoi", "aoi.where", "dai", "dai.where", "tel", "tel.where", "api", "api.where", "kio", "kio.where", "mori",
    "gen", "gen.where", "sen", "sen.where", "note", "story", "file", "yui",
}  # fmt: skip

_SHARED = {"sen", "sen.where"}  # with the other division, because Sen agreed


@dataclass
class Walker:
    """One person at their own browser, or a program with its secret."""

    name: str
    kind: str  # nobody, resident, agent, former agent, staff, one factor, terminal, program
    browser: Client
    login: str = ""
    subject: str = ""  # whose things are theirs
    roles: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()  # whose cases they handle
    scopes: frozenset[str] | None = None  # of a program; None: it opens nothing
    is_machine: bool = False
    procedures: frozenset[str] | None = None  # None: all
    may_read: frozenset[str] = frozenset()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def session(self) -> str:
        """The key of what this browser keeps at ours; "" without one."""
        held = self.browser.cookies.get(settings.SESSION_COOKIE_NAME)
        return held.value if held else ""

    def call(self, method: str, address: str, posted: dict[str, Any]) -> Any:
        """Ask, and stand afterwards as before: what an answer did to the cookies is forgotten."""
        if address.startswith("/api/"):
            return self._by_program(method, address, posted)
        kept = {name: morsel.value for name, morsel in self.browser.cookies.items()}
        answer = self.browser.get(address) if method == "GET" else self._send(address, posted)
        self.browser.cookies.clear()
        for name, value in kept.items():
            self.browser.cookies[name] = value
        return answer

    def _send(self, address: str, posted: dict[str, Any]) -> Any:
        """A form without files goes as a browser sends one, which is also read faster than one with files."""
        return self.browser.post(address, urlencode(posted), content_type=FORM)

    def _by_program(self, method: str, address: str, posted: dict[str, Any]) -> Any:
        headers = {**self.headers, "Idempotency-Key": f"matrix-{uuid.uuid4()}"}
        if "file" in posted:
            return self.browser.post(address, {"file": picture()}, headers=headers)
        said = {"data": json.dumps(posted), "content_type": "application/json"} if method != "GET" else {}
        return self.browser.generic(method, address, headers=headers, **said)


def everybody(city: City) -> Iterator[Walker]:
    """All of them, signed in."""
    yield Walker("nobody", "nobody", _browser())
    for name in ("aoi", "ben", "mori"):
        yield _resident(city, name, name, {name, f"{name}.where"})
    yield from _agents(city)
    yield from _staff(city)
    yield from _screens(city)
    yield from _programs(city)


def _browser() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "ja"})


def _resident(city: City, login: str, subject: str, reads: set[str]) -> Walker:
    own = {"file"} if login == "aoi" else set()
    browser = enter(_browser(), city.actors[login])
    return Walker(login, "resident", browser, login, subject=subject, may_read=frozenset(reads | own))


def _agents(city: City) -> Iterator[Walker]:
    reads = {
        "agent": {"aoi", "aoi.where", "file"},
        "narrow agent": {"aoi"},  # whose things these are stands on every page
        "former agent": set(),
        "mori's agent": set(),  # 秘匿 was put on: whoever was asked before may be the one to be hidden from
    }
    for name, may_read in reads.items():
        walker = _resident(city, name, "mori" if name == "mori's agent" else "aoi", may_read)
        session = walker.browser.session
        session[ACTING_FOR] = {"by": str(city.actors[name].account), "mandate": city.secrets[name]}
        session.save()
        walker.kind = "former agent" if name in {"former agent", "mori's agent"} else "agent"
        walker.procedures = frozenset({make.KEY} if name == "agent" else {NARROW})
        yield walker


def _staff(city: City) -> Iterator[Walker]:
    clerk, here, there = frozenset({"clerk"}), frozenset({HERE}), frozenset({THERE})
    table: dict[str, tuple[frozenset[str], frozenset[str], set[str]]] = {
        "sato": (clerk | {"author"}, here, _HERE),
        "tamura": (clerk | {"head"}, here, _HERE | {"danger"}),  # stands in for the head
        "ogawa": (clerk | {"head"}, here, _HERE | {"danger"}),
        "hogo": (clerk | {"sees_protected"}, here, _HERE | {"mori.where"}),
        "takagi": (clerk, there, {"ben", "ben.where"} | _SHARED),
        "kanda": (clerk | {"head"}, there, {"ben", "ben.where", "dai", "dai.where", "danger"} | _SHARED),
        "itou": (frozenset({"operator"}), frozenset(), set()),
        "bunsho": (frozenset({"records"}), frozenset(), {"held"}),
        "kansa": (frozenset({"reviewer"}), frozenset(), {"danger"}),
        "moved": (frozenset(), frozenset(), set()),
    }
    for login, (roles, divisions, reads) in table.items():
        browser = enter(_browser(), city.actors[login])
        yield Walker(
            login, "staff", browser, login, roles=roles, divisions=divisions, may_read=frozenset(reads)
        )
    half = enter(_browser(), city.actors["sato"])
    # The door lets nobody in so far (sign_ins.let_in); the guards do not rest on that alone.
    latest = SignedIn.objects.filter(account=city.actors["sato"].account).latest("pk")
    SignedIn.objects.filter(pk=latest.pk).update(assurance="password")
    yield Walker("sato with a password alone", "one factor", half, "sato")


def _screens(city: City) -> Iterator[Walker]:
    for name in ("terminal", "terminal there", "stopped terminal"):
        browser = _browser()
        browser.cookies[terminals.COOKIE] = city.secrets[name]
        yield Walker(name, "terminal" if "stopped" not in name else "nobody", browser)


def _programs(city: City) -> Iterator[Walker]:
    every, machines = frozenset(scopes.KEYS), frozenset(scopes.FOR_MACHINES)
    aoi = {"aoi", "aoi.where", "file"}
    table: dict[str, tuple[str, frozenset[str] | None, set[str]]] = {
        "app": ("aoi", every, aoi),
        "narrow app": ("yui", frozenset({"drafts"}), {"yui", "yui.where"}),
        "ben's app": ("ben", every, {"ben", "ben.where"}),
        "ended app": ("", None, set()),
        "key": ("", machines, {"api", "api.where"}),
        "narrow key": ("", frozenset({"drafts"}), set()),
        "key there": ("", machines, set()),
        "revoked key": ("", None, set()),
    }
    for name, (subject, asked, reads) in table.items():
        yield Walker(
            name,
            "program",
            _browser(),
            login=name,
            subject=subject,
            scopes=asked,
            is_machine="key" in name,
            may_read=frozenset(reads),
            headers={"Authorization": f"Bearer {city.secrets[name]}"},
        )

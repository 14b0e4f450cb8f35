"""Programs that call: a resident's app with its token, a machine with its key, and the city they call."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.access import scopes, services
from madoguchi.kernel.refs import SYSTEM, Actor

KEY = make.KEY
BACK = "https://app.mihon.invalid/back"
FULL_SCOPES = list(scopes.KEYS)
ANSWERS: dict[str, Any] = {
    "applicant": {
        "name": make.NAME,
        "birth": "1990-04-12",
        "address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""},
        "phone": None,
        "email": None,
    },
    "event": "birth",
    "event_on": "2026-11-01",
    "works_as_public_servant": False,
    "children": [{"name": make.CHILD, "birth": "2026-11-01", "lives_together": True}],
    "account": make.ACCOUNT,
}

# With a child who lives elsewhere and a move: three papers are called for.
AWAY = {
    **ANSWERS,
    "event": "move_in",
    "children": [
        {
            "name": make.CHILD,
            "birth": "2015-05-05",
            "lives_together": False,
            "lives_at": {"postcode": "0000000", "address": "架空県見本市寮1", "building": ""},
        }
    ],
}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """The city with the canonical procedure and no people. Undone after the file."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        make.publish_canonical()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


class Program:
    """Calls the API with a token or key, as a small client would."""

    def __init__(self, secret: str = "", prefix: str = "/api/v1") -> None:
        self.client, self.secret, self.prefix = Client(raise_request_exception=False), secret, prefix

    def call(self, method: str, path: str, said: Any = None, **headers: str) -> Any:
        if method in {"POST", "PUT", "PATCH"}:
            headers.setdefault("Idempotency-Key", f"test-{uuid4()}")
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        content = {} if said is None else {"data": json.dumps(said), "content_type": "application/json"}
        return self.client.generic(method, self.prefix + path, headers=headers, **content)

    def upload(self, path: str, name: str, content: bytes, **headers: str) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers.setdefault("Idempotency-Key", f"test-{uuid4()}")
        headers["Authorization"] = f"Bearer {self.secret}"
        return self.client.post(
            self.prefix + path, {"file": SimpleUploadedFile(name, content)}, headers=headers
        )

    def begun(self) -> str:
        """A draft of the canonical procedure; its id."""
        made = self.call("POST", "/drafts", {"procedure": KEY})
        assert made.status_code == 201, made.content.decode()
        return made.json()["id"]

    def answered(self, answers: Any = ANSWERS) -> str:
        """A draft with every answer and every paper promised; its id."""
        draft = self.begun()
        kept = self.call("PATCH", f"/drafts/{draft}/answers", {"answers": answers})
        assert kept.status_code == 200, kept.content.decode()
        for paper in kept.json()["documents"]:
            said = self.call("PUT", f"/drafts/{draft}/documents/{paper['id']}", {"way": "later"})
            assert said.status_code == 200, said.content.decode()
        return draft

    def sent(self, answers: Any = ANSWERS) -> str:
        """A case; its receipt number."""
        made = self.call("POST", f"/drafts/{self.answered(answers)}/submission")
        assert made.status_code == 201, made.content.decode()
        return made.json()["receipt"]


def token_for(actor: Actor, asked: list[str] = FULL_SCOPES, name: str = "見本アプリ") -> str:
    """An access token that lets an app do `asked` for the resident."""
    client, _secret = services.add_client(
        name=name, redirect_uris=[BACK], scopes_=FULL_SCOPES, by=SYSTEM, publisher="見本社"
    )
    grant = services.connect(client=client, asked=asked, by=actor)
    return services.issue_pair(grant=grant, asked=asked, by=actor).access


def key_for(
    scopes_: tuple[str, ...] = scopes.FOR_MACHINES, division: str = make.DIVISION, **more: Any
) -> str:
    """A machine's key of the division."""
    _key, secret = services.add_key(
        title="見本の受付機", division=division, scopes_=list(scopes_), days=30, by=SYSTEM, **more
    )
    return secret


@pytest.fixture
def aoi(city, db) -> Actor:
    return make.resident("aoi")


@pytest.fixture
def app(aoi) -> Program:
    """An app that Aoi connected, with everything an app may do."""
    return Program(token_for(aoi))


@pytest.fixture
def kiosk(city, db) -> Program:
    """A counter kiosk of the division."""
    return Program(key_for())

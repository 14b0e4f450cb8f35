"""A city to visit: the reference pack applied once for each file of tests, people made for each test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import transaction

from madoguchi.faces.shared.tests import entering
from madoguchi.kernel import packs
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.refs import SYSTEM

from .kinds_pack import lay

NERIMA = Path(__file__).parents[4] / "packs" / "nerima"
KEY = "jido_teate.nintei"


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """The reference city without people. Undone after the file."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        packs.apply(NERIMA, by=SYSTEM)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


def make_resident(login: str, family: str = "見本", given: str = "あおい", **profile):
    """A resident who can sign in; returns the account."""
    account = identity.open_account(kind="resident", login=login, password=None, is_demo=True, by=SYSTEM)
    name = {"family": family, "given": given, "family_kana": "ミホン", "given_kana": "アオイ"}
    identity.keep_party(profile={"name": name, **profile}, account=account, by=SYSTEM)
    return account


def enter(client, account):
    """Sign in through the session, as the door does."""
    entering.enter(client, account)
    return client


@pytest.fixture
def aoi(client, city, db):
    """Aoi's browser, signed in."""
    client.account = make_resident(
        "aoi",
        birth="1990-04-01",
        address={"postcode": "0000000", "address": "架空県見本市見本町1-2-3", "building": ""},
        phone="00-0000-0000",
        email="aoi@mihon.invalid",
    )
    return enter(client, client.account)


@pytest.fixture
def visitor(client, city, db):
    """Somebody who has not signed in."""
    return client


ANSWERS = [
    ("event", {"value": "move_in"}),
    ("event_on", {"y": "2026", "m": "11", "d": "1"}),
    ("works_as_public_servant", {"value": "no"}),
    (
        "children.1.name",
        {"family": "見本", "given": "そう", "family_kana": "みほん", "given_kana": "そう"},
    ),
    ("children.1.birth", {"y": "2015", "m": "5", "d": "5"}),
    ("children.1.lives_together", {"value": "no"}),
    (
        "children.1.lives_at",
        {"postcode": "0000000", "address": "架空県見本市寮1", "building": ""},
    ),
    ("children.more", {"value": "no"}),
    (
        "account",
        {
            "bank": "見本銀行",
            "branch": "見本支店",
            "kind": "futsu",
            "number": "1234567",
            "holder_kana": "ミホン アオイ",
        },
    ),
]


def begin(client, *, reuse: bool = True) -> str:
    """Start the canonical procedure, with 「前に書いた内容を使う」 where it is offered; the address of its draft."""
    response = client.post(f"/procedures/{KEY}/start/")
    assert response.status_code == 302, response.content
    draft = response["Location"]
    if reuse:
        client.post(f"{draft}reuse/")
    return draft


def answer_all(client, draft: str, answers=ANSWERS) -> None:
    """Answer every question, one page after the other."""
    for path, posted in answers:
        response = client.post(f"{draft}question/{path}/", posted)
        assert response.status_code == 302, (path, response.content.decode())


def hand_in_papers(client, draft: str) -> None:
    """あとから出す for every paper asked for."""
    for _ in range(10):
        following = client.get(draft)["Location"]
        if "/papers/" not in following:
            return
        client.post(following, {"way": "later"})


def send(client, draft: str) -> str:
    """Hand the application in; the address of the case."""
    response = client.post(f"{draft}submit/")
    assert response.status_code == 302, response.content.decode()
    return re.sub(r"receipt/$", "", response["Location"])


@pytest.fixture
def case(aoi) -> str:
    """The address of a case Aoi has just handed in."""
    draft = begin(aoi)
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    return send(aoi, draft)


@pytest.fixture(scope="module")
def kinds_city(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        packs.apply(lay(tmp_path_factory.mktemp("kinds")), by=SYSTEM)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


@pytest.fixture
def hana(client, kinds_city, db):
    client.account = make_resident("hana", family="葛\U000e0100城", given="花")
    return enter(client, client.account)

"""The city of one real procedure, a resident, a clerk and a head, each at a browser that shows faults as visitors see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """The canonical procedure, published once for a file of tests."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        make.publish_canonical()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


def browser_of(who: Any = None, **kwargs: Any) -> Client:
    client = Client(raise_request_exception=False, **kwargs)
    return enter(client, who) if who else client


@pytest.fixture
def aoi(city, db):
    return make.resident("aoi", email="aoi@mihon.invalid")


@pytest.fixture
def sato(city, db):
    return make.clerk("sato", "clerk", "author", name="佐藤")


@pytest.fixture
def people(aoi, sato):
    """Nobody, a resident, a member of staff: each at their own browser."""
    return {"nobody": browser_of(), "resident": browser_of(aoi), "staff": browser_of(sato)}

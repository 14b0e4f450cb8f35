"""In a practised world a compare-and-set still lets one through, also after it waited for the other."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import clock, packs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import Ref, new_id
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
WORLD = "lessons"


@pytest.fixture
def draft() -> Draft:
    definition = packs.publish(kind=f"procedure@{WORLD}", key="mihon", version=1, logic={}, texts={})
    pk, now = new_id(), clock.now()
    with practising(WORLD), writes():
        key = vault.new_key(Ref("forms", "draft", pk))
        return Draft.objects.create(id=pk, definition=definition, key=key, created_at=now, updated_at=now)


def closed(rows) -> int:
    """How many of three who close it at once did."""

    def close() -> int:
        with practising(WORLD), writes():
            many = rows().update(closed_at=clock.now())
            time.sleep(0.1)  # the others wait for the row meanwhile
            return many

    said = at_once(close, close, close)
    assert all(isinstance(one, int) for one in said), said
    return sum(said)


def test_of_three_who_close_a_practised_draft_one_does(draft):
    assert closed(lambda: Draft.objects.filter(pk=draft.pk, closed_at=None)) == 1


def test_over_a_join_several_would(draft):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nobody waits for a row")
    joined = Draft.everything.filter(definition__kind__endswith=f"@{WORLD}", pk=draft.pk, closed_at=None)

    assert closed(joined.all) > 1

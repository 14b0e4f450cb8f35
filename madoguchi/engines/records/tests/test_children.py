"""Children as parties of their own, kept by who told us of them."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.records import queries, services
from madoguchi.engines.records.errors import RegistrationUnclear
from madoguchi.engines.records.models import Child
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2026, 11, 22, 10, tzinfo=clock.JST)


@pytest.fixture(autouse=True)
def _day():
    with clock.frozen(DAY):
        yield


def test_a_child_told_of_twice_is_the_same_child():
    actor, keeper = make.resident()
    first = make.child(actor, keeper, "そう", "2024-06-03")

    again = make.child(actor, keeper, " ソウ ", dt.date(2024, 6, 3))

    assert again.pk == first.pk
    assert queries.children_of(keeper.pk) == [first]
    assert identity.profile(first) == {
        "name": {"family": "見本", "given": "そう"},
        "birth": "2024-06-03",
    }


def test_a_twin_and_a_child_of_others_are_other_children():
    actor, keeper = make.resident()
    other, others = make.resident("ben")

    found = {
        make.child(actor, keeper, "そう").pk,
        make.child(actor, keeper, "りつ").pk,
        make.child(other, others, "そう").pk,
    }

    assert len(found) == 3
    assert not queries.is_child_of(child=queries.children_of(others.pk)[0].pk, keeper=keeper.pk)


def test_a_child_of_somebody_under_himitsu_is_under_it_too():
    actor, keeper = make.resident()
    people.protect(party=keeper, by=SYSTEM, reason="架空の理由")
    keeper.refresh_from_db()

    assert make.child(actor, keeper).is_protected


@pytest.mark.parametrize(
    "said",
    [
        {"given": ""},
        {"given": "そ" * 61},
        {"birth": ""},
        {"birth": "2024-13-01"},
        {"birth": "2026-11-23"},
        {"birth": "1990-01-01"},
    ],
)
def test_a_child_without_name_or_possible_birthday_is_refused(said):
    actor, keeper = make.resident()

    with pytest.raises(RegistrationUnclear):
        services.child_party(keeper=keeper, child={"given": "そう", "birth": "2024-06-03"} | said, by=actor)

    assert not Child.objects.exists()

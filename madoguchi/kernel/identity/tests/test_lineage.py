"""Reorganisations: who sits in a division that ended sits in the one that goes on with its work."""

import datetime as dt

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.lineage import lineage
from madoguchi.kernel.identity.models import Kind
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db

MARCH = dt.datetime(2027, 3, 31, 9, 0, tzinfo=clock.JST)
APRIL = dt.datetime(2027, 4, 1, 0, 0, tzinfo=clock.JST)


def division(key, *, since=None, until=None, passes_to=None):
    return services.keep_division(key=key, name=key, valid_from=since, valid_until=until, passes_to=passes_to)


@pytest.fixture
def clerk():
    """A clerk of A, which becomes B on 1 April 2027, which becomes C a year later."""
    division("C", since=dt.date(2028, 4, 1))
    division("B", since=APRIL.date(), until=dt.date(2028, 3, 31), passes_to="C")
    division("A", until=MARCH.date(), passes_to="B")
    account = services.open_account(kind=Kind.STAFF, login="sato", password=None, name="佐藤", by=SYSTEM)
    post = services.keep_post(key="a.sato", division="A", title="担当", roles=["clerk"])
    services.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return account


def test_the_old_division_is_one_today_and_former_the_day_after(clerk):
    with clock.frozen(MARCH):
        assert queries.actor_for(clerk).divisions_as("clerk") == {"A"}
        assert [row.pk for row in queries.divisions()] == ["A"]
    with clock.frozen(APRIL):
        after = queries.actor_for(clerk)
        assert [row.pk for row in queries.divisions()] == ["B"]

    assert (after.divisions, after.divisions_as("clerk"), after.former) == ({"B"}, {"A", "B"}, {"A"})


def test_renamed_twice_is_followed_to_the_end(clerk):
    with clock.frozen(dt.datetime(2028, 4, 1, tzinfo=clock.JST)):
        assert queries.actor_for(clerk).divisions_as("clerk") == {"A", "B", "C"}
        assert (queries.successor("A"), queries.successor("B"), queries.successor("C")) == ("C", "C", "C")
        assert queries.divisions_with("clerk") == {"C"}
        assert [one.login for one in queries.people_of("C", "clerk")] == ["sato"]


def test_a_circle_does_not_hang():
    division("B")
    division("A", until=MARCH.date(), passes_to="B")
    division("B", until=MARCH.date(), passes_to="A")

    with clock.frozen(APRIL):
        assert lineage().now("A") in {"A", "B"}

"""A right belongs to a chair, and a chair to its division."""

import datetime as dt

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import CannotWithdraw, NeedsHead
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, Kind
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    make.publish_canonical()
    aoi = make.resident()
    return aoi, make.clerk("sato"), make.received(aoi)


def seated(login, *chairs):
    """Somebody who sits in several chairs, each (division, roles)."""
    account = people.open_account(kind=Kind.STAFF, login=login, password=None, name=login, by=SYSTEM)
    for division, *roles in chairs:
        people.keep_division(key=division, name=division)
        post = people.keep_post(key=f"{login}.{division}", division=division, title="x", roles=list(roles))
        people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return identity.actor_for(account)


def test_a_head_elsewhere_who_is_a_clerk_here_does_not_decide_here(city):
    _aoi, sato, case = city
    both = seated("kenmu", ("税務課", "head"), (make.DIVISION, "clerk"))
    case = make.at(case, "deciding", sato=sato)

    with pytest.raises(NeedsHead):
        services.decide(case=case, outcome="granted", by=both, seen=case.version)


def test_a_chair_without_a_role_handles_nothing(city):
    _aoi, _sato, case = city
    guest = seated("guest", (make.DIVISION, "planner"))

    with pytest.raises(NotFound):
        services.advance(case=case, to="checking", by=guest, seen=case.version)
    with pytest.raises(NotFound):
        services.record_look(case=case, by=guest, reason="x")
    with pytest.raises(NotFound):
        services.add_note(case=case, text="x", by=guest)


def test_a_clerk_does_not_withdraw_what_lies_with_the_head(city):
    _aoi, sato, case = city
    case = make.at(case, "deciding", sato=sato)

    with pytest.raises((NeedsHead, CannotWithdraw)):
        services.withdraw(case=case, by=sato, seen=case.version)


def test_a_case_that_came_on_paper_is_the_residents_once_they_can_sign_in(city):
    _aoi, sato, _case = city
    party = people.keep_party(profile={"name": make.NAME}, by=SYSTEM)
    draft = make.answer_all(make.draft_of(sato, channel="post", party=party), sato)
    case = services.submit(draft=draft, by=sato)

    account = people.open_account(kind=Kind.RESIDENT, login="late", password=None, by=SYSTEM)
    people.keep_party(profile={"name": make.NAME}, party=party, account=account, by=SYSTEM)
    late = identity.actor_for(Account.objects.get(pk=account.pk))

    assert [card.id for card in queries.cases_of(late)] == [case.pk]
    assert queries.case_for(late, case.pk).case.pk == case.pk
    with pytest.raises(NotFound):
        queries.case_for(make.resident("ben"), case.pk)

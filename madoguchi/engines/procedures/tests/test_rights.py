"""A right belongs to a chair, and a chair to its division."""

import datetime as dt

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import CannotWithdraw, NeedsAnotherPerson, NeedsHead
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.kernel import jobs
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


def taken_back_before_it_went(case, ogawa, tamura):
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.send_back(case=Case.objects.get(pk=case.pk), why="月がちがう", by=tamura)


def recalled_after_it_went(case, ogawa, tamura):
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    services.record_letter_opened(case=case, by=tamura)
    services.check_and_send(case=case, by=tamura)
    case = Case.objects.get(pk=case.pk)
    wrong = {"kind": "wrong_content", "step": "check", "what": "額がちがう"}
    services.report_misissue(case=case, by=tamura, seen=case.version, **wrong)


@pytest.mark.parametrize("undone", [taken_back_before_it_went, recalled_after_it_went])
def test_who_passed_it_on_does_not_decide_it_after_somebody_else_sent_it_back(city, undone):
    _aoi, _sato, case = city
    both, ogawa, tamura = make.head("both"), make.head("ogawa"), make.clerk("tamura")
    undone(make.at(case, "deciding", sato=both), ogawa, tamura)
    case = Case.objects.get(pk=case.pk)

    with pytest.raises(NeedsAnotherPerson):
        services.decide(case=case, outcome="granted", by=both, seen=case.version)

    assert not Decision.objects.exists()
    assert [queries.cases(who)[0][0].our_turn for who in (both, ogawa)] == [False, True]
    assert [move.kind for move in queries.case_for_staff(both, case.pk).moves] == []


def test_who_only_sent_a_mistake_back_may_decide_it(city):
    _aoi, sato, case = city
    ogawa, mori = make.head("ogawa"), make.head("mori")
    taken_back_before_it_went(make.at(case, "deciding", sato=sato), ogawa, mori)
    case = Case.objects.get(pk=case.pk)

    services.decide(case=case, outcome="granted", by=mori, seen=case.version)

    assert Decision.objects.get().decided_by == mori.account


def test_passed_on_anew_it_is_who_did_so_last_that_does_not_decide(city):
    _aoi, _sato, case = city
    first, second, ogawa = make.head("first"), make.head("second"), make.head("ogawa")
    case = make.at(case, "deciding", sato=first)
    case = services.hand_back(case=case, why="書類を見て", by=ogawa, seen=case.version)
    case = services.advance(case=case, to="deciding", by=second, seen=case.version)

    with pytest.raises(NeedsAnotherPerson):
        services.decide(case=case, outcome="granted", by=second, seen=case.version)
    services.decide(case=case, outcome="granted", by=first, seen=case.version)

    assert Decision.objects.get().decided_by == first.account

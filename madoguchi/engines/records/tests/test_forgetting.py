"""What is not kept for ever, and what is not thrown away too early."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.messaging.models import Message
from madoguchi.engines.records import queries, sealing, services
from madoguchi.engines.records.errors import RegistrationSettled
from madoguchi.engines.records.models import Child, Loan, Registration
from madoguchi.engines.records.services import forgetting
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.retention.models import ONE, RetentionPlan

from . import make

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2026, 11, 20, 10, tzinfo=clock.JST)
PLAN = {
    "classes": [
        {
            "id": "1年",
            "title": "1年保存",
            "years": 1,
            "counted_from": "end_of_fiscal_year",
            "basis": "見本",
            "after": "dispose",
        }
    ],
    "drafts": {"warn_after_days": 60, "throw_away_after_days": 90},
    "others": {"registrations": "1年", "loans": "1年"},
}


@pytest.fixture(autouse=True)
def _day():
    with clock.frozen(DAY):
        make.kinds()
        RetentionPlan.objects.update_or_create(pk=ONE, defaults={"content": PLAN, "applied_at": clock.now()})
        yield


def on(year: int, month: int, day: int):
    return clock.frozen(DAY.replace(year=year, month=month, day=day))


def test_a_registration_goes_when_its_years_are_over_and_not_a_day_before():
    done = make.interviewed(*make.resident(), make.staff("sato"))
    jobs.run_due()
    assert Message.objects.exists()

    # Its last day is 31 March 2027; a year from 1 April 2027.
    with on(2028, 3, 31):
        assert forgetting.tend()["registrations"] == 0
    with on(2028, 4, 1):
        assert [forgetting.tend()["registrations"], forgetting.tend()["registrations"]] == [1, 0]

    row = Registration.objects.select_related("key").get()
    assert (bytes(row.sealed), row.has_care_notes, row.key.destroyed_at is None) == (b"", False, False)
    assert sealing.values_of(row) == {}
    assert not Message.objects.filter(about=str(done.ref), body__contains="登録").exists()
    assert vault.lookup("records.name", "見本 そう") == []
    assert identity.profile(done.party)["name"]["given"] == "そう"  # the parent still keeps the child


def test_without_a_plan_nothing_goes():
    make.interviewed(*make.resident(), make.staff("sato"))
    RetentionPlan.objects.all().delete()

    with on(2040, 1, 1):
        assert forgetting.tend() == {"registrations": 0, "loans": 0}


def test_what_is_held_stays_until_the_hold_is_lifted():
    done = make.interviewed(*make.resident(), make.staff("sato"))
    nishi, higashi = (make.staff(login, make.CENTRE, "records") for login in ("nishi", "higashi"))
    hold = retention.hold(about=done.ref, kind="lawsuit", why="訴訟", by=nishi)

    with on(2028, 4, 1):
        assert forgetting.tend()["registrations"] == 0
        retention.lift(hold=hold, by=higashi)
        assert forgetting.tend()["registrations"] == 1


def test_a_group_and_a_child_of_nobody_with_an_account_go_with_their_registration():
    clerk = make.staff("sato")
    mother = people.keep_party(profile={"name": {"family": "仮田", "given": "ウメ"}}, by=clerk)
    child = make.child(clerk, mother)
    services.interview(
        kind=make.CHILD, party=child, keeper=mother, site="a", on=clock.today(), values=make.TOLD, by=clerk
    )
    group = services.accept(registration=make.group(*make.resident()), by=make.staff("mura", make.AREA))

    with on(2030, 4, 1):
        assert forgetting.tend()["registrations"] == 2

    for party in (child, group.party):
        fresh = Party.objects.select_related("key").get(pk=party.pk)
        assert bytes(fresh.sealed_profile) == b""
    assert identity.profile(Party.objects.select_related("key").get(pk=mother.pk)) != {}


def test_the_keeper_may_have_it_forgotten_once_it_is_over():
    actor, keeper = make.resident()
    done = make.interviewed(actor, keeper, make.staff("sato"))
    with pytest.raises(RegistrationSettled):
        services.forget(registration=done, by=actor)
    with pytest.raises(RegistrationSettled):
        services.forget_child(child=done.party, by=actor)
    ended = services.end(registration=done, by=actor)
    with pytest.raises(NotFound):
        services.forget_child(child=done.party, by=make.resident("ben")[0])

    services.forget(registration=ended, by=actor)
    services.forget_child(child=done.party, by=actor)

    assert queries.mine(actor) == []
    assert queries.children_of(keeper.pk) == []
    assert make.child(actor, keeper).pk != done.party_id  # told of anew, it is somebody new


def test_who_is_forgotten_takes_children_and_registrations_along():
    actor, keeper = make.resident()
    done = make.interviewed(actor, keeper, make.staff("sato"))
    group = make.group(actor, keeper)
    other = make.child(*make.resident("ben"), "りつ")

    retention.erase(kind="party", about=Ref.to(keeper), reason="asked", by=SYSTEM)
    jobs.run_due()

    for row in Registration.objects.filter(pk__in=[done.pk, group.pk]):
        assert (bytes(row.sealed), row.state) == (b"", "ended")
    for party in (done.party_id, group.party_id):
        assert bytes(Party.objects.get(pk=party).sealed_profile) == b""
    assert [one.party for one in Child.objects.all()] == [other]


def test_a_loan_that_came_back_goes_and_one_that_is_out_stays():
    ono, party = make.staff("ono", make.LENDING), make.resident("ben")[1]
    back = services.lend(thing=make.thing("a"), party=party, by=ono)
    services.give_back(loan=back, condition="角に傷", by=ono)
    out = services.lend(thing=make.thing("b"), party=party, by=ono)

    with on(2028, 3, 31):
        assert forgetting.tend()["loans"] == 0
    with on(2028, 4, 1):
        assert forgetting.tend()["loans"] == 1

    assert [loan.pk for loan in Loan.objects.all()] == [out.pk]

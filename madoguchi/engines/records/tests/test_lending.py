"""Things lent, late and back; one hand at a time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.records import queries, services
from madoguchi.engines.records.errors import LoanOver, LoanUnclear, ThingGone, ThingIsOut
from madoguchi.engines.records.models import Loan
from madoguchi.engines.records.services import lending
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM
from tests.at_once import at_once

from . import make

DAY = dt.datetime(2026, 11, 20, 10, tzinfo=clock.JST)


@pytest.mark.django_db
class TestLending:
    @pytest.fixture(autouse=True)
    def _day(self):
        with clock.frozen(DAY):
            yield

    def test_a_thing_goes_out_until_a_day_the_office_is_open_and_comes_back(self):
        ono, (_ben, party) = make.staff("ono", make.LENDING), make.resident("ben")
        loan = services.lend(thing=make.thing(days=14), party=party, by=ono)
        # 14 days on is a Friday; 15 would be a Saturday, and Monday it is.
        assert loan.due_on == dt.date(2026, 12, 4)
        assert services.extend(loan=loan, days=15, by=ono).due_on == dt.date(2026, 12, 7)

        back = services.give_back(loan=loan, condition="よい", by=ono)

        assert (back.back_at, back.condition) == (DAY, "よい")
        with pytest.raises(LoanOver):
            services.give_back(loan=loan, by=ono)
        assert services.lend(thing=loan.thing, party=party, by=ono).back_at is None

    def test_what_is_out_is_not_lent_a_second_time(self):
        ono, thing = make.staff("ono", make.LENDING), make.thing()
        services.lend(thing=thing, party=make.resident("ben")[1], by=ono)

        with pytest.raises(ThingIsOut):
            services.lend(thing=thing, party=make.resident("aoi")[1], by=ono)

        assert Loan.objects.count() == 1

    def test_only_its_own_division_lends_and_only_for_days_that_are_some(self):
        ono, thing, party = make.staff("ono", make.LENDING), make.thing(), make.resident("ben")[1]

        with pytest.raises(NotAllowed):
            services.lend(thing=thing, party=party, by=make.staff("yoso", make.ELSEWHERE))
        for days in (0, -1, 366):
            with pytest.raises(LoanUnclear):
                services.lend(thing=thing, party=party, days=days, by=ono)

        assert not Loan.objects.exists()

    def test_what_the_pack_no_longer_names_is_not_lent_but_comes_back(self):
        ono, thing = make.staff("ono", make.LENDING), make.thing()
        loan = services.lend(thing=thing, party=make.resident("ben")[1], by=ono)

        changes = lending.withdraw_others(keys=[], by=SYSTEM)

        assert [str(one) for one in changes] == ["- records: 見本スイッチ"]
        services.give_back(loan=loan, by=ono)
        with pytest.raises(ThingGone):
            services.lend(thing=thing, party=make.resident("aoi")[1], by=ono)
        assert queries.things() == []

    def test_who_is_late_is_asked_once_and_again_after_another_term(self):
        ono, party = make.staff("ono", make.LENDING), make.resident("ben")[1]
        loan = services.lend(thing=make.thing(), party=party, by=ono)
        assert lending.remind_late() == 0

        with clock.frozen(DAY + dt.timedelta(days=15)):
            assert [lending.remind_late(), lending.remind_late()] == [1, 0]
            jobs.run_due()
            services.extend(loan=loan, days=7, by=ono)
        with clock.frozen(DAY + dt.timedelta(days=30)):
            assert lending.remind_late() == 1
            jobs.run_due()

        assert Message.objects.filter(kind="records.loan_late").count() == 2
        assert "12月4日" in Message.objects.order_by("created_at")[0].body

    def test_who_brought_it_back_meanwhile_is_not_asked(self):
        ono = make.staff("ono", make.LENDING)
        gone = people.keep_party(profile={"name": {"family": "架空"}}, by=ono)
        loan = services.lend(thing=make.thing(), party=gone, by=ono)

        with clock.frozen(DAY + dt.timedelta(days=15)):
            lending.remind_late()
            services.give_back(loan=loan, by=ono)
            jobs.run_due()

        assert not Delivery.objects.exists()

    def test_the_public_list_asks_twice_however_many_there_are(self, django_assert_num_queries):
        for number in range(5):
            make.thing(f"switch-{number}")

        with django_assert_num_queries(2):
            assert [one.is_out for one in queries.things()] == [False] * 5


@pytest.mark.both_databases
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestTwoHands:
    @pytest.fixture
    def reaching(self):
        """Four who reach for the same thing."""
        ono, thing = make.staff("ono", make.LENDING), make.thing()
        parties = [make.resident(f"hito{number}")[1] for number in range(4)]
        return [lambda party=party: services.lend(thing=thing, party=party, by=ono) for party in parties]

    def test_of_four_who_reach_for_a_thing_at_once_one_has_it(self, reaching):
        results = at_once(*reaching)

        assert sorted(type(result).__name__ for result in results) == ["Loan", *["ThingIsOut"] * 3]
        assert Loan.objects.filter(back_at=None).count() == 1

    def test_without_the_constraint_they_all_have_it(self, reaching):
        """The teeth: what stops the others is the database, and nothing else."""
        [guard] = [one for one in Loan._meta.constraints if one.name == "a_thing_is_in_one_hand_at_a_time"]
        with connection.schema_editor() as editor:
            editor.remove_constraint(Loan, guard)
        try:
            results = at_once(*reaching)
            assert [type(result).__name__ for result in results] == ["Loan"] * 4
        finally:
            Loan.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(Loan, guard)

    def test_a_child_told_of_four_times_at_once_is_one_child(self):
        actor, keeper = make.resident()

        results = at_once(*[lambda: make.child(actor, keeper)] * 4)

        assert len({result.pk for result in results}) == 1
        assert [one.pk for one in queries.children_of(keeper.pk)] == [results[0].pk]

    def test_a_child_asked_for_four_times_at_once_is_registered_once(self):
        make.kinds()
        actor, keeper = make.resident()
        child = make.child(actor, keeper)

        results = at_once(*[lambda: make.asked(actor, keeper, child)] * 4)

        assert sorted(type(one).__name__ for one in results) == [*["AlreadyRegistered"] * 3, "Registration"]

"""1 April: divisions renamed and merged. Open cases move on, what is over keeps the name of its time."""

import datetime as dt

import pytest

from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures import jobs, queries, services
from madoguchi.engines.procedures.metrics import received_by_division
from madoguchi.engines.procedures.models import Case, Transfer
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, Appointment
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OLD, NEW, NEWER = make.DIVISION, "こども未来課", "こども家庭課"
LAST_DAY = dt.date(2027, 3, 31)
MARCH = dt.datetime(2027, 3, 31, 15, 0, tzinfo=clock.JST)
APRIL = dt.datetime(2027, 4, 1, 0, 5, tzinfo=clock.JST)


def rename(old=OLD, new=NEW, last=LAST_DAY):
    """From the day after `last`, `new` goes on with the work of `old`."""
    row = identity.division(new)
    people.keep_division(key=new, name=new, valid_from=row.valid_from if row else last + dt.timedelta(days=1))
    row = identity.division(old)
    people.keep_division(
        key=old,
        name=row.name if row else old,
        valid_from=row.valid_from if row else None,
        valid_until=last,
        passes_to=new,
    )


@pytest.fixture
def city():
    with clock.frozen(MARCH):
        make.publish_canonical()
        return make.resident(), make.clerk("sato", name="佐藤"), make.head("ogawa")


def now(actor):
    return identity.actor_for(Account.objects.get(pk=actor.account))


def fresh(case):
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def laid(city):
    """One case in hand, one that is over, and one that is decided and not sent, all of 31 March."""
    aoi, sato, ogawa = city
    with clock.frozen(MARCH):
        in_hand, over = make.received(aoi), make.received(aoi)
        decided = make.at(make.received(aoi), "deciding", sato=sato)
        services.take(case=in_hand, by=sato)
        services.withdraw(case=over, by=aoi, seen=1)
        services.decide(case=decided, outcome="granted", by=ogawa, seen=decided.version)
        rename()
        jobs.reorganise()
    return in_hand, over, decided


def test_on_the_last_day_nothing_moves_and_on_the_first_what_is_open_does(city, laid):
    in_hand = laid[0]
    assert not Transfer.objects.exists()

    with clock.frozen(APRIL):
        jobs.reorganise()

    assert [fresh(case).division_id for case in laid] == [NEW, OLD, OLD]
    row = Transfer.objects.get()
    assert (row.case_id, row.from_name, row.to_name, row.cause) == (in_hand.pk, OLD, NEW, "reorganisation")
    assert (fresh(in_hand).assigned_id, fresh(in_hand).state) == (city[1].account, "received")
    assert Event.objects.get(verb="case.transferred").actor_kind == "system"


def test_a_second_turn_and_a_third_change_nothing(laid):
    with clock.frozen(APRIL):
        for _turn in range(3):
            jobs.reorganise()

    assert Transfer.objects.count() == 1
    assert fresh(laid[0]).version == 3


def test_whoever_goes_on_sees_the_old_records_and_may_finish_them(city, laid):
    in_hand, over, decided = laid
    with clock.frozen(APRIL):
        jobs.reorganise()
        sato = now(city[1])
        closed, _n = queries.cases(sato, "closed")
        waiting, _n = queries.cases(sato)

        assert [row.receipt for row in closed] == [over.receipt]
        assert {row.receipt for row in waiting} == {in_hand.receipt, decided.receipt}
        words = queries.case_for_staff(sato, in_hand.pk).log[0].words
        assert words == f"組織の変更で、{OLD}から{NEW}へ引きつがれました"


def test_who_is_appointed_to_the_new_division_alone_sees_the_old_records(laid):
    with clock.frozen(APRIL):
        jobs.reorganise()
        mori = make.clerk("mori", division=NEW)
        mori = now(mori)
        takagi = make.clerk("takagi", division="介護保険課")

        assert queries.case_for_staff(mori, laid[1].pk).case.division.name == OLD
        assert queries.tally(takagi).all == 0


def test_who_left_the_chair_sees_nothing_and_is_no_longer_named(city, laid):
    Appointment.objects.filter(account=city[1].account).update(valid_until=MARCH.date())
    with clock.frozen(APRIL):
        jobs.reorganise()

        assert queries.tally(now(city[1])).all == 0
        assert fresh(laid[0]).assigned_id is None


def test_several_divisions_merge_into_one(city, laid):
    takagi = make.clerk("takagi", division="介護保険課")
    with clock.frozen(MARCH):
        services.transfer(case=fresh(laid[0]), to="介護保険課", why="介護", by=city[1], seen=2)
        other = make.received(city[0])
        rename("介護保険課", NEW)
    with clock.frozen(APRIL):
        jobs.reorganise()

        assert {fresh(case).division_id for case in (laid[0], other)} == {NEW}
        assert queries.case_for_staff(now(takagi), other.pk).case.pk == other.pk
    assert [(one.from_name, one.to_name) for one in Transfer.objects.filter(case=laid[0])] == [
        (OLD, "介護保険課"),
        ("介護保険課", NEW),
    ]


def test_renamed_twice_while_the_worker_slept_goes_where_the_work_is_now(laid):
    rename(NEW, NEWER, last=dt.date(2028, 3, 31))
    with clock.frozen(dt.datetime(2028, 4, 1, 8, tzinfo=clock.JST)):
        jobs.reorganise()

    assert fresh(laid[0]).division_id == NEWER
    assert [(row.from_name, row.to_name) for row in Transfer.objects.all()] == [(OLD, NEWER)]


def test_a_batch_at_a_time_and_killed_in_between_it_goes_on(city, laid):
    with clock.frozen(MARCH):
        for _ in range(4):
            make.received(city[0])
    with clock.frozen(APRIL):
        assert services.pass_on_cases(by=SYSTEM, limit=2) == 2
        assert Case.objects.filter(division=OLD, closed_at=None).count() == 3
        assert services.pass_on_cases(by=SYSTEM, limit=200) == 3
        assert services.pass_on_cases(by=SYSTEM) == 0

    assert Transfer.objects.count() == 5


def test_a_page_opened_before_midnight_is_told_and_changes_nothing(city, laid):
    stale = fresh(laid[0])
    with clock.frozen(APRIL):
        jobs.reorganise()
        with pytest.raises(SomebodyWasFaster):
            services.advance(case=stale, to="checking", by=now(city[1]), seen=stale.version)

    assert fresh(laid[0]).state == "received"


def test_what_comes_in_on_the_first_of_april_is_received_where_the_work_is(city):
    rename()
    with clock.frozen(APRIL):
        case = make.received(now(city[0]))

    assert (case.division_id, case.division.name) == (NEW, NEW)
    assert not Transfer.objects.exists()


def test_what_was_begun_at_the_counter_is_gone_on_with(city):
    with clock.frozen(MARCH):
        draft = make.draft_of(city[1], channel="counter", party=make.party_of(city[0]))
        rename()
    with clock.frozen(APRIL):
        mori = make.clerk("mori", division=NEW)

        assert [row.id for row in queries.begun(now(mori))] == [draft.pk]


def test_the_resident_reads_it_in_the_inbox_and_no_letter_is_printed_for_it(city, laid):
    with clock.frozen(APRIL):
        jobs.reorganise()

    told = Delivery.objects.filter(message__kind="case.passed_on")
    assert [(one.channel, OLD in one.message.body, NEW in one.message.body) for one in told] == [
        ("inbox", True, True)
    ]
    assert "佐藤" not in told.get().message.body


def test_figures_by_division_and_year_keep_the_name_of_the_time(city, laid):
    with clock.frozen(APRIL):
        jobs.reorganise()
        make.received(now(city[0]))
        found = received_by_division()

    assert (found.value, [(part.group, part.name, part.n) for part in found.parts]) == (
        1,
        [("2026", OLD, 3), ("2027", NEW, 1)],
    )


def test_the_public_counts_by_channel_stay_with_who_received(city):
    with clock.frozen(MARCH):
        make.clerk("takagi", division="介護保険課")
        for _ in range(6):
            passed_on = make.received(city[0])
        services.transfer(case=passed_on, to="介護保険課", why="介護", by=city[1], seen=1)
        before = queries.channel_counts(2026).rows
        rename()
    with clock.frozen(APRIL):
        jobs.reorganise()
        public, ours = queries.channel_counts(2026), queries.channel_counts_for_staff(now(city[1]), 2026)
        theirs = queries.channel_counts_for_staff(make.clerk("mori", division="介護保険課"), 2026)

        assert public.rows == ours.rows == before
        assert [(row.division, row.division_name, row.total) for row in before] == [(OLD, OLD, 6)]
        assert theirs.rows == []
        assert [(part.name, part.n) for part in received_by_division(MARCH.date()).parts] == [(OLD, 6)]


def test_a_practised_case_moves_within_practice_and_goes_away_with_it(city):
    aoi = city[0]
    with clock.frozen(MARCH), practising():
        make.received(aoi)
    rename()
    with clock.frozen(APRIL):
        jobs.reorganise()

    assert list(Transfer.objects.values_list("practice", "to_name")) == [(True, NEW)]
    assert services.wipe_practice(run="x", accounts=[aoi.account], by=SYSTEM) == 1
    assert not Case.everything.exists() and not Transfer.objects.exists()

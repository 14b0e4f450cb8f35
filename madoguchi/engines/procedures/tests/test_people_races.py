"""Two people at once over whose case it is, and the first of April in the middle of it. Both databases."""

import datetime as dt
import threading

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Transfer
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]

NEW = "こども未来課"


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(), make.clerk("sato"), make.clerk("tamura"), make.head("ogawa")


def fresh(case):
    return Case.objects.get(pk=case.pk)


def rename():
    yesterday = clock.today() - dt.timedelta(days=1)
    people.keep_division(key=NEW, name=NEW, valid_from=clock.today())
    people.keep_division(key=make.DIVISION, name=make.DIVISION, valid_until=yesterday, passes_to=NEW)


def test_a_case_given_to_two_at_once_is_given_to_one(city):
    aoi, sato, tamura, ogawa = city
    case = make.received(aoi)

    results = at_once(
        *[
            lambda to=to: services.give(case=fresh(case), to=to.account, by=sato, seen=1)
            for to in (tamura, ogawa) * 3
        ]
    )

    assert sum(isinstance(result, Case) for result in results) == 1
    assert all(isinstance(result, Case | Refusal) for result in results)
    assert fresh(case).version == 2
    assert Event.objects.filter(verb="case.given").count() == 1


def test_without_the_version_both_would_believe_they_gave_it(city):
    """The teeth: the same without the condition, and two people are told it is theirs."""
    aoi, _sato, tamura, ogawa = city
    case = make.received(aoi)
    both_read = threading.Barrier(2, timeout=30)

    def careless_give(to):
        is_free = fresh(case).assigned_id is None
        both_read.wait()
        if not is_free:
            return "taken"
        with writes():
            Case.objects.filter(pk=case.pk).update(assigned=to.account)
        return "given"

    assert at_once(lambda: careless_give(tamura), lambda: careless_give(ogawa)) == ["given", "given"]


def test_the_same_hundred_boxes_sent_twice_at_once_are_done_once_each(city):
    aoi, sato, tamura, _ogawa = city
    cases = [make.received(aoi) for _ in range(6)]
    chosen = [(str(case.pk), 1) for case in cases]

    first, second = at_once(
        lambda: services.begin_all(chosen=chosen, by=sato),
        lambda: services.begin_all(chosen=chosen, by=tamura),
    )

    done = [one.receipt for one in (*first, *second) if one.done]
    assert sorted(done) == sorted(case.receipt for case in cases)
    assert [fresh(case).steps.count() for case in cases] == [2] * 6


def test_two_workers_on_the_first_of_april_move_each_case_once(city):
    aoi, *_staff = city
    cases = [make.received(aoi) for _ in range(6)]
    rename()

    results = at_once(*[lambda: services.pass_on_cases(by=SYSTEM)] * 3)

    assert sum(results) == 6
    assert Transfer.objects.count() == 6
    assert {fresh(case).division_id for case in cases} == {NEW}


def test_without_the_condition_two_workers_would_write_two_transfers(city):
    """The teeth: who read the old division first writes again after the other."""
    aoi, *_staff = city
    case = make.received(aoi)
    rename()
    both_read = threading.Barrier(2, timeout=30)

    def careless_pass_on():
        here = fresh(case)
        both_read.wait()
        with writes():
            Case.objects.filter(pk=case.pk).update(division=NEW)
            Transfer.objects.create(
                case=case,
                from_division=here.division,
                to_division_id=NEW,
                from_name="",
                to_name="",
                at=clock.now(),
            )

    at_once(careless_pass_on, careless_pass_on)

    assert Transfer.objects.count() == 2


def test_a_clerk_who_takes_a_case_while_it_is_passed_on_loses_nothing(city):
    aoi, sato, *_staff = city
    case = make.received(aoi)
    rename()

    results = at_once(
        lambda: services.take(case=fresh(case), by=sato), lambda: services.pass_on_cases(by=SYSTEM)
    )
    services.pass_on_cases(by=SYSTEM)  # the next turn finds what the first had to leave

    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, Refusal)
    ]
    assert fresh(case).division_id == NEW
    assert Transfer.objects.count() == 1

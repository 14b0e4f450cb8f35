"""Timetables become slots, night by night, and leave alone what people stand on."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import nightly, services
from madoguchi.engines.booking.area_rules import rules_of
from madoguchi.engines.booking.models import Booking, Count, Resource, Slot
from madoguchi.engines.booking.services import shutting, timetables
from madoguchi.engines.booking.shape import Opens
from madoguchi.engines.booking.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 8, tzinfo=clock.JST)  # a Monday
MORNING = {"days": [0, 1, 2, 3, 4], "since": "09:00", "until": "10:00", "counts": {"places": 3}}


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(NOW):
        yield


def resource(*times: dict, **rules) -> Resource:
    area = make.area(make.SLOTS, opens={"days": 1}, **rules)
    return make.resource(area, hours={"times": list(times or (MORNING,))})


def lay(of: Resource) -> timetables.Laid:
    return timetables.lay(resource=of, said=rules_of(of.area.definition_id).said, by=SYSTEM)


def changed(of: Resource, **line) -> timetables.Laid:
    """Another timetable, laid."""
    Resource.objects.filter(pk=of.pk).update(hours={"times": [MORNING | line]})
    return lay(Resource.objects.select_related("area").get(pk=of.pk))


def slots(of: Resource) -> dict[str, int]:
    rows = Slot.objects.filter(resource=of).prefetch_related("counts")
    return {f"{clock.in_city(one.starts_at):%m-%d %H:%M}": one.counts.get().capacity for one in rows}


def book(slot: Slot, given: str = "あおい") -> Booking:
    who = make.person(given)
    slot = Slot.objects.select_related("resource__area", "resource__site").get(pk=slot.pk)
    return services.book(wanted=make.wanted(slot), party=who, person=who, by=make.actor(who), channel="web")


def test_lay_makes_the_days_that_can_be_booked_and_seven_more_once():
    of = resource()

    assert lay(of).made == 7
    assert list(slots(of)) == [f"06-0{day} 09:00" for day in (1, 2, 3, 4, 5, 8, 9)]
    assert not lay(of)


def test_the_night_adds_the_next_day():
    of = resource()
    lay(of)

    with clock.frozen(NOW + dt.timedelta(days=1)):
        nightly.extend()

    assert list(slots(of))[-1] == "06-10 09:00"


def test_holidays_and_days_that_are_shut_have_no_times():
    of = resource(hours={"holidays": False, "except": ["06-03"]})
    with clock.frozen(dt.datetime(2026, 5, 1, 8, tzinfo=clock.JST)):
        lay(of)
    lay(of)

    # 4–6 May are holidays in 2026, 3 June is shut.
    assert [day[:5] for day in slots(of)] == [
        "05-01",
        "05-07",
        "05-08",
        "06-01",
        "06-02",
        "06-04",
        "06-05",
        "06-08",
        "06-09",
    ]


def test_a_changed_timetable_moves_what_is_free_and_keeps_what_is_booked():
    of = resource()
    lay(of)
    booked = book(Slot.objects.filter(resource=of)[1])

    laid = changed(of, since="13:00", until="14:00")

    assert (laid.made, laid.removed, [slot.pk for slot in laid.kept]) == (7, 6, [booked.slot_id])
    assert [one for one in slots(of) if one.endswith("09:00")] == ["06-02 09:00"]
    # It is said once.
    assert not changed(of, since="13:00", until="14:00")


def test_fewer_places_never_push_anybody_out():
    of = resource()
    lay(of)
    first = Slot.objects.filter(resource=of)[0]
    book(first), book(first, "べに")

    laid = changed(of, counts={"places": 1})

    assert [slot.pk for slot in laid.kept] == [first.pk]
    assert list(slots(of).values()) == [2, 1, 1, 1, 1, 1, 1]
    assert Count.objects.get(slot=first).taken == 2


def test_what_staff_said_of_a_time_stays():
    of = resource()
    lay(of)
    slot = Slot.objects.filter(resource=of).select_related("resource__area", "resource__site")[2]
    shutting.change_capacity(slot=slot, capacities={"places": 9}, by=make.staff())
    shut = Slot.objects.filter(resource=of).select_related("resource__area", "resource__site")[3]
    shutting.shut_slot(slot=shut, why="研修", by=make.staff("other"))

    changed(of, since="13:00", until="14:00")

    kept = [
        f"{clock.in_city(one.starts_at):%m-%d %H:%M}"
        for one in Slot.objects.filter(pk__in=[slot.pk, shut.pk])
    ]
    assert kept == ["06-03 09:00", "06-04 09:00"]


def test_a_slot_is_not_taken_away_from_under_who_is_booking_it():
    """Somebody books between the looking and the deleting: the count says so in the UPDATE itself."""
    of = resource()
    lay(of)
    slot = Slot.objects.filter(resource=of)[0]
    Count.objects.filter(slot=slot).update(taken=1)

    laid = changed(of, since="13:00", until="14:00")

    assert [one.pk for one in laid.kept] == [slot.pk]
    assert Count.objects.get(slot=slot).is_open


def test_a_capacity_is_compared_with_what_is_taken_at_that_moment():
    slot = make.slot(capacity=3)
    seen_before = Count.objects.get(slot=slot)
    book(slot), book(slot, "べに")

    # `seen_before` still reads taken=0, as another process would have read it.
    assert not timetables.set_capacity(seen_before, 1)

    assert Count.objects.filter(slot=slot).values_list("capacity", "taken").get() == (2, 2)


@pytest.mark.parametrize(
    ("opens", "last"),
    [
        (Opens(days=30), dt.date(2026, 7, 8)),
        (Opens(months=2, on_day=20), dt.date(2026, 9, 7)),
        (Opens(days=None), dt.date(2026, 10, 6)),
    ],
)
def test_slots_reach_a_week_beyond_what_can_be_booked(opens, last):
    assert timetables.last_day(opens, NOW.date()) == last

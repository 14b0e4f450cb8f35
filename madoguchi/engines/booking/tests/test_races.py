"""Many at once for few places. Each guard has its teeth test: without it the race is lost."""

from __future__ import annotations

import random
import time

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from madoguchi.engines.booking import services
from madoguchi.engines.booking.errors import SlotFull, TimeTaken
from madoguchi.engines.booking.models import ACTIVE, Booking, Claim, Count, State, Waiting, WaitState
from madoguchi.engines.booking.services import taking
from madoguchi.kernel.errors import Refusal
from tests.at_once import at_once

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
PEOPLE = 12


@pytest.fixture
def people():
    return [make.person(f"例{number}") for number in range(PEOPLE)]


def book_for(slot, who, **more):
    return lambda: services.book(
        wanted=make.wanted(slot), party=who, person=who, by=make.actor(who), channel="web", **more
    )


def adds_up(slot) -> int:
    """What is taken is what active bookings took; returns it."""
    count = slot.counts.get()
    booked = sum(one.takes["places"] for one in Booking.objects.filter(slot=slot, state__in=ACTIVE))
    assert count.taken == booked <= count.capacity
    return count.taken


def test_twelve_for_five_places_are_five(people):
    slot = make.slot(capacity=5)

    results = at_once(*[book_for(slot, who) for who in people])

    assert sum(isinstance(one, Booking) for one in results) == 5
    assert sum(isinstance(one, SlotFull) for one in results) == PEOPLE - 5
    assert adds_up(slot) == 5


def test_without_the_condition_there_are_more_bookings_than_places(people, monkeypatch):
    """Teeth: look, then take. The CHECK would still speak, so that it is told a lie as well."""
    slot = make.slot(capacity=5)
    Count.objects.update(capacity=100)
    take = taking._take

    def look_then_take(found, *more):
        if Count.objects.get(slot=slot).taken >= 5:
            raise SlotFull
        time.sleep(0.05)
        return take(found, *more)

    monkeypatch.setattr(taking, "_take", look_then_take)

    results = at_once(*[book_for(slot, who) for who in people])

    assert sum(isinstance(one, Booking) for one in results) > 5


def test_the_check_stands_behind_the_condition():
    slot = make.slot(capacity=1)

    with pytest.raises(IntegrityError, match=r"a_slot_is_never_overbooked|CHECK"):
        Count.objects.filter(slot=slot).update(taken=2)


def test_one_person_pressing_six_times_has_one_booking(people):
    slot, aoi = make.slot(capacity=5), people[0]

    results = at_once(*[book_for(slot, aoi, asked="same")] * 6)

    assert {one.pk for one in results} == {Booking.objects.get().pk}
    assert adds_up(slot) == 1


def test_whole_and_halves_wanted_crosswise_give_no_cell_twice_and_no_deadlock(people):
    hall = make.hall()
    wishes = [make.evening(hall[key]) for key in ("whole", "half-a", "half-b")] * (PEOPLE // 3)
    random.Random(7).shuffle(wishes)

    results = at_once(
        *[
            lambda wish=wish, who=who: services.book(
                wanted=wish, party=who, person=who, by=make.actor(who), channel="web"
            )
            for wish, who in zip(wishes, people, strict=True)
        ]
    )

    assert all(isinstance(one, Booking | TimeTaken) for one in results), results
    won = [one for one in results if isinstance(one, Booking)]
    assert sorted(one.resource.key for one in won) in (["half-a", "half-b"], ["whole"])
    assert Claim.objects.count() == 12
    assert Booking.objects.count() == len(won)


def test_two_places_freed_at_once_go_to_the_first_two_in_line(people):
    slot = make.slot(capacity=2)
    have = [book_for(slot, who)() for who in people[:2]]
    for who in people[2:6]:
        services.wait(wanted=make.wanted(slot), party=who, person=who, by=make.actor(who), channel="web")

    at_once(*[lambda one=one: services.cancel(booking=one, by=make.actor(one.party)) for one in have])

    offered = Waiting.objects.filter(state=WaitState.OFFERED).values_list("person", flat=True)
    assert set(offered) == {who.pk for who in people[2:4]}
    assert adds_up(slot) == 2


def test_confirming_while_it_lapses_is_one_or_the_other(people):
    slot, aoi = make.slot(capacity=1), people[0]
    held = services.hold(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")
    fresh = [Booking.objects.select_related("area", "resource__site").get(pk=held.pk) for _ in range(2)]

    results = at_once(
        lambda: services.confirm(booking=fresh[0], by=make.actor(aoi)),
        lambda: services.let_go(booking=fresh[1], by=make.actor(aoi)),
    )

    held.refresh_from_db()
    assert held.state in (State.BOOKED, State.LAPSED)
    assert sum(isinstance(one, Refusal) for one in results) == 1
    assert adds_up(slot) == (1 if held.state == State.BOOKED else 0)


def test_cancelled_twice_at_once_gives_back_once(people):
    slot = make.slot(capacity=3)
    booking, _other = book_for(slot, people[0])(), book_for(slot, people[1])()
    copies = [Booking.objects.select_related("area", "resource__site").get(pk=booking.pk) for _ in range(4)]

    results = at_once(
        *[lambda one=one: services.cancel(booking=one, by=make.actor(people[0])) for one in copies]
    )

    assert sum(isinstance(one, Booking) for one in results) == 1
    assert adds_up(slot) == 1
    assert Count.objects.aggregate(all=Sum("taken"))["all"] == 1

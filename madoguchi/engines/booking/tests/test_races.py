"""Many at once for few places. Each guard has its teeth test: without it the race is lost."""

from __future__ import annotations

import random
import threading
import time

import pytest
from django.db import IntegrityError, connection
from django.db.models import Sum

from madoguchi.engines.booking import services
from madoguchi.engines.booking.errors import NothingFree, SlotFull, TimeTaken
from madoguchi.engines.booking.models import ACTIVE, Booking, Claim, Count, State, Waiting, WaitState
from madoguchi.engines.booking.services import taking, waiting
from madoguchi.engines.booking.services.timetables import set_capacity
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


# ------------------------------------------------------------------ fewer places, while the last one is booked


def test_fewer_places_and_the_last_one_booked_at_once_are_one_or_the_other(people):
    for aoi, ben in zip(people[::2], people[1::2], strict=True):
        slot = make.slot(make.resource(key=f"asa{aoi.pk}"), capacity=2)
        book_for(slot, aoi)()
        count = slot.counts.get()

        fits, booking = at_once(lambda count=count: set_capacity(count, 1), book_for(slot, ben))

        count.refresh_from_db()
        assert (fits, type(booking)) in [(True, SlotFull), (False, Booking)], (fits, booking)
        assert count.capacity == adds_up(slot) == (1 if fits else 2)


def test_fewer_places_while_people_give_theirs_back_are_never_fewer_than_were_wanted(people):
    slot = make.slot(capacity=4)
    have = [book_for(slot, who)() for who in people[:4]]

    at_once(
        lambda: set_capacity(slot.counts.get(), 2),
        *[lambda one=one: services.cancel(booking=one, by=make.actor(one.party)) for one in have],
    )

    assert slot.counts.get().capacity >= 2
    assert adds_up(slot) == 0


def test_a_number_of_places_that_was_looked_up_first_is_too_small_by_then(people):
    """Teeth: read what is taken, then set; only the CHECK is left to speak."""
    slot = make.slot(capacity=2)
    book_for(slot, people[0])()
    seen, meet = threading.Event(), threading.Event()

    def look_then_set():
        taken = slot.counts.get().taken
        seen.set()
        meet.wait(5)
        slot.counts.update(capacity=max(taken, 1))

    def book():
        seen.wait(5)
        try:
            return book_for(slot, people[1])()
        finally:
            meet.set()

    result, booking = at_once(look_then_set, book)

    assert isinstance(result, IntegrityError)
    assert isinstance(booking, Booking)


# ------------------------------------------------------------------ who begins to wait when a room becomes free


def begins_to_wait(wish, who):
    return lambda: services.wait(wanted=wish, party=who, person=who, by=make.actor(who), channel="web")


def given_back(booking):
    fresh = Booking.objects.select_related("area", "resource__site").get(pk=booking.pk)
    return lambda: services.cancel(booking=fresh, by=make.actor(fresh.party))


def test_who_begins_to_wait_at_the_moment_a_room_is_given_back_is_not_passed_over(people):
    hall = make.hall()
    for day, (aoi, ben, chie) in enumerate(zip(people[:4], people[4:8], people[8:], strict=True), 10):
        wish = make.evening(hall["whole"], in_days=day)
        booking = services.book(wanted=wish, party=aoi, person=aoi, by=make.actor(aoi), channel="web")

        freed, *waits = at_once(given_back(booking), begins_to_wait(wish, ben), begins_to_wait(wish, chie))

        assert isinstance(freed, Booking)
        assert all(isinstance(one, Waiting | NothingFree) for one in waits), waits
        line = list(Waiting.objects.filter(starts_at=wish.starts_at).order_by("number"))
        # Of those who stand there the first has it; where nobody does it is free to be booked.
        assert [one.state for one in line] == [WaitState.OFFERED, WaitState.WAITING][: len(line)]
        assert Claim.objects.filter(booking__starts_at=wish.starts_at).exists() is bool(line)
        assert waiting.offer_again() == 0


def test_without_the_turn_somebody_waits_for_what_is_free_until_all_lines_are_looked_at_again(
    people, monkeypatch
):
    """Teeth: nobody writes to what the other writes to. On SQLite the write gate still keeps them apart."""
    if connection.vendor == "sqlite":
        pytest.skip("one writes at a time, whatever they write to")
    wish, (aoi, ben) = make.evening(make.hall()["whole"]), people[:2]
    booking = services.book(wanted=wish, party=aoi, person=aoi, by=make.actor(aoi), channel="web")
    looked, over, is_free = threading.Event(), threading.Event(), waiting._is_free

    def looks_and_lingers(row):
        found = is_free(row)
        looked.set()
        over.wait(5)
        return found

    def give_back():
        looked.wait(5)
        try:
            return given_back(booking)()
        finally:
            over.set()

    monkeypatch.setattr(waiting, "_take_turn", lambda resource: None)
    monkeypatch.setattr(waiting, "_is_free", looks_and_lingers)
    row, freed = at_once(begins_to_wait(wish, ben), give_back)

    assert isinstance(freed, Booking)
    row.refresh_from_db()
    assert (row.state, Claim.objects.count()) == (WaitState.WAITING, 0)
    assert waiting.offer_again() == 1
    row.refresh_from_db()
    assert row.state == WaitState.OFFERED

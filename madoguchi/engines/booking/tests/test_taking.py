"""Holding, booking, giving back: what is promised to one is promised to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.errors import (
    AlreadyBooked,
    AskedDifferently,
    CannotCancelNow,
    HoldLapsed,
    LimitReached,
    NotEligible,
    NotOffered,
    NotYetOpen,
    SlotFull,
    TimeTaken,
    TooLate,
)
from madoguchi.engines.booking.models import Booking, Claim, Paid, State, Waiting, WaitState
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound

from . import make

pytestmark = pytest.mark.django_db


def book(slot_or_wanted, party, **more):
    wanted = make.wanted(slot_or_wanted) if hasattr(slot_or_wanted, "counts") else slot_or_wanted
    said = {"by": make.actor(party), "channel": "web"} | more
    return services.book(wanted=wanted, party=party, person=said.pop("person", party), **said)


def taken(slot) -> int:
    return slot.counts.get().taken


def test_the_last_place_is_given_once():
    slot = make.slot(capacity=1)
    aoi, ben = make.person("あおい"), make.person("べん")

    booking = book(slot, aoi)

    with pytest.raises(SlotFull):
        book(slot, ben)
    assert booking.state == State.BOOKED
    assert taken(slot) == 1
    assert Booking.objects.count() == 1


def test_a_hold_owns_its_place_until_it_ends_and_not_a_second_longer():
    slot = make.slot(capacity=1)
    aoi, ben = make.person("あおい"), make.person("べん")
    held = services.hold(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")
    with pytest.raises(SlotFull):
        book(slot, ben)

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        theirs = book(slot, ben)
        with pytest.raises(HoldLapsed):
            services.confirm(booking=held, by=make.actor(aoi))

    held.refresh_from_db()
    assert (held.state, theirs.state, taken(slot)) == (State.LAPSED, State.BOOKED, 1)


def test_confirming_twice_is_confirming_once():
    slot, aoi = make.slot(), make.person()
    held = services.hold(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")

    first = services.confirm(booking=held, by=make.actor(aoi))
    second = services.confirm(booking=held, by=make.actor(aoi))

    assert first.pk == second.pk
    assert (second.state, taken(slot)) == (State.BOOKED, 1)


def test_asking_again_under_the_same_key_gives_the_same_booking_also_when_it_is_full_by_now():
    slot, aoi = make.slot(capacity=1), make.person()
    first = book(slot, aoi, asked="k1")

    again = book(slot, aoi, asked="k1")

    assert again.pk == first.pk
    assert taken(slot) == 1
    other = make.slot(make.resource(key="hiru"))
    with pytest.raises(AskedDifferently):
        book(other, aoi, asked="k1")
    assert taken(other) == 0


def test_one_person_takes_one_place_of_a_slot():
    slot, aoi = make.slot(capacity=5), make.person()
    book(slot, aoi)

    with pytest.raises(AlreadyBooked):
        book(slot, aoi)

    assert taken(slot) == 1


def test_several_counts_are_taken_together_or_not_at_all():
    area = make.area(
        takes=[{"count": "places", "amount": "1"}, {"count": "points", "amount": "age < 1 ? 3 : 1"}]
    )
    slot = make.slot(make.resource(area), counts={"places": 5, "points": 4})
    baby = make.person("みのり", birth=(clock.today() - dt.timedelta(days=90)).isoformat())
    other = make.person("そら", birth=(clock.today() - dt.timedelta(days=60)).isoformat())
    book(slot, baby)

    with pytest.raises(SlotFull):
        book(slot, other)

    assert {one.kind: one.taken for one in slot.counts.all()} == {"places": 1, "points": 3}


def test_cancelling_gives_the_place_to_whoever_waits_first():
    slot = make.slot(capacity=1)
    aoi, ben, chie = make.person("あおい"), make.person("べん"), make.person("ちえ")
    booking = book(slot, aoi)
    for waiting in (ben, chie):
        services.wait(
            wanted=make.wanted(slot), party=waiting, person=waiting, by=make.actor(waiting), channel="web"
        )

    services.cancel(booking=booking, by=make.actor(aoi))

    first, second = Waiting.objects.order_by("number")
    assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING)
    assert first.booking.person == ben
    assert first.booking.state == State.HELD
    assert taken(slot) == 1
    with pytest.raises(SlotFull):
        book(slot, make.person("だれか"))
    confirmed = services.confirm(booking=first.booking, by=make.actor(ben))
    first.refresh_from_db()
    assert (confirmed.state, first.state) == (State.BOOKED, WaitState.TAKEN)


def test_an_offer_nobody_answers_goes_to_the_next_in_line():
    slot = make.slot(capacity=1)
    aoi, ben, chie = make.person("あおい"), make.person("べん"), make.person("ちえ")
    booking = book(slot, aoi)
    for waiting in (ben, chie):
        services.wait(
            wanted=make.wanted(slot), party=waiting, person=waiting, by=make.actor(waiting), channel="web"
        )
    services.cancel(booking=booking, by=make.actor(aoi))
    until = Waiting.objects.get(person=ben).offer_until

    with clock.frozen(until + dt.timedelta(seconds=1)):
        assert services.lapse_stale() == 1

    states = dict(Waiting.objects.values_list("person", "state"))
    assert states == {ben.pk: WaitState.LAPSED, chie.pk: WaitState.OFFERED}
    assert taken(slot) == 1


def test_an_offer_of_the_night_waits_for_the_morning():
    at = dt.datetime(2026, 11, 24, 22, 30, tzinfo=clock.JST)
    with clock.frozen(at):
        slot = make.slot(capacity=1, starts_in=dt.timedelta(days=3))
        aoi, ben = make.person("あおい"), make.person("べん")
        booking = book(slot, aoi)
        services.wait(wanted=make.wanted(slot), party=ben, person=ben, by=make.actor(ben), channel="web")

        services.cancel(booking=booking, by=make.actor(aoi))

    assert Waiting.objects.get().offer_until == dt.datetime(2026, 11, 25, 9, 0, tzinfo=clock.JST)


def test_a_whole_court_is_both_its_halves():
    hall = make.hall()
    aoi, ben, chie = make.person("あおい"), make.person("べん"), make.person("ちえ")
    book(make.evening(hall["half-a"]), aoi)

    with pytest.raises(TimeTaken):
        book(make.evening(hall["whole"]), ben)
    half = book(make.evening(hall["half-b"]), chie)

    assert half.state == State.BOOKED
    assert Claim.objects.count() == 12  # two halves, three hours in cells of thirty minutes
    assert Booking.objects.count() == 2


def test_cleaning_time_is_taken_from_the_neighbours():
    area = make.area(
        make.UNITS,
        cleaning={"after": 60},
        periods=[
            {"key": "pm", "title": "午後", "since": "13:00", "until": "17:30"},
            {"key": "night", "title": "夜", "since": "18:00", "until": "21:00"},
        ],
        fee=None,
    )
    hall = make.hall(area)
    book(make.evening(hall["half-a"]), make.person("あおい"))
    day = make.evening(hall["half-a"]).starts_at.date()
    afternoon = make.Wanted(
        hall["half-a"],
        dt.datetime.combine(day, dt.time(13), tzinfo=clock.JST),
        dt.datetime.combine(day, dt.time(17, 30), tzinfo=clock.JST),
    )

    with pytest.raises(TimeTaken):
        book(afternoon, make.person("べん"))


def test_times_that_are_not_offered_are_refused():
    hall, aoi = make.hall(), make.person()
    night = make.evening(hall["whole"])
    crooked = make.Wanted(night.resource, night.starts_at + dt.timedelta(minutes=30), night.ends_at)

    with pytest.raises(NotOffered):
        book(crooked, aoi)


def test_the_area_says_from_when_until_when_and_for_whom():
    area = make.area(
        opens={"days": 7}, closes={"minutes": 60}, who={"eligible": "age >= 75", "why_not": "75歳から"}
    )
    far = make.slot(make.resource(area, "tooi"), starts_in=dt.timedelta(days=9))
    near = make.slot(make.resource(area, "chikai"), starts_in=dt.timedelta(minutes=90))
    old, young = make.person("ウメ", birth="1944-02-11"), make.person("わか", birth="2000-01-01")

    with pytest.raises(NotYetOpen):
        book(far, old)
    with clock.frozen(near.starts_at - dt.timedelta(minutes=59)), pytest.raises(TooLate):
        book(near, old)
    with clock.frozen(near.starts_at - dt.timedelta(minutes=61)):
        with pytest.raises(NotEligible) as refused:
            book(near, young)
        assert "75歳から" in str(refused.value)
        assert book(near, old).state == State.BOOKED


def test_only_so_many_at_a_time():
    area = make.area(limits=[{"most": 2, "per": "open"}])
    aoi = make.person()
    slots = [make.slot(make.resource(area, f"s{number}")) for number in range(3)]
    first = book(slots[0], aoi)
    book(slots[1], aoi)

    with pytest.raises(LimitReached):
        book(slots[2], aoi)

    services.cancel(booking=first, by=make.actor(aoi))
    assert book(slots[2], aoi).state == State.BOOKED


@pytest.mark.parametrize(("days", "comes_back"), [(10, 2000), (3, 1000)])
def test_what_comes_back_is_by_the_rules(days, comes_back):
    hall, aoi = make.hall(), make.person()
    booking = book(make.evening(hall["whole"], in_days=days), aoi)
    booking = services.mark_paid(booking=booking, by=make.staff())

    booking = services.cancel(booking=booking, by=make.actor(aoi))

    assert (booking.paid, booking.refund_yen) == (Paid.REFUND_DUE, comes_back)
    assert not Claim.objects.exists()


def test_too_late_for_the_person_is_not_too_late_for_the_desk():
    hall, aoi = make.hall(), make.person()
    booking = book(make.evening(hall["whole"]), aoi)

    with clock.frozen(booking.starts_at - dt.timedelta(hours=2)):
        with pytest.raises(CannotCancelNow):
            services.cancel(booking=booking, by=make.actor(aoi))
        cancelled = services.cancel(booking=booking, by=make.staff(), why="停電", by_city=True)

    assert (cancelled.state, cancelled.by_city) == (State.CANCELLED, True)


def test_another_residents_booking_is_not_there():
    slot = make.slot()
    booking = book(slot, make.person("あおい"))

    with pytest.raises(NotFound):
        services.cancel(booking=booking, by=make.actor(make.person("べん")))
    with pytest.raises(NotFound):
        services.cancel(booking=booking, by=make.staff("hoka", "ほかの課"))

    assert taken(slot) == 1

"""A block and a booking in the same second. Each guard has its teeth test: without it the race is lost."""

from __future__ import annotations

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.desk_errors import AffectedChanged
from madoguchi.engines.booking.errors import TimeTaken
from madoguchi.engines.booking.models import Block, Booking, Claim, State
from madoguchi.engines.booking.queries.desk import affected as queries
from madoguchi.engines.booking.services import blocking
from madoguchi.kernel.errors import Refusal
from tests.at_once import at_once

from . import make, make_desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
ROUNDS = 4


def block_day(hall, staff, seen=(), in_days=10):
    return lambda: blocking.block(
        resource=hall["whole"],
        **make_desk.span(make.evening(hall["whole"], in_days=in_days)),
        reason="工事",
        seen=seen,
        by=staff,
    )


def book_half(hall, who, in_days=10):
    return lambda: services.book(
        wanted=make.evening(hall["half-a"], in_days=in_days),
        party=who,
        person=who,
        by=make.actor(who),
        channel="web",
    )


def test_of_a_block_and_a_booking_in_the_same_second_one_is_refused():
    """Never both, and never neither: nobody stands in a room under repair, and nobody is cancelled unseen."""
    hall, staff, aoi = make.hall(), make.staff(), make.person()
    for number in range(ROUNDS):
        in_days = 10 + number
        results = at_once(block_day(hall, staff, in_days=in_days), book_half(hall, aoi, in_days))

        refused = [one for one in results if isinstance(one, Refusal)]
        assert len(refused) == 1, results
        assert isinstance(refused[0], AffectedChanged | TimeTaken)
    assert Block.objects.count() + Booking.objects.filter(state=State.BOOKED).count() == ROUNDS
    assert not Booking.objects.filter(state=State.CANCELLED).exists()


def test_a_block_that_claims_nothing_lets_somebody_into_the_repair(monkeypatch):
    """Teeth: without its own claims the block is a note on the wall."""
    hall, staff, aoi = make.hall(), make.staff(), make.person()
    monkeypatch.setattr(blocking, "_claim_rest", lambda *_anything: None)

    results = at_once(block_day(hall, staff), book_half(hall, aoi))

    assert [type(one) for one in results] in ([Block, Booking], [AffectedChanged, Booking])
    if isinstance(results[0], AffectedChanged):
        block_day(hall, staff, in_days=11)()
        book_half(hall, aoi, in_days=11)()
    assert Block.objects.exists()
    assert Booking.objects.filter(state=State.BOOKED).exists()


def test_two_blocks_at_once_are_one_and_each_booking_is_cancelled_once():
    hall, aoi = make.hall(), make.person()
    met = make_desk.booked(hall["half-a"], aoi)
    staff = [make.staff("sato"), make.staff("tamura")]

    results = at_once(*[block_day(hall, one, seen=[met.pk]) for one in staff])

    assert sorted(isinstance(one, Block) for one in results) == [False, True]
    met.refresh_from_db()
    assert (met.state, met.by_city) == (State.CANCELLED, True)
    assert set(Claim.objects.values_list("block", flat=True)) == {Block.objects.get().pk}


def test_who_cancels_while_the_room_is_blocked_is_cancelled_once():
    hall, staff, aoi = make.hall(), make.staff(), make.person()
    met = make_desk.booked(hall["half-a"], aoi)

    results = at_once(
        block_day(hall, staff, seen=[met.pk]),
        lambda: services.cancel(booking=Booking.objects.get(pk=met.pk), by=make.actor(aoi), why="都合"),
    )

    met.refresh_from_db()
    assert met.state == State.CANCELLED
    assert not Claim.objects.filter(booking=met).exists()
    # Either the block came first (then the person is told it is over), or it shows the new, empty list.
    assert sum(isinstance(one, Refusal) for one in results) == 1, results


def test_without_the_list_that_was_seen_somebody_is_cancelled_unseen(monkeypatch):
    """Teeth: a block that takes whoever it meets cancels who booked after the clerk looked."""
    hall, staff, aoi = make.hall(), make.staff(), make.person()
    real = blocking._block

    def whoever_it_meets(resource, starts_at, ends_at, reason, _seen, by):
        met = {str(one.pk) for one in queries.bookings_on(resource, starts_at, ends_at)}
        return real(resource, starts_at, ends_at, reason, met, by)

    monkeypatch.setattr(blocking, "_block", whoever_it_meets)
    book_half(hall, aoi)()  # after the clerk looked at an empty list

    block_day(hall, staff, seen=[])()

    assert Booking.objects.get().state == State.CANCELLED

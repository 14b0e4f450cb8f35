"""What is drawn becomes bookings: wins, runners-up in the line, and who gives up."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.errors import DrawnFirst
from madoguchi.engines.booking.models import Booking, Claim, State, Waiting, WaitState
from madoguchi.engines.booking.services import making
from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import make
from .make_draws import event

pytestmark = pytest.mark.django_db


def numbers(at: dt.datetime):
    return draws.Numbers("見本の数字", at)


@pytest.fixture
def by_numbers(monkeypatch):
    """Draws of these tests take numbers that are typed: no network is there."""
    from madoguchi.engines.booking.services import drawing

    monkeypatch.setattr(drawing, "_beacons", lambda draws_at: [numbers(draws_at)])


def draw(round_, at: dt.datetime):
    one, two = make.staff("ichi"), make.staff("ni")
    with clock.frozen(round_.closes_at + dt.timedelta(seconds=1)):
        draws.close(round=round_, by=SYSTEM)
    with clock.frozen(at + dt.timedelta(minutes=1)):
        round_ = lottery.round_(round_.key)
        row = draws.type_numbers(round=round_, numbers="4 8 15 16 23 42", by=one, place=0)
        draws.confirm_numbers(row=row, numbers="4 8 15 16 23 42", by=two)
        drawn = draws.draw(round=lottery.round_(round_.key), by=SYSTEM)
        jobs.run_due(kinds=(making.KIND,))
        return drawn


def test_an_event_is_not_given_to_who_comes_first(by_numbers):
    slot, aoi = event(2), make.person()

    with pytest.raises(DrawnFirst):
        services.book(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")


def test_five_for_two_places_are_two_bookings_and_a_line_of_three(by_numbers):
    slot = event(2)
    now = clock.now()
    drawn_at = now + dt.timedelta(days=12)
    round_ = services.open_event(
        slot=slot, opens_at=now, closes_at=now + dt.timedelta(days=10), draws_at=drawn_at, by=make.staff()
    )
    people = [make.person(f"例{number}") for number in range(5)]
    for who in people:
        services.enter_draw(
            round=round_, party=who, person=who, wishes=[["kagaku"]], by=make.actor(who), channel="web"
        )

    draw(round_, drawn_at)

    won = list(Booking.objects.filter(state=State.BOOKED))
    line = list(Waiting.objects.order_by("number"))
    assert len(won) == 2
    assert len(line) == 3
    assert slot.counts.get().taken == 2
    assert {one.person_id for one in won} | {one.person_id for one in line} == {who.pk for who in people}

    with clock.frozen(drawn_at + dt.timedelta(days=1)):
        services.cancel(booking=won[0], by=make.actor(won[0].person))
    line[0].refresh_from_db()
    assert line[0].state == WaitState.OFFERED


def test_a_month_of_halls_is_drawn_confirmed_and_given_up(by_numbers):
    rules = make.UNITS | {
        "draw": {"months_ahead": 3, "wishes": 2, "win_cap": 1, "confirm_days": 7},
        "who": {"city": ["架空県見本市"]},
    }
    today = dt.datetime(2026, 11, 2, 10, 0, tzinfo=clock.JST)
    with clock.frozen(today):
        halls = make.hall(make.area(rules))
        round_ = services.open_month(area=halls["whole"].area, month=dt.date(2027, 2, 1), by=make.staff())
        items = {one["item"] for one in round_.inventory}
        wish = "whole.0214.night"
        aoi, ben = make.person("あおい"), make.person("べん")
        for who in (aoi, ben):
            entry = services.enter_draw(
                round=round_, party=who, person=who, wishes=[[wish]], by=make.actor(who), channel="web"
            )
            assert entry.tier == 0
    assert len(items) == 3 * 28 * 3
    drawn_at = round_.draws_at

    draw(round_, drawn_at)

    held = Booking.objects.get()
    assert (held.state, held.yen) == (State.HELD, 2000)
    assert Claim.objects.filter(booking=held).count() == 12
    win = lottery.wins(round_).get()
    with clock.frozen(drawn_at + dt.timedelta(days=2)):
        draws.decline(win=win, by=make.actor(win.entry.person))

    held.refresh_from_db()
    waiting = Waiting.objects.get()
    assert held.state == State.LAPSED
    assert waiting.state == WaitState.OFFERED
    assert waiting.person != held.person
    assert Claim.objects.filter(booking=waiting.booking).count() == 12

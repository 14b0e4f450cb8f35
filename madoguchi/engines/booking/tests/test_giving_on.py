"""What is given back reaches who waits, whatever is in the way of one of them; and nothing is left for ever."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import jobs, services
from madoguchi.engines.booking.errors import AskedDifferently, DrawnFirst, HoldLapsed, SlotShut
from madoguchi.engines.booking.models import Booking, EventPlan, Slot, SlotState, State, Waiting, WaitState
from madoguchi.engines.booking.services import desk, drawing, events, shutting
from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.engines.lottery.models import Entry
from madoguchi.engines.procedures import services as procedures
from madoguchi.kernel import clock, vault
from madoguchi.kernel import jobs as worker
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault.errors import KeyDestroyed

from . import make
from .make_draws import EVENT, event
from .test_drawing import draw, numbers

pytestmark = pytest.mark.django_db
ONE_AT_A_TIME = {"limits": [{"most": 1, "per": "open"}]}


def take(slot, who, verb=services.book, **more):
    return verb(wanted=make.wanted(slot, **more), party=who, person=who, by=make.actor(who), channel="web")


@pytest.fixture
def three():
    return make.person("べん"), make.person("あおい"), make.person("めい")


def test_one_who_may_have_no_more_does_not_keep_others_from_cancelling(three):
    area = make.area(make.SLOTS, **ONE_AT_A_TIME)
    wanted, other = (make.slot(make.resource(area, key)) for key in "xy")
    ben, aoi, mei = three
    booking = take(wanted, ben)
    take(wanted, aoi, services.wait)
    take(other, aoi)
    take(wanted, mei, services.wait)

    services.cancel(booking=booking, by=make.actor(ben))

    states = dict(Waiting.objects.values_list("person", "state"))
    assert states == {aoi.pk: WaitState.WAITING, mei.pk: WaitState.OFFERED}


def test_one_such_line_does_not_keep_other_holds_from_lapsing(three):
    area = make.area(make.SLOTS, **ONE_AT_A_TIME)
    first, other, third = (make.slot(make.resource(area, key)) for key in "xyz")
    ben, aoi, mei = three
    take(first, ben, services.hold)
    take(first, aoi, services.wait)
    take(other, aoi)
    held = take(third, mei, services.hold)

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        jobs.lapse()

    held.refresh_from_db()
    assert held.state == State.LAPSED


def test_a_shut_slot_with_a_line_can_be_given_back_and_called_off(three):
    slot, staff = make.slot(), make.staff()
    ben, aoi, _mei = three
    booking = take(slot, ben)
    take(slot, aoi, services.wait)
    shutting.shut_slot(slot=slot, why="点検", by=staff)

    services.cancel(booking=booking, by=make.actor(ben))
    shutting.call_off_slot(slot=Slot.objects.get(pk=slot.pk), why="中止", seen=[], by=staff)

    slot.refresh_from_db()
    assert slot.state == SlotState.CANCELLED
    assert Booking.objects.filter(state__in=("held", "booked")).count() == 0


def test_ones_own_hold_that_ran_out_is_not_in_the_way():
    area = make.area(make.SLOTS, **ONE_AT_A_TIME)
    slots = [make.slot(make.resource(area, key), capacity=3) for key in "xy"]
    aoi = make.person()
    take(slots[0], aoi, services.hold)

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        again = take(slots[0], aoi, services.hold)
    with clock.frozen(clock.now() + dt.timedelta(minutes=22)):
        other = take(slots[1], aoi, services.hold)

    assert (again.state, other.state) == (State.HELD, State.HELD)
    assert [slot.counts.get().taken for slot in slots] == [0, 1]


def test_who_came_after_all_is_noted_also_when_they_booked_again():
    area = make.area(make.SLOTS, **ONE_AT_A_TIME)
    first, second = (make.slot(make.resource(area, key)) for key in "xy")
    aoi, staff = make.person(), make.staff()
    booking = services.mark_no_show(booking=take(first, aoi), by=staff)
    take(second, aoi)

    assert services.mark_attended(booking=booking, by=staff).state == State.ATTENDED


def test_the_form_of_the_last_call_does_not_book_for_the_next_caller():
    first, second, staff = make.slot(), make.slot(make.resource(key="y")), make.staff()

    def caller(family):
        return desk.Whose(told={"family": family, "given": "様", "phone": "00-0000-0000"})

    said = {"by": staff, "channel": "phone", "asked": "desk:1"}
    one = desk.book_for(wanted=make.wanted(first), whose=caller("例一"), **said)

    assert desk.book_for(wanted=make.wanted(first), whose=caller("例一"), **said) == one
    with pytest.raises(AskedDifferently):
        desk.book_for(wanted=make.wanted(second), whose=caller("例二"), **said)


# ------------------------------------------------------------------ events


def planned(staff):
    now = clock.now()
    given = events.EventIn(
        "まだ決裁前の催し", now + dt.timedelta(days=5), now + dt.timedelta(days=5, hours=2), {"places": 3}
    )
    return services.plan_event(area=make.area(EVENT), site=make.site(), given=given, by=staff)


def test_an_event_that_was_called_off_is_not_opened_by_its_approval():
    staff = make.staff()
    slot = planned(staff)
    EventPlan.objects.update(state=EventPlan.State.ASKED)
    digest = events.digest_of(Slot.objects.get(pk=slot.pk))
    shutting.call_off_slot(
        slot=Slot.objects.select_related("resource__area", "resource__site").get(pk=slot.pk),
        why="中止",
        seen=[],
        by=staff,
    )

    with pytest.raises(SomebodyWasFaster):
        events.open_approved(about=slot.ref, digest_then=digest, by=SYSTEM)

    slot.refresh_from_db()
    assert slot.state == SlotState.CANCELLED


def test_an_event_that_is_not_approved_is_on_no_public_page(client):
    slot = planned(make.staff())

    shown = [
        client.get(path)
        for path in (
            "/book/koza/",
            "/book/koza/places/",
            f"/book/koza/slots/{slot.pk}/",
            "/api/v1/areas/koza",
            "/api/v1/areas/koza/availability",
        )
    ]

    assert [one.status_code for one in shown] == [200, 200, 404, 200, 200]
    assert not any("決裁前" in one.content.decode() for one in shown)


# ------------------------------------------------------------------ draws


@pytest.fixture
def drawn(monkeypatch):
    """A draw of an event with so many entries for so many places, wins to be answered within five days."""
    monkeypatch.setattr(drawing, "_beacons", lambda at: [numbers(at)])

    def made(entries, places, before_the_draw=None):
        rules = EVENT | {"draw": {"months_ahead": 1, "wishes": 1, "win_cap": 1, "confirm_days": 5}}
        slot, now = event(places, rules), clock.now()
        at = now + dt.timedelta(days=12)
        round_ = services.open_event(
            slot=slot, opens_at=now, closes_at=now + dt.timedelta(days=10), draws_at=at, by=make.staff()
        )
        people = [make.person(f"例{number}") for number in range(entries)]
        for who in people:
            services.enter_draw(
                round=round_, party=who, person=who, wishes=[["kagaku"]], by=make.actor(who), channel="web"
            )
        if before_the_draw:
            before_the_draw(slot)
        draw(round_, at)
        return slot, lottery.round_(round_.key), people, at + dt.timedelta(days=1)

    return made


def test_a_draw_called_off_offers_nothing_by_its_line_and_takes_back_what_was_confirmed(drawn):
    _slot, round_, _people, later = drawn(2, 1)

    with clock.frozen(later):
        win = lottery.wins(round_).get()
        draws.confirm(win=win, by=make.actor(win.entry.person))
        draws.call_off(round=lottery.round_(round_.key), why="取りやめ", by=SYSTEM)

    assert Booking.objects.get().state == State.CANCELLED
    assert not Waiting.objects.filter(state__in=(WaitState.WAITING, WaitState.OFFERED)).exists()


def test_while_it_is_drawn_again_nobody_comes_first(drawn):
    slot, round_, _people, later = drawn(2, 2)

    with clock.frozen(later):
        again = later + dt.timedelta(days=9)
        draws.redraw(
            round=round_,
            why="やり直し",
            closes_at=later + dt.timedelta(days=8),
            draws_at=again,
            beacons=[numbers(again)],
            by=SYSTEM,
        )
        fresh = Slot.objects.select_related("resource__area", "resource__site").get(pk=slot.pk)
        with pytest.raises(DrawnFirst):
            take(fresh, make.person("よそ"))


def test_a_win_whose_place_was_cancelled_cannot_be_confirmed(drawn):
    _slot, round_, _people, later = drawn(1, 1)

    with clock.frozen(later):
        booking = Booking.objects.select_related("area", "resource__site", "resource__area").get()
        desk.cancel_for(booking=booking, by=make.staff("madoguchi"), why="電話で取り消し", by_city=False)
        win = lottery.wins(round_).get()
        with pytest.raises(HoldLapsed):
            draws.confirm(win=win, by=make.actor(win.entry.person))

    win.refresh_from_db()
    assert win.state == "offered"


def test_a_draw_waits_while_its_slot_is_shut(drawn):
    with pytest.raises(SlotShut):
        drawn(
            3,
            1,
            before_the_draw=lambda slot: shutting.shut_slot(slot=slot, why="点検", by=make.staff("tenken")),
        )

    assert not Booking.objects.exists()


# ------------------------------------------------------------------ erasure


def test_who_is_forgotten_leaves_no_words_and_no_place_taken(monkeypatch):
    monkeypatch.setattr(drawing, "_beacons", lambda at: [numbers(at)])
    aoi, ben = make.person(), make.person("べん")
    area = make.area()
    slot, full = (make.slot(make.resource(area, key)) for key in "xy")
    booking = take(slot, aoi, note="ひみつの病名")
    take(full, ben)
    waiting = take(full, aoi, services.wait, note="ひみつの病名")
    now = clock.now()
    round_ = services.open_event(
        slot=event(1),
        opens_at=now,
        closes_at=now + dt.timedelta(days=10),
        draws_at=now + dt.timedelta(days=12),
        by=make.staff(),
    )
    entry = services.enter_draw(
        round=round_, party=aoi, person=aoi, wishes=[["kagaku"]], by=make.actor(aoi), channel="web"
    )

    procedures.forget_me(by=make.actor(aoi))
    worker.run_due()

    booking.refresh_from_db()
    waiting.refresh_from_db()
    entry.refresh_from_db()
    assert (booking.state, waiting.state, entry.state) == ("cancelled", "left", "withdrawn")
    assert slot.counts.get().taken == 0
    for row in (booking, waiting, Entry.objects.get()):
        assert bytes(row.sealed) == b""
        assert row.key.destroyed_at is not None
        with pytest.raises(KeyDestroyed):
            vault.seal(row.key, {}, context="x")

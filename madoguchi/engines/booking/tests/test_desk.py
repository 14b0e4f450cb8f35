"""What the city does to times of its own: blocks, series, rain, slots that are shut; and who is told."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.desk_errors import (
    AffectedChanged,
    BlockOver,
    BlockOverlaps,
    CapacityBelowTaken,
    LookFirst,
    NothingOfSeries,
    PersonUnclear,
    ReasonNeeded,
    SeriesNotOffered,
    SeriesUnclear,
)
from madoguchi.engines.booking.errors import BlockUnclear, SlotShut, TimeTaken
from madoguchi.engines.booking.models import Block, Booking, Claim, Paid, Series, State, Waiting, WaitState
from madoguchi.engines.booking.queries import desk as queries
from madoguchi.engines.booking.services import blocking, raining, series, shutting
from madoguchi.engines.booking.services import desk as noting
from madoguchi.engines.messaging.models import Message
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.jobs.models import Job

from . import make, make_desk

pytestmark = pytest.mark.django_db


def told(booking) -> list[str]:
    return [job.payload["verb"] for job in Job.objects.filter(about=str(booking.ref)).order_by("pk")]


# ------------------------------------------------------------------ blocks


def test_a_block_cancels_whom_it_meets_and_takes_over_what_they_held():
    hall, aoi, staff = make.hall(), make.person(), make.staff()
    met = make_desk.booked(hall["half-a"], aoi)
    services.mark_paid(booking=met, by=staff)
    spared = make_desk.booked(hall["half-b"], aoi, in_days=11)

    made = blocking.block(
        resource=hall["whole"],
        **make_desk.span(make.evening(hall["whole"])),
        reason="床の工事",
        seen=[met.pk],
        by=staff,
    )

    met.refresh_from_db()
    spared.refresh_from_db()
    assert (met.state, met.by_city, met.why, met.paid) == ("cancelled", True, "床の工事", Paid.REFUND_DUE)
    assert met.refund_yen == met.yen == 2000
    assert spared.state == State.BOOKED
    assert not Claim.objects.filter(booking=met).exists()
    # Two halves, forty-eight half hours of the day each: nothing of it is anybody else's.
    assert Claim.objects.filter(block=made).count() == 2 * 48
    assert told(met)[-1] == "booking.cancelled"
    with pytest.raises(TimeTaken):
        make_desk.booked(hall["half-b"], make.person("べに"))


def test_who_booked_after_the_list_was_shown_is_not_cancelled_unseen():
    hall, staff = make.hall(), make.staff()
    late = make_desk.booked(hall["half-a"], make.person())

    with pytest.raises(AffectedChanged):
        blocking.block(
            resource=hall["whole"],
            **make_desk.span(make.evening(hall["whole"])),
            reason="工事",
            seen=[],
            by=staff,
        )

    late.refresh_from_db()
    assert late.state == State.BOOKED
    assert not Block.objects.exists()


def test_who_waits_is_not_offered_what_is_being_shut_but_is_when_it_is_lifted():
    hall, aoi, beni, staff = make.hall(), make.person(), make.person("べに"), make.staff()
    met = make_desk.booked(hall["half-a"], aoi)
    waits = services.wait(
        wanted=make.evening(hall["half-a"]), party=beni, person=beni, by=make.actor(beni), channel="phone"
    )
    made = blocking.block(
        resource=hall["half-a"],
        **make_desk.span(make.evening(hall["half-a"])),
        reason="工事",
        seen=[met.pk],
        by=staff,
    )
    waits.refresh_from_db()
    assert waits.state == WaitState.WAITING

    blocking.lift(block=made, by=staff)

    waits.refresh_from_db()
    assert waits.state == WaitState.OFFERED
    assert not Claim.objects.filter(block=made).exists()
    with pytest.raises(BlockOver):
        blocking.lift(block=made, by=staff)


def test_cleaning_beside_a_block_is_nobodys_reason_to_be_sent_away():
    hall = make.hall(make.area(make.UNITS, version=2, cleaning={"after": 60}))
    evening = make_desk.booked(hall["half-a"], make.person(), period="am")
    since = evening.ends_at  # the room is cleaned until 13:00

    made = blocking.block(
        resource=hall["half-a"],
        starts_at=since,
        ends_at=since + dt.timedelta(hours=3),
        reason="点検",
        seen=[],
        by=make.staff(),
    )

    evening.refresh_from_db()
    assert evening.state == State.BOOKED
    assert Claim.objects.filter(block=made).count() == 4  # six half hours less the two of the cleaning


def test_blocks_do_not_overlap_and_say_what_they_are_for():
    hall, staff = make.hall(), make.staff()
    span = make_desk.span(make.evening(hall["half-a"]))
    more = {"resource": hall["half-a"], "seen": [], "by": staff}
    blocking.block(**span, reason="工事", **more)

    with pytest.raises(BlockOverlaps):
        blocking.block(**span, reason="もう一度", **more)
    with pytest.raises(BlockUnclear):
        blocking.block(**span, reason=" ", **more)
    with pytest.raises(BlockUnclear):
        blocking.block(starts_at=span["ends_at"], ends_at=span["starts_at"], reason="逆", **more)
    with pytest.raises(NotAllowed):
        blocking.block(**span, reason="よその課", **more | {"by": make.staff("yoso", "よその課")})


# ------------------------------------------------------------------ series


def weekly(hall, weeks=4, **more):
    first = make.evening(hall["half-a"])
    until = clock.in_city(first.starts_at).date() + dt.timedelta(weeks=weeks - 1)
    rule = series.rule_for("week", clock.in_city(first.starts_at).date(), until)
    return {"wanted": first, "rule": rule} | more


def serial_hall():
    return make.hall(make.area(make.UNITS, version=3, series=True))


def test_a_series_books_what_is_free_and_says_what_was_not():
    hall, club, staff = serial_hall(), make.group(), make.staff()
    other = make_desk.booked(hall["whole"], make.person(), in_days=24)
    whom = {"party": club, "person": club, "by": staff, "channel": "phone"}

    days = series.preview_series(**weekly(hall), **whom)
    made = series.book_series(**weekly(hall), **whom, asked="page-1")

    assert [day.is_free for day in days] == [True, True, False, True]
    assert made.bookings.count() == 3
    assert [one["code"] for one in made.clashes] == ["time_taken"]
    assert made.clashes[0]["starts_at"] == clock.in_city(other.starts_at).isoformat()
    # The same page pressed again is the same series.
    assert series.book_series(**weekly(hall), **whom, asked="page-1").pk == made.pk
    assert Booking.objects.filter(party=club).count() == 3


def test_the_rest_of_a_series_is_cancelled_at_once():
    hall, club, staff = serial_hall(), make.group(), make.staff()
    made = series.book_series(**weekly(hall), party=club, person=club, by=staff, channel="counter", asked="x")

    with pytest.raises(ReasonNeeded):
        series.cancel_rest(series=made, by=staff, why="")
    assert series.cancel_rest(series=made, by=staff, why="解散するため") == 4

    assert not Claim.objects.exists()
    assert set(made.bookings.values_list("state", flat=True)) == {"cancelled"}


def test_a_series_that_fits_nowhere_leaves_nothing():
    hall, club, staff = serial_hall(), make.group(), make.staff()
    whom = {"party": club, "person": club, "by": staff, "channel": "phone"}
    series.book_series(**weekly(hall), **whom, asked="x")

    with pytest.raises(NothingOfSeries):
        series.book_series(**weekly(hall), **whom, asked="y")
    assert Series.objects.count() == 1


@pytest.mark.parametrize(
    ("every", "rule"),
    [
        ("week", "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270131T235959"),
        ("two_weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20270131T235959"),
        ("month_day", "FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20270131T235959"),
        ("month_weekday", "FREQ=MONTHLY;BYDAY=+5TH;UNTIL=20270131T235959"),
    ],
)
def test_the_rule_of_a_series(every, rule):
    assert series.rule_for(every, dt.date(2026, 12, 31), dt.date(2027, 1, 31)) == rule


def test_a_series_has_an_end_and_an_area_that_takes_it():
    hall, club, staff = make.hall(), make.group(), make.staff()
    with pytest.raises(SeriesUnclear):
        series.rule_for("week", dt.date(2026, 12, 31), dt.date(2026, 12, 31))
    with pytest.raises(SeriesUnclear):
        series.rule_for("daily", dt.date(2026, 12, 31), dt.date(2027, 1, 31))
    with pytest.raises(SeriesNotOffered):
        series.book_series(**weekly(hall), party=club, person=club, by=staff, channel="phone", asked="")


# ------------------------------------------------------------------ rain


def test_rain_gives_the_vehicle_back_and_keeps_the_goggles():
    made, club, staff = make_desk.vehicle(), make.group(), make.staff()
    booking = make_desk.booked(made["outdoor"], club, period="am")

    result = raining.switch_day(bookings=[booking], why="雨のため", by=staff)

    assert not result.failed
    booking.refresh_from_db()
    assert (booking.resource.key, booking.why, booking.state) == ("indoor", "雨のため", "booked")
    assert set(Claim.objects.filter(booking=booking).values_list("unit__key", flat=True)) == {"vr"}
    assert told(booking) == ["booking.made", "booking.moved"]


def test_neither_vehicle_nor_goggles_are_had_twice():
    made = make_desk.vehicle()
    make_desk.booked(made["outdoor"], make.group(), period="am")
    with pytest.raises(TimeTaken):
        make_desk.booked(made["outdoor"], make.group("べつの会"), period="am")
    with pytest.raises(TimeTaken):
        make_desk.booked(made["indoor"], make.group("べつの会"), period="am")


# ------------------------------------------------------------------ slots


def test_a_slot_that_is_called_off_cancels_who_was_on_the_list():
    slot, staff, aoi = make.slot(capacity=2), make.staff(), make.person()
    booking = services.book(
        wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web"
    )

    with pytest.raises(AffectedChanged):
        shutting.call_off_slot(slot=slot, why="台風", seen=[], by=staff)
    shutting.call_off_slot(slot=slot, why="台風", seen=[booking.pk], by=staff)

    booking.refresh_from_db()
    assert (booking.state, booking.by_city, booking.why) == ("cancelled", True, "台風")
    slot.refresh_from_db()
    with pytest.raises(SlotShut):
        services.book(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")


def test_a_slot_that_is_shut_keeps_who_is_in_it():
    slot, staff, aoi = make.slot(capacity=2), make.staff(), make.person()
    booking = services.book(
        wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web"
    )

    shutting.shut_slot(slot=slot, why="職員の都合", by=staff)
    beni = make.person("べに")
    with pytest.raises(SlotShut):
        services.book(wanted=make.wanted(slot), party=beni, person=beni, by=make.actor(beni), channel="web")
    shutting.reopen_slot(slot=slot, by=staff)

    slot.refresh_from_db()
    services.book(wanted=make.wanted(slot), party=beni, person=beni, by=make.actor(beni), channel="web")
    booking.refresh_from_db()
    assert booking.state == State.BOOKED
    assert slot.counts.get().taken == 2


def test_more_places_go_to_who_waits_and_fewer_than_taken_are_refused():
    slot, staff, aoi, beni = make.slot(), make.staff(), make.person(), make.person("べに")
    services.book(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")
    services.wait(wanted=make.wanted(slot), party=beni, person=beni, by=make.actor(beni), channel="phone")

    with pytest.raises(CapacityBelowTaken):
        shutting.change_capacity(slot=slot, capacities={"places": 0}, by=staff)
    shutting.change_capacity(slot=slot, capacities={"places": 2}, by=staff)

    assert Waiting.objects.get().state == WaitState.OFFERED
    assert (slot.counts.get().capacity, slot.counts.get().taken) == (2, 2)


# ------------------------------------------------------------------ people and looks


def test_who_telephones_is_taken_down_and_found_again():
    area, staff = make.area(), make.staff()
    telephone = {"family": "見本", "given": "でんわ", "family_kana": "ミホン", "phone": "03-0000-0001"}

    party = noting.take_down(told=telephone, by=staff)

    for typed in ("見本 でんわ", "ミホン", "0300000001"):
        found = queries.find_people(staff, area, typed=typed)
        assert [one.party.pk for one in found] == [party.pk]
    assert identity.profile(party)["phone"] == "0300000001"
    for lacking in ({"family": "見本"}, {"phone": "0300000001"}, {"family": "見本", "phone": "12"}):
        with pytest.raises(PersonUnclear):
            noting.take_down(told=lacking, by=staff)


def test_a_choice_that_was_not_found_is_not_taken():
    resource, staff, aoi = make.resource(), make.staff(), make.person()
    with pytest.raises(NotFound):
        queries.chosen(staff, resource.area, resource.site, f"{aoi.pk}.{aoi.pk}")
    signed = queries.as_choice(aoi, aoi)
    assert queries.chosen(staff, resource.area, resource.site, signed).party == aoi


def test_who_is_protected_is_not_found_by_name_without_the_right():
    area, staff = make.area(), make.staff()
    people = {"family": "見本", "given": "ひみつ", "phone": "0300000002"}
    party = noting.take_down(told=people, by=staff)
    type(party).objects.filter(pk=party.pk).update(is_protected=True)
    keeper = make.staff("mori", make.DIVISION, "clerk", "sees_protected")

    assert queries.find_people(staff, area, typed="見本ひみつ") == []
    assert len(queries.find_people(keeper, area, typed="見本ひみつ")) == 1


def test_a_note_needs_a_look_first_and_is_sealed():
    slot, staff, aoi = make.slot(), make.staff(), make.person()
    booking = services.book(
        wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web"
    )
    with pytest.raises(LookFirst):
        noting.add_note(booking=booking, note="電話があった", by=staff)

    noting.record_look(booking=booking, by=staff, reason="来所の受付")
    noting.add_note(booking=booking, note="電話があった", by=staff)

    booking.refresh_from_db()
    assert "電話があった".encode() not in bytes(booking.sealed)
    assert [one["note"] for one in queries.opened(staff, booking).staff_notes] == ["電話があった"]


def test_what_staff_noted_stays_when_the_answers_are_changed_and_is_no_part_of_what_was_asked():
    asks = [{"key": "wish", "label": "したいこと", "type": "text"}]
    slot, staff, aoi = make.slot(make.resource(make.area(asks=asks))), make.staff(), make.person()
    said = {"party": aoi, "person": aoi, "by": make.actor(aoi)}
    first = make.wanted(slot, answers={"wish": "絵本"})
    held = services.hold(wanted=first, channel="web", asked="k1", **said)
    noting.record_look(booking=held, by=staff, reason="来所の受付")
    noting.add_note(booking=held, note="電話があった", by=staff)

    again = services.hold(wanted=first, channel="web", asked="k1", **said)
    services.amend(booking=again, wanted=make.wanted(slot, answers={"wish": "歌"}), **said)

    assert (again.pk, Booking.objects.count()) == (held.pk, 1)
    opened = queries.opened(staff, Booking.objects.select_related("key").get())
    assert [one["note"] for one in opened.staff_notes] == ["電話があった"]
    assert [answer for _label, answer in opened.answers] == ["歌"]


def test_the_message_of_a_block_says_why_and_what_is_free_near():
    hall, aoi, staff = make.hall(), make.person(), make.staff()
    met = make_desk.booked(hall["half-a"], aoi)
    blocking.block(
        resource=hall["half-a"],
        **make_desk.span(make.evening(hall["half-a"])),
        reason="床の工事",
        seen=[met.pk],
        by=staff,
    )

    jobs.run_due(kinds=("booking.tell",))

    body = Message.objects.get(kind="booking.called_off").body
    assert "床の工事" in body
    assert "見本 half-b" in body


def test_a_series_is_told_in_one_message():
    hall, club, staff = serial_hall(), make.group(), make.staff()
    series.book_series(**weekly(hall), party=club, person=club, by=staff, channel="phone", asked="x")

    jobs.run_due(kinds=("booking.tell",))

    body = Message.objects.get().body
    assert sum(one.receipt in body for one in Booking.objects.all()) == 4

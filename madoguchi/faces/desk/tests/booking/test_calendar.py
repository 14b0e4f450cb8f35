"""The calendar, one booking, a slot: numbers first, names behind a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import State
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.kernel.audit.models import Event

from .working import Desk, booked, day_of

pytestmark = pytest.mark.django_db


def test_the_day_shows_numbers_and_no_names(sato):
    slot = make.slot(capacity=3)
    booking = booked(slot)

    index = sato.get("index")
    shown = sato.get("area", "azukari", day=day_of(slot.starts_at))

    assert "一時預かり（見本）" in index.text
    assert booking.receipt in shown.text
    assert "1/3" in shown.text
    assert "あおい" not in shown.text


def test_a_hall_is_a_grid_in_which_a_half_takes_the_whole(sato):
    hall = make.hall()
    met = make_desk.booked(hall["half-a"], make.person())

    day = sato.get("area", "shisetsu", day=day_of(met.starts_at)).text
    week = sato.get("area", "shisetsu", day=day_of(met.starts_at), span="week").text

    assert day.count(met.receipt) == 2  # its own column, and that of 全面
    assert "予約 1・空き 2" in week


def test_calendars_cost_the_same_however_full_they_are(sato, django_assert_max_num_queries):
    slots = [make.slot(capacity=9, starts_in=dt.timedelta(days=2, hours=n)) for n in (0, 2, 4)]
    hall = make.hall()
    for number, slot in enumerate(slots):
        for more in range(3):
            booked(slot, f"人{number}{more}")
    for number in range(3):
        make_desk.booked(hall["half-a"], make.person(f"組{number}"), in_days=10 + number)
    sato.get("index")

    with django_assert_max_num_queries(16):
        sato.get("index")
    with django_assert_max_num_queries(21):
        sato.get("area", "azukari", day=day_of(slots[0].starts_at))
    with django_assert_max_num_queries(19):
        sato.get("area", "shisetsu", day=day_of(make.evening(hall["whole"]).starts_at), span="week")


@pytest.mark.parametrize(
    "query", [{"day": "9999-99-99"}, {"day": "x", "span": "week"}, {"site": "nai"}, {"day": "0001-01-01"}]
)
def test_addresses_typed_by_hand_show_a_page(sato, query):
    make.slot()
    make.hall()
    assert sato.get("area", "azukari", **query).status_code == 200
    assert sato.get("area", "shisetsu", **query).status_code == 200


def test_another_divisions_staff_find_nothing_there(db):
    slot, hall = make.slot(), make.hall()
    booking = booked(slot)
    takagi = Desk(make.staff("takagi", "よその課"))

    assert "一時預かり" not in takagi.get("index").text
    for route, args in {
        "area": ["azukari"],
        "list": ["azukari"],
        "new": ["azukari"],
        "blocks": ["shisetsu"],
        "imports": ["shisetsu"],
        "booking": [booking.pk],
        "slot": [slot.pk],
    }.items():
        assert takagi.get(route, *args).status_code == 404, route
    for route, args in {
        "look": [booking.pk],
        "care": [booking.pk],
        "act": [booking.pk],
        "cancel": [booking.pk],
        "note": [booking.pk],
        "slot_call_off": [slot.pk],
        "slot_capacity": [slot.pk],
    }.items():
        assert takagi.post(route, *args, why="x", verb="attended", reason="visit").status_code == 404, route
    booking.refresh_from_db()
    assert booking.state == State.BOOKED
    assert hall["whole"].pk


def test_the_name_is_shown_once_the_reason_is_on_record(sato):
    booking = booked(make.slot())

    assert "あおい" not in sato.get("booking", booking.pk).text
    refused = sato.post("look", booking.pk, reason="other", other=" ")
    assert refused.status_code == 422
    assert not Event.objects.filter(verb=Event.READ).exists()
    sato.post("look", booking.pk, reason="visit")

    assert "見本 あおい" in sato.get("booking", booking.pk).text
    look = Event.objects.get(verb=Event.READ)
    assert (look.purpose, look.subject) == ("来所・利用の受付", booking.party_id)
    # A colleague has a look of their own to give a reason for.
    assert "あおい" not in Desk(make.staff("tamura")).get("booking", booking.pk).text


def test_coming_paying_and_cancelling(sato):
    hall = make.hall()
    paid = make_desk.booked(hall["half-a"], make.person())

    sato.post("act", paid.pk, verb="paid")
    refused = sato.post("cancel", paid.pk, whose="person", why="")
    sato.post("cancel", paid.pk, whose="person", why="電話で取り消し")
    paid.refresh_from_db()
    assert refused.status_code == 422
    assert (paid.state, paid.paid, paid.refund_yen, paid.by_city) == ("cancelled", "refund_due", 2000, False)
    sato.post("act", paid.pk, verb="refunded")
    paid.refresh_from_db()
    assert paid.paid == "refunded"

    came = booked(make.slot(), "べに")
    sato.post("act", came.pk, verb="attended")
    came.refresh_from_db()
    assert came.state == "attended"
    assert sato.post("act", came.pk, verb="steal").status_code == 404


def test_a_booking_is_found_by_the_number_said_on_the_telephone(sato):
    booking = booked(make.slot())
    found = sato.post("find", number=booking.receipt.replace("-", " "))
    assert found.url == reverse("desk:booking:booking", args=[booking.pk])
    assert sato.post("find", number="0000").status_code == 404


def test_the_list_on_paper_has_names_once_each_look_is_recorded(sato):
    slot = make.slot(capacity=2)
    first, second = booked(slot), booked(slot, "べに")

    assert "あおい" not in sato.get("list", "azukari", day=day_of(slot.starts_at)).text
    named = sato.post("list", "azukari", day=day_of(slot.starts_at), reason="prepare")

    assert "見本 あおい" in named.text
    assert "見本 べに" in named.text
    looks = Event.objects.filter(verb=Event.READ)
    assert set(looks.values_list("subject", flat=True)) == {first.party_id, second.party_id}


def test_a_slot_is_shut_enlarged_and_called_off(sato):
    slot = make.slot()
    booking = booked(slot)

    sato.post("slot_capacity", slot.pk, **{"count:places": "5"})
    assert slot.counts.get().capacity == 5
    assert sato.post("slot_capacity", slot.pk, **{"count:places": "0"}).status_code == 409
    assert sato.post("slot_capacity", slot.pk, **{"count:places": "x"}).status_code == 422
    sato.post("slot_shut", slot.pk, why="職員の都合")
    assert "受付停止" in sato.get("area", "azukari", day=day_of(slot.starts_at)).text
    sato.post("slot_shut", slot.pk, open="1")
    assert sato.post("slot_call_off", slot.pk, why="台風").status_code == 409
    sato.post("slot_call_off", slot.pk, why="台風", seen=[booking.pk])

    booking.refresh_from_db()
    slot.refresh_from_db()
    assert (booking.state, slot.state) == ("cancelled", "cancelled")
    assert "台風" in sato.get("slot", slot.pk).text


def test_who_waits_for_a_room_is_on_its_day_and_may_step_out(sato):
    hall, beni = make.hall(), make.person("べに")
    met = make_desk.booked(hall["half-a"], make.person())
    waits = services.wait(
        wanted=make.evening(hall["half-a"]), party=beni, person=beni, by=make.actor(beni), channel="phone"
    )

    assert "空きを待っている人" in sato.get("area", "shisetsu", day=day_of(met.starts_at)).text
    sato.post("leave", waits.pk)

    waits.refresh_from_db()
    assert waits.state == "left"
    assert "空きを待っている人" not in sato.get("area", "shisetsu", day=day_of(met.starts_at)).text


def test_an_offer_that_staff_take_back_goes_to_the_next_in_line(sato):
    hall, people = make.hall(), [make.person(f"待{number}") for number in range(2)]
    met = make_desk.booked(hall["half-a"], make.person())
    line = [
        services.wait(
            wanted=make.evening(hall["half-a"]), party=who, person=who, by=make.actor(who), channel="phone"
        )
        for who in people
    ]
    sato.post("cancel", met.pk, whose="person", why="電話で取り消し")
    line[0].refresh_from_db()
    sato.post("cancel", line[0].booking_id, whose="person", why="いらないとのこと")

    states = [type(one).objects.get(pk=one.pk).state for one in line]
    assert states == ["left", "offered"]

"""Booking for who telephones, writes or comes; children whose care notes open on need."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking.models import Booking, Series, Waiting
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.records.tests import make as registering
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Party

from .working import PHONE, Desk, day_of, place

pytestmark = pytest.mark.django_db


@pytest.mark.accepts("P1-1-3-T4")
def test_who_telephones_is_booked_into_the_same_places_as_everybody(sato):
    """健診: a telephone application uses the slots that are seen on the internet, and what is full is full."""
    slot = make.slot()

    page = sato.get("new", "azukari", slot=str(slot.pk))
    made = sato.post("new", "azukari", slot=slot.pk, then="book", asked="1", **PHONE)

    assert page.status_code == 200
    booking = Booking.objects.get()
    assert made.url == reverse("desk:booking:booking", args=[booking.pk])
    assert (booking.channel, booking.state, booking.slot_id) == ("phone", "booked", slot.pk)
    assert slot.counts.get().taken == 1
    # The same page sent twice is one booking; somebody else is offered the line.
    again = sato.post("new", "azukari", slot=slot.pk, then="book", asked="1", **PHONE)
    assert again.url == made.url
    full = sato.post(
        "new",
        "azukari",
        slot=slot.pk,
        then="book",
        asked="2",
        **PHONE | {"given": "べつ", "channel": "counter"},
    )
    assert full.status_code == 409
    assert "空きを待つ" in full.text
    assert (Booking.objects.count(), Party.objects.count()) == (1, 1)  # who got nothing was not kept
    sato.post("new", "azukari", slot=slot.pk, then="wait", asked="3", **PHONE | {"given": "べつ"})
    assert Waiting.objects.get().channel == "phone"
    assert "電話 1" in sato.get("area", "azukari", day=day_of(slot.starts_at)).text
    # Who has no account is told by letter.
    jobs.run_due(kinds=("booking.tell",))
    assert Delivery.objects.get(message__kind="booking.made").channel == "post"


@pytest.mark.parametrize(
    "posted",
    [
        {"family": "", "phone": "", "channel": "phone"},
        {"family": "見本", "phone": "12", "channel": "phone"},
        {"family": "見本", "phone": "0300000001", "channel": ""},
        {"family": "見本", "phone": "0300000001", "channel": "phone", "birth": "2026-02-31"},
    ],
)
def test_what_was_typed_stays_when_something_is_missing(sato, posted):
    slot = make.slot()
    answer = sato.post("new", "azukari", slot=slot.pk, then="book", asked="1", given="のこる", **posted)
    assert answer.status_code == 422
    assert 'value="のこる"' in answer.text
    assert not Booking.objects.exists()


def test_somebody_taken_down_before_is_found_and_the_search_is_on_record(sato):
    first, second = make.slot(), make.slot(starts_in=dt.timedelta(days=3))
    sato.post("new", "azukari", slot=first.pk, then="book", asked="1", **PHONE)
    known = Booking.objects.get().party_id

    hits = sato.post("new", "azukari", slot=second.pk, then="search", q="03-0000-0001")
    who = re.search(r'name="who" value="([^"]+)"', hits.text)[1]
    sato.post("new", "azukari", slot=second.pk, then="book", asked="2", who=who, channel="post")

    assert "見本 でんわ" in hits.text
    assert Event.objects.filter(verb=Event.READ, subject=known).count() == 1
    assert Booking.objects.filter(party=known).count() == 2
    assert sato.post("new", "azukari", slot=second.pk, then="search", q="").status_code == 422


def test_who_was_found_is_still_named_after_a_refusal_and_that_look_is_on_record_too(sato):
    first, second = make.slot(), make.slot(starts_in=dt.timedelta(days=3))
    sato.post("new", "azukari", slot=first.pk, then="book", asked="1", **PHONE)
    known = Booking.objects.get().party_id
    hits = sato.post("new", "azukari", slot=second.pk, then="search", q="03-0000-0001")
    who = re.search(r'name="who" value="([^"]+)"', hits.text)[1]

    refused = sato.post("new", "azukari", slot=second.pk, then="book", asked="2", who=who, channel="")
    forged = sato.post("new", "azukari", slot=second.pk, then="search", q="", who=who[:-1] + "!")

    assert refused.status_code == 422
    assert "<b>見本 でんわ</b>" in refused.text
    assert Event.objects.filter(verb=Event.READ, subject=known).count() == 2
    assert forged.status_code == 404


def test_a_room_is_booked_for_a_group_week_by_week(sato):
    hall = make.hall(make.area(make.UNITS, version=4, series=True))
    wanted = make.evening(hall["half-a"])
    until = clock.in_city(wanted.starts_at).date() + dt.timedelta(weeks=2)
    typed = {**place(wanted), **PHONE, "is_group": "1", "every": "week", "repeat_until": until.isoformat()}
    make_desk.booked(hall["half-a"], make.person(), in_days=17)

    preview = sato.post("new", "shisetsu", then="preview", asked="1", **typed)
    assert Party.objects.count() == 1  # looking keeps nobody
    made = sato.post("new", "shisetsu", then="series", asked="1", **typed)

    assert preview.text.count("予約できます") == 2
    assert preview.text.count("予約できません") == 1
    series = Series.objects.get()
    assert made.url == reverse("desk:booking:series", args=[series.pk])
    assert series.bookings.count() == 2
    shown = sato.get("series", series.pk)
    assert "予約できなかった日（1件）" in shown.text
    sato.post("series_cancel", series.pk, why="会がなくなった")
    assert not series.bookings.filter(state="booked").exists()


def test_times_that_are_not_there_are_not_found(sato):
    hall = make.hall()
    slot = make.slot()
    good = place(make.evening(hall["half-a"]))
    for query in (
        {},
        {"slot": "x"},
        {"slot": str(slot.pk)},  # of another area
        good | {"starts": "20261301T9999"},
        good | {"starts": "00010101T0000"},
        good | {"resource": "x"},
        good | {"ends": "20200101T0900"},
    ):
        assert sato.get("new", "shisetsu", **query).status_code == 404, query


CARE = {"registration": {"kind": registering.CHILD, "of": "person"}, "for_children": True}


@pytest.fixture
def nursery(db):
    """A child interviewed at 仮A; facility 仮B belongs to another division."""
    registering.kinds()
    centre = registering.staff("kosodate")
    parent, keeper = registering.resident("aoi")
    registration = registering.interviewed(parent, keeper, centre)
    at_b = make.site("piyo-b", division_id=registering.ELSEWHERE)
    room = make.resource(make.area(make.SLOTS, version=7, who=CARE), "piyo-b", at_b)
    return registration, make.slot(room), parent


@pytest.mark.accepts("P1-1-2-T4")
def test_a_parent_without_internet_is_booked_at_the_counter_in_the_same_calendar(nursery):
    registration, slot, _parent = nursery
    hoiku = Desk(registering.staff("hoiku", registering.ELSEWHERE))

    nobody = hoiku.post("new", "azukari", slot=slot.pk, then="book", asked="1", **PHONE)
    hits = hoiku.post("new", "azukari", slot=slot.pk, then="search", q=registration.number)
    who = re.search(r'name="who" value="([^"]+)"', hits.text)[1]
    hoiku.post("new", "azukari", slot=slot.pk, then="book", asked="2", who=who, channel="counter")

    assert nobody.status_code == 422  # a child that is not registered is not booked (P1-1-2-T5)
    booking = Booking.objects.get()
    assert (booking.person_id, booking.party_id) == (registration.party_id, registration.keeper_id)
    assert (booking.channel, booking.registration) == ("counter", registration.pk)
    assert slot.counts.get().taken == 1
    assert booking.receipt in hoiku.get("area", "azukari", day=day_of(slot.starts_at)).text


@pytest.mark.accepts("P1-1-2-T1")
def test_registered_at_a_booked_at_b_and_who_read_the_allergy_is_seen_by_the_parent(nursery):
    """Registered at facility A, booked at B on the telephone's browser; B's staff read the allergy, and it is logged."""
    registration, slot, parent = nursery
    phone = enter(Client(), parent)
    held = phone.post(
        reverse("portal:booking:hold_slot", args=["azukari", slot.pk]),
        {"whom": f"child-{registration.party_id}", "step": "hold", "asked": "1"},
    )
    booking = Booking.objects.get()
    assert held.status_code == 302
    phone.post(reverse("portal:booking:confirm", args=[booking.pk]))
    hoiku = Desk(registering.staff("hoiku", registering.ELSEWHERE))

    before = hoiku.get("booking", booking.pk)
    assert "配慮することがあります" in before.text
    assert "卵" not in before.text
    assert hoiku.post("care", booking.pk, reason="").status_code == 422
    opened = hoiku.post("care", booking.pk, reason="care")

    assert "卵" in opened.text
    look = Event.objects.get(verb=Event.READ, about=str(registration.ref))
    assert (look.purpose, look.subject) == ("預かりや利用の準備", registration.keeper_id)
    # Once: it is closed again when the page is loaded anew.
    assert "卵" not in hoiku.get("booking", booking.pk).text
    seen = phone.get("/my/looks/").text
    assert "預かりや利用の準備" in seen
    assert "登録した内容" in seen

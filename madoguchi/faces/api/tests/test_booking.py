"""Booking through the API: what is free for anyone, taking and giving back with a token, staff systems with a key."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.engines.booking.models import ACTIVE, Booking, Count
from madoguchi.engines.booking.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people

from .conftest import Program, key_for, token_for

pytestmark = pytest.mark.django_db
ANYONE = Program()


def app_of(party) -> Program:
    return Program(token_for(make.actor(party), ["bookings"]))


def machine(division: str = make.DIVISION) -> Program:
    people.keep_division(key=division, name=division)
    return Program(key_for(("bookings",), division))


def week_of(slot) -> str:
    day = clock.in_city(slot.starts_at).date()
    return f"?since={day}&until={day + dt.timedelta(days=6)}"


def page_of(slot, **headers: str):
    return ANYONE.call("GET", f"/areas/{slot.resource.area.key}/availability{week_of(slot)}", **headers)


@pytest.mark.accepts("N-21")
def test_what_is_free_is_shown_to_anyone_and_changes_with_the_next_poll_after_a_booking():
    slot = make.slot(capacity=3)
    before = page_of(slot)
    assert before.json()["times"][0]["left"] == {"places": 3}

    made = app_of(make.person()).call("POST", "/bookings", {"slot": str(slot.pk)})

    assert made.status_code == 201, made.content.decode()
    after = page_of(slot, **{"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json()["times"][0]["left"]) == (200, {"places": 2})
    again = page_of(slot, **{"If-None-Match": after.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_poll_in_which_nothing_changed_costs_two_queries():
    slot = make.slot()
    tag = page_of(slot).headers["ETag"]

    with CaptureQueriesContext(connection) as asked:
        assert page_of(slot, **{"If-None-Match": tag}).status_code == 304

    assert len(asked) == 2, [one["sql"] for one in asked]


def test_an_area_tells_its_rules_its_sites_and_what_can_be_booked_there():
    area = make.area(limits=[{"most": 2, "per": "day"}], who={"eligible": "age >= 18", "why_not": "18歳から"})
    make.resource(area)

    rows, one = ANYONE.call("GET", "/areas").json(), ANYONE.call("GET", "/areas/azukari").json()

    assert [row["key"] for row in rows] == ["azukari"]
    assert (one["eligible"], one["has_waiting"], one["hold_minutes"]) == ("age >= 18", True, 10)
    assert [place["key"] for place in one["sites"]] == ["kari-a"]
    assert [thing["key"] for thing in one["resources"]] == ["asa"]
    assert ANYONE.call("GET", "/areas/nai").status_code == 404


def test_a_resource_is_a_calendar_to_subscribe_to():
    slot = make.slot(capacity=3)

    said = ANYONE.call("GET", f"/areas/azukari/resources/asa/availability.ics{week_of(slot)}")

    entries = list(icalendar.Calendar.from_ical(said.content).walk("VEVENT"))
    assert said.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert [entry.decoded("dtstart") for entry in entries] == [slot.starts_at]
    assert "空き3" in str(entries[0]["summary"])


def test_a_court_is_full_when_one_of_its_halves_is_taken():
    hall, aoi = make.hall(), make.person()
    wish = make.evening(hall["half-a"])
    times = {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}

    made = app_of(aoi).call("POST", "/bookings", {"resource": str(wish.resource.pk), **times})

    assert made.status_code == 201, made.content.decode()
    day = clock.in_city(wish.starts_at).date()
    page = ANYONE.call("GET", f"/areas/shisetsu/availability?since={day}&until={day}").json()
    names = {one["id"]: one["key"] for one in page["resources"]}
    evening = {
        names[one["resource"]]: one["state"]
        for one in page["times"]
        if dt.datetime.fromisoformat(one["starts_at"]) == wish.starts_at
    }
    assert evening == {"whole": "full", "half-a": "full", "half-b": "open"}


@pytest.mark.parametrize(
    "asked", ["?since=2026-12-01&until=2026-11-01", "?since=2026-01-01&until=2026-12-31", "?since=9999-12-30"]
)
def test_a_span_that_is_none_is_refused(asked):
    make.area()

    said = ANYONE.call("GET", f"/areas/azukari/availability{asked}")

    assert (said.status_code, said.json()["code"]) == (422, "span_too_long")


# ------------------------------------------------------------------ with a token


def test_the_same_request_again_is_the_same_201_with_the_same_booking():
    slot, app = make.slot(capacity=1), app_of(make.person())
    key = {"Idempotency-Key": "once-and-again"}

    first = app.call("POST", "/bookings", {"slot": str(slot.pk)}, **key)
    make.area(closes={"days": 3}, version=2)  # by now the rules would say no
    second = app.call("POST", "/bookings", {"slot": str(slot.pk)}, **key)

    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == Count.objects.get().taken == 1


@pytest.mark.parametrize("other", [{"people": 2}, {"note": "べつのこと"}, {"language": "en"}])
def test_another_request_under_the_same_key_is_refused(other):
    slot, app = make.slot(capacity=5), app_of(make.person())
    key = {"Idempotency-Key": "once-and-again"}
    app.call("POST", "/bookings", {"slot": str(slot.pk)}, **key)

    said = app.call("POST", "/bookings", {"slot": str(slot.pk), **other}, **key)

    assert (said.status_code, said.json()["code"]) == (422, "asked_differently")
    assert Count.objects.get().taken == 1


def test_what_is_full_is_409_and_says_what_is_free_near_it():
    area = make.area()
    full, near = (
        make.slot(make.resource(area), capacity=1),
        make.slot(make.resource(area, "hiru"), capacity=1),
    )
    app_of(make.person("あおい")).call("POST", "/bookings", {"slot": str(full.pk)})

    said = app_of(make.person("べん")).call("POST", "/bookings", {"slot": str(full.pk)})

    assert (said.status_code, said.json()["code"]) == (409, "slot_full")
    assert said.headers["Content-Type"] == "application/problem+json"
    assert [one["slot"] for one in said.json()["alternatives"]] == [str(near.pk)]


def test_a_hold_is_confirmed_and_a_booking_given_back():
    slot, app = make.slot(capacity=1), app_of(make.person())

    held = app.call("POST", "/bookings", {"slot": str(slot.pk), "hold": True}).json()
    assert (held["state"], held["held_until"] is not None) == ("held", True)
    booked = app.call("POST", f"/bookings/{held['id']}/confirmation").json()
    assert booked["state"] == "booked"
    assert [one["id"] for one in app.call("GET", "/bookings").json()] == [held["id"]]

    ended = app.call("POST", f"/bookings/{held['id']}/cancellation", {"why": "用事ができた"})

    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
    assert app.call("POST", f"/bookings/{held['id']}/cancellation").json()["state"] == "cancelled"
    assert Count.objects.get().taken == 0
    assert app.call("GET", f"/bookings/{held['id']}").json()["state"] == "cancelled"


def test_whoever_waits_is_offered_what_becomes_free_and_takes_it():
    slot = make.slot(capacity=1)
    aoi, ben = app_of(make.person("あおい")), app_of(make.person("べん"))
    booking = aoi.call("POST", "/bookings", {"slot": str(slot.pk)}).json()["id"]

    waits = ben.call("POST", "/waitings", {"slot": str(slot.pk)})
    assert (waits.status_code, waits.json()["state"], waits.json()["ahead"]) == (201, "waiting", 0)
    aoi.call("POST", f"/bookings/{booking}/cancellation")
    offered = ben.call("GET", f"/waitings/{waits.json()['id']}").json()
    taken = ben.call("POST", f"/bookings/{offered['booking']}/confirmation")

    assert offered["state"] == "offered"
    assert taken.json()["state"] == "booked"
    assert ben.call("GET", f"/waitings/{offered['id']}").json()["state"] == "taken"


def test_anothers_booking_is_not_there_and_nothing_is_without_the_scope():
    slot = make.slot()
    mine = app_of(make.person("あおい")).call("POST", "/bookings", {"slot": str(slot.pk)}).json()["id"]
    ben = make.person("べん")

    for method, path in (
        ("GET", f"/bookings/{mine}"),
        ("POST", f"/bookings/{mine}/confirmation"),
        ("POST", f"/bookings/{mine}/cancellation"),
    ):
        assert app_of(ben).call(method, path).status_code == 404
    without = Program(token_for(make.actor(ben), ["cases"]))
    assert without.call("POST", "/bookings", {"slot": str(slot.pk)}).json()["code"] == "scope_missing"
    assert ANYONE.call("POST", "/bookings", {"slot": str(slot.pk)}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"slot": "x"},
        {"resource": "01934f0e-7c1b-7d6a-9a55-0242ac120002", "starts_at": "2026-12-05T10:00:00"},
        {
            "resource": "01934f0e-7c1b-7d6a-9a55-0242ac120002",
            "starts_at": "9999-12-31T23:59:59Z",
            "ends_at": "9999-12-31T23:59:59Z",
        },
        {"slot": "01934f0e-7c1b-7d6a-9a55-0242ac120002", "answers": {"lunch": ["yes"]}},
        {"slot": "01934f0e-7c1b-7d6a-9a55-0242ac120002", "people": 0},
        {"slot": "01934f0e-7c1b-7d6a-9a55-0242ac120002", "unknown": 1},
    ],
)
def test_what_cannot_be_read_is_refused(body):
    said = app_of(make.person()).call("POST", "/bookings", body)

    assert (said.status_code, said.json()["code"]) == (422, "bad_question")


def test_a_child_is_booked_for_by_its_id_and_nobody_elses_is():
    area = make.area(who={"eligible": "age < 6", "why_not": "5歳まで", "for_children": True})
    slot, aoi, ben = make.slot(make.resource(area), capacity=5), make.person("あおい"), make.person("べん")
    from madoguchi.engines.records import services as records

    child = records.child_party(
        keeper=aoi,
        child={"given": "そう", "birth": (clock.today() - dt.timedelta(days=900)).isoformat()},
        by=make.actor(aoi),
    )

    made = app_of(aoi).call("POST", "/bookings", {"slot": str(slot.pk), "person": str(child.pk)})
    not_theirs = app_of(ben).call("POST", "/bookings", {"slot": str(slot.pk), "person": str(child.pk)})
    grown_up = app_of(aoi).call("POST", "/bookings", {"slot": str(slot.pk)})

    assert (made.status_code, Booking.objects.get().person_id) == (201, child.pk)
    assert not_theirs.status_code == 404
    assert (grown_up.status_code, grown_up.json()["code"]) == (422, "booking_whom_unclear")


@pytest.mark.parametrize(
    ("who", "code"), [({"for_children": True}, "booking_whom_unclear"), ({"group": "only"}, "only_groups")]
)
def test_nobody_books_or_waits_for_themselves_where_one_books_for_children_or_as_a_group(who, code):
    slot, app = make.slot(make.resource(make.area(who=who))), app_of(make.person())

    said = [app.call("POST", path, {"slot": str(slot.pk)}) for path in ("/bookings", "/waitings")]

    assert [(one.status_code, one.json()["code"]) for one in said] == [
        (422 if "whom" in code else 409, code)
    ] * 2
    assert not Booking.objects.exists()


# ------------------------------------------------------------------ a machine of the division


def test_a_staff_system_books_for_who_telephoned_once_and_goes_on_with_it():
    slot, key = make.slot(capacity=2), machine()
    said = {"slot": str(slot.pk), "channel": "phone", "somebody": {"family": "見本", "given": "うめ"}}

    first = key.call("POST", "/bookings", said, **{"Idempotency-Key": "phone-0001"})
    again = key.call("POST", "/bookings", said, **{"Idempotency-Key": "phone-0001"})

    assert (first.status_code, again.content) == (201, first.content), first.content.decode()
    booking = Booking.objects.get()
    assert (booking.channel, booking.state, Count.objects.get().taken) == ("phone", "booked", 1)
    assert key.call("GET", f"/bookings/{booking.pk}").json()["receipt"] == booking.receipt
    assert Event.objects.filter(verb="read", about=str(booking.ref)).count() == 1
    assert machine("ほかの課").call("GET", f"/bookings/{booking.pk}").status_code == 404
    assert key.call("POST", f"/bookings/{booking.pk}/cancellation").json()["state"] == "cancelled"
    assert not Booking.objects.filter(state__in=ACTIVE).exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"channel": "web"}, "channel_wrong"),
        ({"channel": "phone"}, "somebody_missing"),
    ],
)
def test_a_staff_system_says_for_whom_and_how_they_came(more, code):
    slot = make.slot()

    said = machine().call("POST", "/bookings", {"slot": str(slot.pk), **more})

    assert (said.status_code, said.json()["code"]) == (422, code)


def test_a_key_of_another_division_books_nothing_here():
    slot = make.slot()
    said = {"slot": str(slot.pk), "channel": "phone", "somebody": {"family": "見本"}}

    refused = machine("ほかの課").call("POST", "/bookings", said)

    assert (refused.status_code, refused.json()["code"]) == (403, "area_not_for_key")
    assert not Booking.objects.exists()

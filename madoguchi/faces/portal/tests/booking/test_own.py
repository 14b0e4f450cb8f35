"""One's own bookings: seen by nobody else, cancelled with what comes back, changed, moved, offered, put in a calendar."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Booking, Count, Paid, State, Waiting, WaitState
from madoguchi.engines.booking.tests import make
from madoguchi.kernel import clock

from . import visiting

pytestmark = pytest.mark.django_db
HYBRID = {
    "takes": [
        {"count": "venue", "mode": "venue"},
        {"count": "online", "mode": "online"},
    ],
    "modes": ["venue", "online"],
}
GETS = ("booking", "check", "receipt", "cancel", "move", "ics")
POSTS = ("confirm", "let_go", "cancel", "switch", "move")


def test_another_residents_booking_is_not_there_and_a_stranger_is_asked_to_sign_in():
    slot = make.slot()
    booking = visiting.book(visiting.enter(), slot)
    other, stranger = visiting.enter("はな"), Client()
    waits = visiting.hold(other, slot, step="wait")
    assert waits.status_code == 302
    line = reverse("portal:booking:leave", args=[Waiting.objects.get().pk])

    for route in GETS:
        assert visiting.see(other, route, booking).status_code == 404, route
        assert visiting.see(stranger, route, booking)["Location"].startswith("/sign-in/"), route
    for route in POSTS:
        assert visiting.press(other, route, booking, mode="online", to="slot/x").status_code == 404, route
    assert visiting.enter("めい").post(line).status_code == 404
    booking.refresh_from_db()
    assert booking.state == State.BOOKED
    assert Waiting.objects.get().state == WaitState.WAITING


def test_cancelling_says_first_what_comes_back_and_gives_the_place_to_whoever_waits():
    area = make.area(
        make.SLOTS, fee="1000", cancel=[{"days": 7, "refund": 100}, {"minutes": 60, "refund": 50}]
    )
    slot = make.slot(make.resource(area))
    aoi, hana = visiting.enter(), visiting.enter("はな")
    booking = visiting.book(aoi, slot)
    Booking.objects.filter(pk=booking.pk).update(paid=Paid.PAID)
    visiting.hold(hana, slot, step="wait")

    asked = visiting.see(aoi, "cancel", booking)
    booking.refresh_from_db()
    assert "お支払いの1,000円のうち、500円（50％）をお返しします。" in asked.text
    assert booking.state == State.BOOKED

    done = aoi.get(visiting.press(aoi, "cancel", booking)["Location"]).text
    booking.refresh_from_db()
    assert (booking.state, booking.refund_yen) == (State.CANCELLED, 500)
    assert "予約を取り消しました" in done
    # はな is offered what became free: on her page and on the front page, with the deadline.
    offer = Waiting.objects.get()
    mine, home = visiting.see(hana, "mine").text, hana.get("/").text
    assert offer.state == WaitState.OFFERED
    for page in (mine, home):
        assert "空きが出ました。お返事ください" in page
    accepted = visiting.press(hana, "confirm", offer.booking)
    assert "予約しました" in hana.get(accepted["Location"]).text
    offer.refresh_from_db()
    assert offer.state == WaitState.TAKEN


@pytest.mark.parametrize("route", ["receipt", "cancel", "move"])
def test_pages_of_a_booking_that_stands_lead_to_what_became_of_it(route):
    aoi = visiting.enter()
    booking = visiting.book(aoi, make.slot())
    standing = visiting.see(aoi, route, booking).status_code
    visiting.press(aoi, "cancel", booking)

    over = visiting.see(aoi, route, booking)

    assert standing == 200
    assert (over.status_code, over.url) == (302, reverse("portal:booking:booking", args=[booking.pk]))


def test_an_offer_that_is_declined_goes_to_the_next_in_line():
    slot = make.slot()
    aoi, hana, mei = visiting.enter(), visiting.enter("はな"), visiting.enter("めい")
    booking = visiting.book(aoi, slot)
    for browser in (hana, mei):
        visiting.hold(browser, slot, step="wait")
    assert "いま2番目です" in visiting.see(mei, "mine").text
    visiting.press(aoi, "cancel", booking)

    visiting.press(hana, "let_go", Waiting.objects.get(number=1).booking)

    states = dict(Waiting.objects.values_list("number", "state"))
    assert states == {1: WaitState.LEFT, 2: WaitState.OFFERED}
    assert "空きが出ました" in visiting.see(mei, "mine").text


def test_whoever_no_longer_waits_leaves_the_line():
    slot = make.slot()
    visiting.book(visiting.enter(), slot)
    hana = visiting.enter("はな")
    visiting.hold(hana, slot, step="wait")

    hana.post(reverse("portal:booking:leave", args=[Waiting.objects.get().pk]))

    assert Waiting.objects.get().state == WaitState.LEFT
    assert "番目です" not in visiting.see(hana, "mine").text


def test_who_comes_may_take_part_online_instead_while_there_is_a_place():
    area = make.area(make.SLOTS, **HYBRID)
    slot = make.slot(make.resource(area), counts={"venue": 2, "online": 1})
    aoi, hana = visiting.enter(), visiting.enter("はな")
    bookings = [visiting.book(one, slot, mode="venue") for one in (aoi, hana)]

    changed = visiting.press(aoi, "switch", bookings[0], mode="online")
    refused = visiting.press(hana, "switch", bookings[1], mode="online")

    assert changed.status_code == 302
    assert refused.status_code == 409
    taken = dict(Count.objects.values_list("kind", "taken"))
    assert taken == {"venue": 1, "online": 1}
    assert [one.mode for one in Booking.objects.order_by("made_at")] == ["online", "venue"]


def test_a_booking_is_moved_whole_or_not_at_all():
    resource = make.resource(make.area(make.SLOTS, limits=[{"most": 1, "per": "open"}]))
    now, later, full = (make.slot(resource, starts_in=dt.timedelta(days=n)) for n in (2, 3, 4))
    aoi = visiting.enter()
    booking = visiting.book(aoi, now)
    visiting.book(visiting.enter("はな"), full)

    page = visiting.see(aoi, "move", booking).text
    refused = visiting.press(aoi, "move", booking, to=f"slot/{full.pk}")
    booking.refresh_from_db()
    assert f'value="slot/{later.pk}"' in page and f'value="slot/{full.pk}"' not in page
    assert refused.status_code == 409
    assert booking.state == State.BOOKED

    once = re.search(r'name="asked" value="([^"]+)"', page)[1]
    answers = [
        visiting.press(aoi, "move", booking, to=f"slot/{later.pk}", asked=once)["Location"] for _n in range(2)
    ]
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED
    assert Booking.objects.filter(slot=later, state=State.BOOKED).count() == 1
    assert str(Booking.objects.get(slot=later).pk) in answers[0]
    assert Count.objects.get(slot=now).taken == 0


def test_a_room_is_moved_to_a_time_of_the_same_kind():
    halls = make.hall()
    party = make.person("はな")
    booking = services.book(
        wanted=make.evening(halls["half-a"]), party=party, person=party, by=make.actor(party), channel="web"
    )
    hana = visiting.entering.enter(Client(), make.actor(party))
    first = (clock.today() + dt.timedelta(days=9)).isoformat()
    page = hana.get(reverse("portal:booking:move", args=[booking.pk]), {"from": first}).text
    to = re.search(r'value="(half-b/\d{8}T1800/\d{8}T2100)"', page)[1]

    answer = visiting.press(hana, "move", booking, to=to)

    assert answer.status_code == 302
    moved = Booking.objects.get(state=State.BOOKED)
    assert moved.resource_id == halls["half-b"].pk
    assert moved.claims.count() == 6


def test_the_calendar_file_holds_the_time_and_nothing_about_the_person():
    slot = make.slot()
    aoi = visiting.enter()
    booking = visiting.book(aoi, slot, note="ひみつのメモ")

    file = visiting.see(aoi, "ics", booking)

    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    text = file.content.decode()
    assert f"DTSTART:{booking.starts_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" in text
    assert text.endswith("END:VCALENDAR\r\n")
    assert "あおい" not in text and "ひみつ" not in text


def test_a_list_of_many_bookings_asks_the_database_no_more_than_a_list_of_one(
    django_assert_max_num_queries,
):
    resource = make.resource()
    aoi = visiting.enter()
    for days in range(2, 8):
        visiting.book(aoi, make.slot(resource, starts_in=dt.timedelta(days=days)))

    with django_assert_max_num_queries(12):
        page = visiting.see(aoi, "mine")

    assert page.text.count("予約番号") == 6


@pytest.mark.parametrize(
    "to", ["", "slot/x", "slot/", "whole/1/2", "nai/20301231T0900/20301231T1000", "/" * 90]
)
def test_moving_to_nonsense_changes_nothing(to):
    booking_browser = visiting.enter()
    booking = visiting.book(booking_browser, make.slot())

    answer = visiting.press(booking_browser, "move", booking, to=to)

    assert answer.status_code in (404, 422)
    booking.refresh_from_db()
    assert booking.state == State.BOOKED

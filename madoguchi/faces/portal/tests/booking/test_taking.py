"""From a time to a booking: held while it is looked over, refused with what there is instead, never twice."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking.area_rules import KIND
from madoguchi.engines.booking.models import Booking, Count, State, Waiting
from madoguchi.engines.booking.tests import make
from madoguchi.engines.records import services as records
from madoguchi.engines.records.tests import make as register
from madoguchi.faces.shared.tests import entering
from madoguchi.kernel import clock, packs
from madoguchi.kernel.refs import new_id

from . import visiting

pytestmark = pytest.mark.django_db
ASKS = [
    {"key": "lunch", "label": "昼ごはんを持ってきますか", "type": "yes_no"},
    {"key": "wish", "label": "したいこと", "type": "text", "required": False},
]
CHILDREN = {
    "who": {"registration": {"kind": register.CHILD, "of": "person"}, "for_children": True, "group": "never"}
}


def test_the_choice_survives_the_sign_in():
    slot = make.slot()
    visitor = Client()

    page = visitor.get(visiting.slot_page(slot)).text
    sent = visiting.hold(visitor, slot)

    assert f"/sign-in/?next={visiting.slot_page(slot)}".replace("/", "%2F")[-30:] in page.replace("/", "%2F")
    assert "確かめる画面に進む" not in page
    assert sent.status_code == 302 and sent["Location"].startswith("/sign-in/")
    assert Booking.objects.count() == 0


def test_a_time_is_held_looked_over_and_booked_with_a_number_to_keep():
    slot = make.slot(make.resource(make.area(make.SLOTS, asks=ASKS, fee="500")))
    aoi = visiting.enter()

    held = visiting.hold(aoi, slot, **{"a-lunch": "yes", "a-wish": "絵本", "needs": ["sign"]})
    check = aoi.get(held["Location"])
    booking = Booking.objects.get()
    assert booking.state == State.HELD
    for said in (
        "この時間をおさえています",
        "500円",
        "昼ごはんを持ってきますか",
        "絵本",
        "手話",
        "見本 あおい",
    ):
        assert said in check.text

    first, again = visiting.press(aoi, "confirm", booking), visiting.press(aoi, "confirm", booking)
    booking.refresh_from_db()
    receipt = aoi.get(first["Location"]).text
    assert first["Location"] == again["Location"]
    assert booking.state == State.BOOKED
    assert booking.receipt in receipt and "500円" in receipt
    assert Count.objects.get().taken == 1


def test_what_was_typed_stays_when_it_is_refused():
    slot = make.slot(make.resource(make.area(make.SLOTS, asks=ASKS)))
    aoi = visiting.enter()

    answer = visiting.hold(aoi, slot, **{"a-wish": "絵本を読む", "note": "入り口で待ちます"})

    assert answer.status_code == 422
    assert "昼ごはんを持ってきますか" in answer.text
    assert "絵本を読む" in answer.text and "入り口で待ちます" in answer.text
    assert Booking.objects.count() == 0


def test_the_same_form_twice_is_one_booking_and_going_back_changes_the_hold():
    slot = make.slot(make.resource(make.area(make.SLOTS, asks=ASKS)), capacity=5)
    aoi = visiting.enter()
    once = {"asked": str(new_id()), "a-lunch": "yes"}

    first, second = visiting.hold(aoi, slot, **once), visiting.hold(aoi, slot, **once)
    back = aoi.get(visiting.slot_page(slot)).text
    third = visiting.hold(aoi, slot, **{"a-lunch": "no", "a-wish": "歌"})

    assert first["Location"] == second["Location"] == third["Location"]
    assert re.search(r'value="yes" checked', back)
    assert Count.objects.get().taken == 1
    shown = aoi.get(third["Location"]).text
    assert "いいえ" in shown and "歌" in shown
    visiting.press(aoi, "confirm", Booking.objects.get())
    late = visiting.hold(aoi, slot, **{**once, "a-lunch": "no", "a-wish": "歌"})
    assert late.status_code == 302
    assert Booking.objects.count() == 1


@pytest.mark.accepts("P1-1-2-T2")
def test_of_two_who_want_the_last_place_one_has_it_and_the_other_is_offered_another_facility_or_the_line():
    area = make.area(make.SLOTS)
    last = make.slot(make.resource(area, "piyo-a", make.site("piyo-a")))
    other = make.slot(make.resource(area, "piyo-b", make.site("piyo-b", name="ぴよぴよ 仮B")))
    aoi, hana = visiting.enter(), visiting.enter("はな")
    # Both have the page open while it is free.
    assert "確かめる画面に進む" in hana.get(visiting.slot_page(last)).text

    first, second = visiting.hold(aoi, last), visiting.hold(hana, last, note="急ぎません")

    assert first.status_code == 302
    assert second.status_code == 409
    assert "満員になりました" in second.text
    assert reverse("portal:booking:hold_slot", args=[area.key, other.pk]) in second.text
    assert "空きを待つ" in second.text and "急ぎません" in second.text
    # She may take the other facility with what she typed, or stand in line.
    waits = visiting.hold(hana, last, step="wait")
    assert waits.status_code == 302
    assert "いま1番目です" in hana.get(waits["Location"]).text
    assert visiting.hold(hana, other).status_code == 302
    assert Count.objects.get(slot=last).taken == 1


@pytest.mark.accepts("P1-1-2-T5")
def test_a_child_is_booked_only_after_one_facility_held_the_interview_and_then_at_every_facility():
    register.kinds()
    area = make.area(make.SLOTS, **CHILDREN)
    at_b = make.slot(make.resource(area, "piyo-b", make.site("piyo-b")))
    actor, mother = register.resident("hana")
    child = register.child(actor, mother, "みのり")
    hana = entering.enter(Client(), actor)

    refused = visiting.hold(hana, at_b, whom=f"child-{child.pk}")
    assert refused.status_code == 409
    assert "先に登録（面接）が必要です" in refused.text
    assert reverse("portal:records:mine") in refused.text

    register.interviewed(actor, mother, register.staff("tanaka"), child)  # at facility A
    booking = visiting.book(hana, at_b, whom=f"child-{child.pk}")
    assert (booking.state, booking.person_id, booking.party_id) == (State.BOOKED, child.pk, mother.pk)
    assert "みのり" in hana.get(reverse("portal:booking:mine")).text


def test_nobody_books_for_a_child_of_somebody_else():
    register.kinds()
    slot = make.slot(make.resource(make.area(make.SLOTS, **CHILDREN)))
    actor, mother = register.resident("hana")
    child = register.child(actor, mother)
    register.interviewed(actor, mother, register.staff("tanaka"), child)
    stranger, own = register.resident("mei")
    register.child(stranger, own, "りく")

    answer = visiting.hold(entering.enter(Client(), stranger), slot, whom=f"child-{child.pk}")

    assert answer.status_code == 422
    assert "だれの予約かを選んでください" in answer.text
    assert Booking.objects.count() == 0


def test_whoever_represents_a_group_books_in_its_name():
    register.kinds()
    rules = make.UNITS | {"who": {"group": "only", "registration": {"kind": register.GROUP, "of": "party"}}}
    halls = make.hall(make.area(rules))
    actor, aoi = register.resident("aoi")
    browser = entering.enter(Client(), actor)
    wanted = make.evening(halls["whole"])
    since = f"{clock.in_city(wanted.starts_at):%Y%m%dT%H%M}"
    page = reverse("portal:booking:time", args=["shisetsu", "whole", since])
    hold = reverse("portal:booking:hold_time", args=["shisetsu", "whole", since])
    assert "先に団体の登録をしてください" in browser.get(page).text

    group = records.accept(
        registration=register.group(actor, aoi), by=register.staff("chiiki", register.AREA)
    ).party
    assert "見本バドミントン会" in browser.get(page).text
    answer = browser.post(hold, {"whom": f"group-{group.pk}", "people": "１２", "step": "hold"})
    booking = Booking.objects.get()
    visiting.press(browser, "confirm", booking)

    assert answer.status_code == 302
    booking.refresh_from_db()
    assert (booking.state, booking.party_id, booking.people, booking.yen) == (
        State.BOOKED,
        group.pk,
        12,
        2000,
    )
    assert booking.receipt in browser.get(reverse("portal:booking:mine")).text


def test_a_room_is_had_for_neighbouring_periods_together():
    halls = make.hall()
    aoi = visiting.enter()
    wanted = make.evening(halls["half-a"], period="am")
    since = f"{clock.in_city(wanted.starts_at):%Y%m%dT%H%M}"
    until = f"{clock.in_city(wanted.starts_at):%Y%m%d}T1700"
    hold = reverse("portal:booking:hold_time", args=["shisetsu", "half-a", since])

    aoi.post(hold, {"whom": "me", "until": until, "step": "hold"})

    booking = Booking.objects.get()
    assert booking.ends_at - booking.starts_at == dt.timedelta(hours=8)
    assert booking.yen == 2500
    free = aoi.get(reverse("portal:booking:time", args=["shisetsu", "half-b", since])).text
    assert "空いています" in free


def test_a_hold_that_ran_out_is_said_and_can_be_asked_for_again():
    slot = make.slot()
    aoi = visiting.enter()
    held = visiting.hold(aoi, slot)
    booking = Booking.objects.get()

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        check, confirm = aoi.get(held["Location"]), visiting.press(aoi, "confirm", booking)

    for answer in (check, confirm):
        assert answer.status_code == 409
        assert "仮押さえの時間が過ぎました" in answer.text
        assert visiting.slot_page(slot) in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"whom": "group-1", "people": "-1", "mode": "moon", "language": "tlh", "needs": ["x"]},
        {"whom": "me' OR 1=1", "asked": "x" * 500, "people": "９９９９９９９９"},
        {"whom": "", "step": "steal", "until": "99999999T9999", "note": "あ" * 5000},
    ],
)
def test_hostile_forms_are_refused_or_cut_to_what_can_be_kept(fields):
    slot = make.slot()
    aoi = visiting.enter()

    answer = visiting.hold(aoi, slot, **fields)

    assert answer.status_code in (302, 422)
    assert Waiting.objects.count() == 0


def test_a_refusal_names_the_question_in_the_readers_language():
    logic = make.SLOTS | {"version": 2, "asks": [ASKS[0] | {"label": ""}]}
    ja, en = {"asks.0.label": "昼ごはんはありますか"}, {"asks.0.label": "Do you bring lunch?"}
    area = make.area()
    area.definition = packs.publish(
        kind=KIND, key=area.key, version=2, logic=logic, texts={"ja": ja, "en": en}
    )
    area.save()
    slot = make.slot(make.resource(area))
    aoi = visiting.enter()
    aoi.cookies["language"] = "en"

    answer = visiting.hold(aoi, slot)

    assert answer.status_code == 422
    refusal = answer.text.split('id="refusal"')[1].split("</p>")[0]
    assert "Do you bring lunch?" in refusal
    assert "昼ごはん" not in answer.text

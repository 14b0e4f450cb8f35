"""What the city does to times of its own: a repair, rain."""

from __future__ import annotations

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Block, Booking, Claim
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.kernel import jobs
from madoguchi.kernel.audit.models import Event

from .working import PHONE, Desk, day_of, place

pytestmark = pytest.mark.django_db


@pytest.mark.accepts("X-04-T2")
def test_staff_block_a_room_for_repair_and_everybody_in_it_is_listed_then_told(sato):
    hall = make.hall()
    wanted = make.evening(hall["half-a"])
    own = make_desk.booked(hall["half-a"], make.person())
    club = make.group()
    theirs = services.book(
        wanted=make.evening(hall["whole"], period="pm"),
        party=club,
        person=club,
        by=sato.actor,
        channel="phone",
    )
    day = day_of(wanted.starts_at)
    times = {"from": day, "from_time": "00:00", "until": day, "until_time": "23:30"}
    typed = {"resource": hall["whole"].pk, "reason": "床の張り替え", **times}

    listed = sato.post("blocks", "shisetsu", then="check", **typed)
    assert own.receipt in listed.text
    assert theirs.receipt in listed.text
    assert Booking.objects.filter(state="booked").count() == 2

    sato.post("blocks", "shisetsu", then="block", seen=[own.pk, theirs.pk], **typed)

    assert set(Booking.objects.values_list("state", "by_city")) == {("cancelled", True)}
    jobs.run_due(kinds=("booking.tell",))
    ways = {
        (row.message.about, row.channel)
        for row in Delivery.objects.filter(message__kind="booking.called_off").select_related("message")
    }
    assert ways == {(str(own.ref), "inbox"), (str(theirs.ref), "post")}
    assert "床の張り替え" in Message.objects.filter(kind="booking.called_off").first().body
    assert "止めています" in sato.get("area", "shisetsu", day=day).text
    block = Block.objects.get()
    assert "床の張り替え" in sato.get("blocks", "shisetsu").text
    sato.post("lift", block.pk)
    assert not Claim.objects.exists()


def test_a_block_that_meets_somebody_new_shows_the_new_list(sato):
    hall = make.hall()
    met = make_desk.booked(hall["half-a"], make.person())
    day = day_of(met.starts_at)
    typed = {
        "resource": hall["half-a"].pk,
        "reason": "工事",
        "from": day,
        "from_time": "00:00",
        "until": day,
        "until_time": "23:30",
    }

    answer = sato.post("blocks", "shisetsu", then="block", **typed)

    assert answer.status_code == 409
    assert met.receipt in answer.text
    for wrong in ({"from": "x"}, {"until_time": "25:99"}, {"until": "9999-01-01"}, {"reason": ""}):
        assert sato.post("blocks", "shisetsu", then="block", **typed | wrong).status_code in (409, 422), wrong
    assert not Block.objects.exists()


def test_who_has_no_inbox_is_told_by_letter_or_by_telephone(sato):
    slot = make.slot()
    sato.post("new", "azukari", slot=slot.pk, then="book", asked="1", **PHONE)
    jobs.run_due(kinds=("booking.tell",))
    row = Delivery.objects.get()

    listed = sato.get("to_tell").text
    assert Booking.objects.get().receipt in listed
    assert "でんわ" not in listed + sato.get("letter", row.pk).text
    assert (
        sato.post("letter_done", row.pk, how="phone").status_code == 409
    )  # nobody tells what they have not opened
    sato.post("letter_look", row.pk)
    opened = sato.get("letter", row.pk).text
    assert "見本 でんわ" in opened
    assert "0300000001" in opened
    sato.post("letter_done", row.pk, how="phone")

    assert Event.objects.get(verb="booking.told").facts["how"] == "phone"
    assert "いま、知らせるものはありません" in sato.get("to_tell").text
    assert Desk(make.staff("takagi", "よその課")).get("letter", row.pk).status_code == 404


@pytest.mark.accepts("P2-3-3-T1", "P2-3-3-T3")
def test_on_a_rain_decision_one_click_makes_it_indoor_vr_and_tells_everyone(sato):
    made, club = make_desk.vehicle(), make.group()
    wanted = make.evening(made["outdoor"], period="am")
    sato.post("new", "kishinsha", then="book", asked="1", **place(wanted), **PHONE, is_group="1")
    booking = Booking.objects.get()
    # Neither the vehicle nor the goggles can be had a second time, from whichever side they are asked for.
    for other in ("outdoor", "indoor"):
        again = place(make.evening(made[other], period="am"))
        answer = sato.post("new", "kishinsha", then="book", asked=other, **again, **PHONE | {"given": "べつ"})
        assert answer.status_code == 409, other
    day = day_of(wanted.starts_at)

    shown = sato.get("rain", "kishinsha", day=day)
    sato.post("rain", "kishinsha", day=day, booking=[booking.pk], why="雨のため屋内で行います")

    assert booking.receipt in shown.text
    booking.refresh_from_db()
    assert booking.resource.key == "indoor"
    assert set(Claim.objects.filter(booking=booking).values_list("unit__key", flat=True)) == {"vr"}
    jobs.run_due(kinds=("booking.tell",))
    message = Message.objects.get(kind="booking.changed")
    assert "雨のため屋内で行います" in message.body
    assert "見本 indoor" in message.body
    assert Delivery.objects.get(message=message).channel == "post"
    assert "かえられる予約はありません" in sato.get("rain", "kishinsha", day=day).text
    assert club.pk

"""Drawn among all who came, by whatever way they came; and a hall three months ahead."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking.models import Booking, Waiting, WaitState
from madoguchi.engines.booking.services import drawing
from madoguchi.engines.booking.tests import make
from madoguchi.engines.consultation.mail_in.rounds import fetch_mails
from madoguchi.engines.consultation.tests import make_mails, post_office
from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.engines.lottery.models import Entry
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.records.models import Registration
from madoguchi.engines.records.tests import make as registering
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.jobs import run_due
from madoguchi.kernel.refs import SYSTEM

from .test_events import PLACES, clerk, desk, head, opened_event, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["clerk", "head"]


@pytest.fixture(scope="module")
def server():
    folder = Path(tempfile.mkdtemp(prefix="mado-mail-"))
    folder.chmod(0o755)  # the server runs as a user of its own
    with post_office.running(folder) as office:
        yield office


@pytest.fixture
def by_numbers(monkeypatch):
    """The chance is typed: no network is there."""
    monkeypatch.setattr(drawing, "_beacons", lambda at: [draws.Numbers("見本の数字（架空）", at)])


def round_of(slot, clerk):
    """「抽選を始める」 on the event's page."""
    days = {
        name: (clock.today() + dt.timedelta(days=n)).isoformat()
        for name, n in (("closes", 10), ("draws", 12))
    }
    answer = enter(Client(), clerk).post(desk("event_draw", slot.pk), days)
    assert answer.status_code == 302
    return lottery.rounds(about=slot.ref).get()


def draw(round_, one, two):
    with clock.frozen(round_.closes_at + dt.timedelta(seconds=1)):
        draws.close(round=round_, by=SYSTEM)
    with clock.frozen(round_.draws_at + dt.timedelta(minutes=1)):
        round_ = lottery.round_(round_.key)
        row = draws.type_numbers(round=round_, numbers="3 1 4 1 5", by=one, place=0)
        draws.confirm_numbers(row=row, numbers="3 1 4 1 5", by=two)
        draws.draw(round=lottery.round_(round_.key), by=SYSTEM)
        run_due(limit=500)


def enter_by_web(round_, given) -> None:
    client, _party = signed_in(given)
    item = round_.inventory[0]["item"]
    answer = client.post(
        reverse("portal:draws:enter", args=[round_.key]), {"wish-1-1": item, "whom": "me", "once": ""}
    )
    assert answer.status_code == 302, answer.text


def enter_at_desk(round_, clerk, channel, given) -> None:
    answer = enter(Client(), clerk).post(
        reverse("desk:draws:receive", args=[round_.key]),
        {
            "channel": channel,
            "family": "見本",
            "given": given,
            "birth": "1950-02-03",
            "address": "架空県見本市見本町9",
            "wish-1-1": round_.inventory[0]["item"],
            "tier": "others",
        },
    )
    assert answer.status_code == 302, answer.text


@pytest.mark.accepts("P1-1-1-T3")
@pytest.mark.slow
def test_web_mail_telephone_and_postcard_are_in_one_draw_and_each_hears_by_their_own_way(
    clerk, head, server, settings, by_numbers
):
    settings.MAIL_IN = server.settings()
    slot = opened_event(make.area(PLACES), clerk, head, **{"count-places": "20"})
    round_ = round_of(slot, clerk)
    for number in range(10):
        enter_by_web(round_, f"網{number}")
    address, _at, host = post_office.ADDRESS.partition("@")
    for number in range(6):
        letter = f"氏名: 見本 便{number}\n住所: 架空県見本市見本町2-{number}\n"
        sender = f"見本 <bin{number}@mihon.invalid>"
        server.deliver(
            make_mails.plain(letter, number=100 + number, to=f"{address}+{round_.key}@{host}", sender=sender)
        )
    assert fetch_mails() == 6
    for number in range(5):
        enter_at_desk(round_, clerk, "phone", f"声{number}")
        enter_at_desk(round_, clerk, "post", f"葉書{number}")

    draw(round_, clerk, head)

    assert lottery.by_channel(round_) == {"web": 10, "mail": 6, "phone": 5, "post": 5}
    assert Booking.objects.count() == slot.counts.get().taken == 20
    assert Waiting.objects.filter(state=WaitState.WAITING).count() == 6
    told = {
        channel: set(
            Delivery.objects.filter(
                message__kind__startswith="lottery", recipient__in=_parties(round_, channel)
            ).values_list("channel", flat=True)
        )
        for channel in ("web", "mail", "phone", "post")
    }
    assert told["mail"] == {"mail"}
    assert told["phone"] == told["post"] == {"post"}
    assert "inbox" in told["web"] and "post" not in told["web"]
    heard = Delivery.objects.filter(message__kind__startswith="lottery").values("recipient").distinct()
    assert heard.count() == 26


def _parties(round_, channel):
    return Entry.objects.filter(round=round_, channel=channel).values("party")


@pytest.mark.accepts("P2-4-1-T1")
@pytest.mark.slow
def test_a_course_of_thirty_with_forty_five_applicants_is_drawn_and_its_line_moves_up(
    clerk, head, by_numbers
):
    slot = opened_event(make.area(PLACES), clerk, head, **{"count-places": "30"})
    round_ = round_of(slot, clerk)
    for number in range(45):
        enter_by_web(round_, f"例{number}")

    draw(round_, clerk, head)

    assert Booking.objects.count() == 30
    first, second = Waiting.objects.order_by("number")[:2]
    assert Waiting.objects.count() == 15
    assert Delivery.objects.filter(message__kind__startswith="lottery", channel="inbox").count() == 45
    booking = Booking.objects.order_by("pk").first()
    with clock.frozen(round_.draws_at + dt.timedelta(days=1)):
        winner = enter(Client(), make.actor(booking.party))
        winner.post(reverse("portal:booking:cancel", args=[booking.pk]))
        run_due(limit=100)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING)
        next_one = enter(Client(), make.actor(first.party))
        next_one.post(reverse("portal:booking:confirm", args=[first.booking_id]))
    first.refresh_from_db()
    assert first.state == WaitState.TAKEN
    assert slot.counts.get().taken == 30


# ------------------------------------------------------------------ a hall, three months ahead


HALLS = make.UNITS | {
    "version": 2,
    "who": {"group": "only", "registration": {"kind": registering.GROUP, "of": "person"}},
    "opens": {"months": 3, "on_day": 20, "at": "09:00"},
    "draw": {"months_ahead": 3, "wishes": 2, "win_cap": 1, "confirm_days": 7, "residents_first": False},
}
WISH = "whole.0214.night"


def register_group(name):
    """A group asks on its phone, and the division accepts it."""
    actor, party = registering.resident(name)
    browser = enter(Client(), actor)
    asked = browser.post(
        reverse("portal:records:ask", args=[registering.GROUP]),
        {
            "name": f"見本クラブ {name}",
            "members": "12",
            "field": "sports",
            "residents": "見本 一\r\n見本 二",
        },
    )
    assert asked.status_code == 302, asked.text
    registration = Registration.objects.get(keeper=party)
    area = registering.staff(f"chiiki-{name}", registering.AREA)
    enter(Client(), area).post(
        reverse("desk:records:accept", args=[registration.pk]), {"seen": str(registration.version)}
    )
    return browser, registration.party


@pytest.mark.accepts("X-04-T1")
@pytest.mark.slow
def test_a_group_registers_enters_the_draw_pays_and_cancels_by_the_rules(clerk, head, by_numbers):
    registering.kinds()
    with clock.frozen(dt.datetime(2026, 11, 2, 10, 0, tzinfo=clock.JST)):
        till = make.staff("kaikei")
        hall = make.hall(make.area(HALLS))["whole"]
        groups = dict([register_group(name) for name in ("hana", "yuki")])
        drawing.open_due()
        round_ = lottery.rounds(about=hall.area.ref).get()
        for browser, group in groups.items():
            answer = browser.post(
                reverse("portal:draws:enter", args=[round_.key]),
                {"wish-1-1": WISH, "whom": f"group-{group.pk}", "once": ""},
            )
            assert answer.status_code == 302, answer.text

    draw(round_, clerk, head)

    with clock.frozen(round_.draws_at + dt.timedelta(days=1)):
        round_ = lottery.round_(round_.key)
        public = Client().get(reverse("portal:draws:round", args=[round_.key])).text
        assert round_.seed in public
        proof = Client().get(reverse("portal:draws:proof", args=[round_.key])).content
        assert lottery.check_proof(proof)["verdict"] == "match"
        booking = Booking.objects.get()
        assert booking.person in groups.values()
        winner = next(browser for browser, group in groups.items() if group == booking.person)
        loser = next(browser for browser, group in groups.items() if group != booking.person)
        assert loser.get(reverse("portal:booking:booking", args=[booking.pk])).status_code == 404
        winner.post(reverse("portal:booking:confirm", args=[booking.pk]))
        booking.refresh_from_db()
        assert (booking.state, booking.yen, booking.paid) == ("booked", 2000, "unpaid")
        enter(Client(), till).post(desk("act", booking.pk), {"verb": "paid"})
        booking.refresh_from_db()
        assert booking.paid == "paid"

    three_days_before = booking.starts_at - dt.timedelta(days=3)
    with clock.frozen(three_days_before):
        page = winner.get(reverse("portal:booking:cancel", args=[booking.pk])).text
        assert re.search(r"1,?000円", page)
        winner.post(reverse("portal:booking:cancel", args=[booking.pk]))
    booking.refresh_from_db()
    assert (booking.state, booking.paid, booking.refund_yen) == ("cancelled", "refund_due", 1000)
    assert Waiting.objects.get().state == WaitState.OFFERED

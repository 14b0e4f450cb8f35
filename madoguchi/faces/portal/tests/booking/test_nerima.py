"""The reference city's own areas, walked through as residents do."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking import jobs as worker
from madoguchi.engines.booking.models import Booking, State
from madoguchi.faces.shared.tests import entering
from madoguchi.kernel import clock, jobs

from ..conftest import make_resident
from . import visiting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOME = {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""}


def _enter(login: str, birth: str) -> Client:
    return entering.enter(Client(), make_resident(login, birth=birth, address=HOME))


@pytest.mark.accepts("P1-1-3-T1")
def test_a_resident_sees_the_check_ups_for_them_picks_venue_and_date_and_hears_of_it_twice(city):
    aoi = _enter("aoi", "1970-01-01")
    answers = {"whom": "me", "a-insurance": "kokuho"}

    shown = aoi.post(reverse("portal:booking:for_me", args=["kenshin"]), answers).text
    assert "国民健康保険の健康診査（仮A医院）" in shown
    assert "30代の健康診査" not in shown
    assert "後期高齢者の健康診査" not in shown
    wrong = re.search(r'href="(/book/kenshin/slots/[^"]+)"', _week(aoi, "wakamono-c"))[1]
    assert aoi.post(f"{wrong}hold/", answers | {"step": "hold"}).status_code == 422

    slot = re.search(r'href="(/book/kenshin/slots/[^"]+)"', shown)[1]
    aoi.post(f"{slot}hold/", answers | {"step": "hold"})
    booking = Booking.objects.get()
    visiting.press(aoi, "confirm", booking)
    jobs.run_due()
    with clock.frozen(booking.starts_at - dt.timedelta(days=2)):
        worker.remind()
        inbox = aoi.get("/my/inbox/").text

    assert "予約をお受けしました" in inbox
    assert "予約の日が近づきました" in inbox
    assert booking.receipt in inbox


def _week(browser: Client, resource: str) -> str:
    """What the public page shows of one check-up in its first week that has a time."""
    page = ""
    for weeks in range(1, 4):
        since = clock.today() + dt.timedelta(days=7 * weeks)
        days = [since + dt.timedelta(days=n) for n in range(7)]
        day = next(day for day in days if day.weekday() == 5)
        address = reverse("portal:booking:area", args=["kenshin"])
        page = browser.get(address, {"from": since.isoformat(), "day": day.isoformat()}).text
        part = page.split(f'id="r-{resource}"')[1].split('class="offer"')[0]
        if "/slots/" in part:
            return part
    raise AssertionError(page)


@pytest.mark.accepts("X-05-T1")
def test_the_plaza_has_rules_of_its_own_on_the_same_accounts_and_the_same_calendar(city):
    aoi = _enter("aoi", "1990-04-01")
    day = clock.today() + dt.timedelta(days=30)
    while f"{day:%m-%d}" in {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}:
        day += dt.timedelta(days=1)
    page = reverse("portal:booking:time", args=["plaza", "tamokuteki", f"{day:%Y%m%d}T0900"])
    wish = {"whom": "me", "people": "8", "until": f"{day:%Y%m%d}T1200", "step": "hold"}

    own_rules = aoi.get(reverse("portal:booking:area", args=["plaza"])).text
    held = aoi.post(f"{page}hold/", wish | {"a-use": "business"})
    check = aoi.get(held["Location"]).text
    booking = Booking.objects.get()
    visiting.press(aoi, "confirm", booking)

    assert "使う月の6か月前の1日 09:00から" in own_rules
    assert (
        "使う月の3か月前の20日 09:00から" in aoi.get(reverse("portal:booking:area", args=["shisetsu"])).text
    )
    booking.refresh_from_db()
    rate = booking.resource.facts["yen"]
    assert (booking.state, booking.yen) == (State.BOOKED, rate * 3 * 2)
    assert f"{rate * 3 * 2:,}円" in check
    # The same room, booked in the other area, is no longer free there; and one list holds both.
    same = aoi.get(
        reverse("portal:booking:area", args=["shisetsu"]),
        {"from": day.isoformat(), "day": day.isoformat(), "site": "kari-plaza"},
    ).text
    assert "満員" in same.split('class="hours"')[1]
    assert booking.receipt in aoi.get(reverse("portal:booking:mine")).text


def test_the_page_of_a_life_event_names_what_can_be_booked_for_it(client, city):
    child, moving = client.get("/life/child/").text, client.get("/life/moving/").text

    assert "/book/ichiji_azukari/" in child
    assert "/book/ichiji_azukari/" not in moving
    assert "/book/madoguchi_yoyaku/" in moving


@pytest.mark.accepts("X-37-T1")
def test_the_service_the_pack_closed_says_why_and_what_there_is_now_and_its_evaluation_stays(client, city):
    listed = client.get(reverse("portal:booking:areas")).text.split("終わったサービス")[1]
    page = client.get(reverse("portal:booking:area", args=["tsuyaku"])).text

    for text in (listed, page):
        assert "2019年3月31日（平成31年）" in text
        assert "費用と効果をくらべて" in text
        assert 'href="/book/madoguchi_yoyaku/"' in text
    assert "このサービスの評価" in page and "翻訳アプリにかわりました" in page
    assert "hx-trigger" not in page

"""会議 through the pages: planned, put together, held, minutes published; a draft explained at it."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from madoguchi.engines.consultation.tests import make as calls
from madoguchi.engines.councils.models import Meeting
from madoguchi.engines.councils.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db
LIST = reverse("desk:councils:list")


@pytest.fixture
def planner():
    make.council()
    return make.staff("nakahara")


@pytest.fixture
def browser(planner):
    return enter(Client(), planner)


def at(meeting, verb=""):
    return f"{LIST}meetings/{meeting.pk}/{verb}"


def in_days(days):
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def png():
    kept = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(kept, "PNG")
    return SimpleUploadedFile("zu.png", kept.getvalue())


@pytest.mark.accepts("C-41-T1")
def test_a_meeting_from_its_plan_to_its_minutes_as_the_public_reads_it(browser, client, planner):
    call = calls.opened(planner)
    planned = {
        "on": in_days(0),
        "starts": "14:00",
        "place": "見本会館",
        "attend": "席は10席です。",
        "public": "on",
    }
    browser.post(f"{LIST}kaigi/plan/", planned)
    meeting = Meeting.objects.get()
    public = reverse("portal:councils:meeting", args=[meeting.pk])
    empty = client.get(public).text
    assert "議題は、まだありません。" in empty and "資料は、まだありません。" in empty
    assert "議事録は、会議が終わったあとに、ここに出ます。" in empty and "席は10席です。" in empty

    browser.post(at(meeting, "point/"), {"title": "前の回の確認"})
    browser.post(at(meeting, "brief/"), {"call": call.key})
    browser.post(at(meeting, "brief/"), {"call": call.key})
    browser.post(at(meeting, "material/"), {"title": "図", "file": png(), "pages": "2"})
    browser.post(at(meeting, "material/"), {"title": "計画", "path": "/plan/"})
    browser.post(at(meeting, "held/"))
    assert "議事録は、まだ公表していません。" in client.get(public).text
    point = meeting.agenda.get(order=1)
    browser.post(at(meeting, f"point/{point.pk}/"), {"outcome": "確かめました。"})
    meeting.refresh_from_db()
    browser.post(at(meeting, "minutes/"), {"minutes": "話し合った。\n\n以上。", "seen": meeting.version})

    council = client.get(reverse("portal:councils:council", args=["kaigi"])).text
    assert "見本 1" in council and "町会（架空）" in council and "議題 2　資料 2" in council
    shown = client.get(public).text
    assert "決まったこと：確かめました。" in shown and "<p>話し合った。</p>" in shown
    page = reverse("portal:opinions:call", args=[call.key])
    assert f'<a href="{page}">素案の説明：{call.title}</a>' in shown
    there = client.get(page).text
    assert f'<a href="{public}">会議のページ</a>' in there and there.count("見本会議 第1回") == 1
    paper = meeting.materials.get(order=1)
    assert (
        client.get(reverse("portal:councils:material", args=[meeting.pk, paper.pk])).content[:4] == b"\x89PNG"
    )


def test_minutes_of_an_old_screen_are_kept_on_it_and_overwrite_nothing(browser, planner):
    meeting = make.held(planner, make.council())
    seen = meeting.version
    browser.post(at(meeting, "minutes/"), {"minutes": "先に書いた。", "seen": seen})

    late = browser.post(at(meeting, "minutes/"), {"minutes": "あとから書いた。", "seen": seen})

    assert late.status_code == 409 and "あとから書いた。</textarea>" in late.text
    meeting.refresh_from_db()
    assert meeting.minutes == "先に書いた。"


@pytest.mark.parametrize(
    ("verb", "posted"),
    [
        ("change/", {"on": "きのう"}),
        ("change/", {"on": "2026-13-45", "starts": "99:99", "seen": "x"}),
        ("material/", {"title": "外", "path": "//example.invalid/"}),
        ("material/", {"title": "", "pages": "-1"}),
        ("cancel/", {"why": ""}),
        ("point/", {"title": " "}),
    ],
)
def test_what_cannot_be_done_is_said_and_never_breaks(browser, planner, verb, posted):
    meeting = make.meeting(planner, make.council())

    answer = browser.post(at(meeting, verb), posted)

    assert answer.status_code == 422 and 'role="alert"' in answer.text
    meeting.refresh_from_db()
    assert (meeting.state, meeting.version) == ("planned", 1)


def test_who_does_not_look_after_it_finds_nothing(planner):
    meeting = make.meeting(planner, make.council())
    other = enter(Client(), make.staff("mori", "情報政策課", "planner"))
    clerk = enter(Client(), make.staff("sato", make.KEEPING, "clerk"))

    assert "見本会議" not in other.get(LIST).text
    for address in (at(meeting), f"{LIST}kaigi/"):
        assert other.get(address).status_code == 404
        assert clerk.get(address).status_code == 403
    assert other.post(at(meeting, "cancel/"), {"why": "だめ"}).status_code == 404


def test_the_pages_ask_as_much_for_many_as_for_one(
    browser, client, planner, django_assert_max_num_queries, django_assert_num_queries
):
    body = make.council()
    make.meeting(planner, body)
    pages = [
        (browser, LIST),
        (browser, f"{LIST}kaigi/"),
        (client, reverse("portal:councils:list")),
        (client, reverse("portal:councils:council", args=["kaigi"])),
    ]
    counts = []
    for reader, address in pages:
        with django_assert_max_num_queries(30) as counted:
            assert reader.get(address).status_code == 200
        counts.append(len(counted))
    for number in range(4):
        make.meeting(planner, body, days=number + 8)
        make.council(f"hoka-{number}")

    for (reader, address), asked in zip(pages, counts, strict=True):
        with django_assert_num_queries(asked):
            assert reader.get(address).status_code == 200

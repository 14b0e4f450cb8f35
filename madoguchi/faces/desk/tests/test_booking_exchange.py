"""The medical association's files, and how long people wait, as the desk of the check-ups walks through them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Area, Booking, Count, Import, Slot, Waiting
from madoguchi.engines.booking.tests import make
from madoguchi.engines.plan.running import Running
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, metrics
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 10, tzinfo=clock.JST)
HEAD = "番号,医療機関,健診,受診日,開始,終了,定員"
CLINICS = {"iin-a": "仮A医院", "iin-b": "仮B医院"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def kenshin(db) -> Area:
    """Two check-ups: 特定健診 at both clinics, 大腸がん検診 at the second."""
    area = make.area(
        make.SLOTS, area="kenshin", title="健診（見本）", opens={"days": 200}, waiting={"offer_minutes": 60}
    )
    for clinic, name in CLINICS.items():
        facts = {"exam": "tokutei", "exam_title": "特定健診"}
        make.resource(
            area, f"tokutei-{clinic}", make.site(clinic, name=name), name=f"特定健診 {name}", facts=facts
        )
    facts = {"exam": "daicho", "exam_title": "大腸がん検診"}
    make.resource(area, "daicho-iin-b", make.site("iin-b"), name="大腸がん検診 仮B医院", facts=facts)
    return area


@pytest.fixture
def hara(kenshin) -> Client:
    return enter(Client(), make.staff("hara"))


def send(browser: Client, *rows: str, encoding: str = "utf-8", head: str = HEAD, name: str = "ukeire.csv"):
    content = "\r\n".join([head, *rows, ""]).encode(encoding)
    return browser.post(
        reverse("desk:booking:capacity", args=["kenshin"]), {"file": SimpleUploadedFile(name, content)}
    )


def slots() -> dict[str, tuple[str, int]]:
    """{number: (when and where, how many)}"""
    return {
        slot.number: (
            f"{slot.resource.site.name} {clock.in_city(slot.starts_at):%m-%d %H:%M}",
            slot.counts.get().capacity,
        )
        for slot in Slot.objects.select_related("resource__site").order_by("number")
    }


def book(number: str, given: str = "あおい", made: dt.datetime = NOW) -> Booking:
    slot = Slot.objects.select_related("resource__area", "resource__site").get(number=number)
    who = make.person(given)
    with clock.frozen(made):
        return services.book(
            wanted=make.wanted(slot), party=who, person=who, by=make.actor(who), channel="web"
        )


@pytest.mark.accepts("P1-1-3-T3")
def test_a_file_of_the_association_can_be_booked_at_once_and_the_bookings_go_back(hara):
    """Shift_JIS with a weekday and eras, as offices send it; 仮A医院 is the clinic's own name for itself."""
    answer = send(
        hara,
        "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2",
        "K-2,仮B医院,特定健診,令和8年6月11日（木）,14:00,15:00,４",
        encoding="cp932",
    )
    page = hara.get(answer.url).text

    assert "2行を取り込みました。すぐに予約できます。" in page
    assert slots() == {"K-1": ("仮A医院 06-10 09:00", 2), "K-2": ("仮B医院 06-11 14:00", 4)}
    public = Client().get(
        reverse("portal:booking:area", args=["kenshin"]), {"from": "2026-06-08", "day": "2026-06-10"}
    )
    assert "9:00" in public.text
    assert f"/slots/{Slot.objects.get(number='K-1').pk}/" in public.text

    booking = book("K-1")
    sheet = hara.post(
        reverse("desk:booking:export", args=["kenshin"]), {"since": "2026-06-01", "until": "2026-06-30"}
    )
    [row] = csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert row == {
        "番号": "K-1",
        "予約番号": booking.receipt,
        "医療機関": "仮A医院",
        "健診": "特定健診",
        "受診日": "2026-06-10",
        "開始": "09:00",
        "終了": "10:00",
        "状態": "予約済み",
        "申込日": "2026-06-01",
        "氏名": "見本 あおい",
        "フリガナ": "ミホン メイ",
        "生年月日": "1990-04-12",
    }
    look = Event.objects.get(verb=Event.READ)
    assert (look.subject, look.about) == (booking.person_id, str(booking.ref))


def test_the_same_number_again_changes_that_time_and_makes_no_second_one(hara):
    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2")
    assert (
        send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2").status_code == 409
    )  # the very same file

    send(hara, "K-1,仮A医院,特定健診,2026-06-12,13:00,14:00,5")

    assert slots() == {"K-1": ("仮A医院 06-12 13:00", 5)}


def test_a_row_that_would_push_somebody_out_is_refused_and_said(hara):
    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2")
    book("K-1"), book("K-1", "べに")

    fewer = send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,1")
    moved = send(hara, "K-1,仮A医院,特定健診,2026-06-10,11:00,12:00,2")

    assert "すでに2人の予約があるため、定員を1人にできません。" in hara.get(fewer.url).text
    assert "予約が入っているため、場所や時間を変えられません。" in hara.get(moved.url).text
    assert slots() == {"K-1": ("仮A医院 06-10 09:00", 2)}
    assert sorted(Import.objects.values_list("taken", flat=True)) == [0, 0, 1]


def test_more_places_go_to_who_waits(hara):
    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,1")
    booked = book("K-1")
    ben = make.person("べん")
    wanted = make.wanted(
        Slot.objects.select_related("resource__area", "resource__site").get(pk=booked.slot_id)
    )
    services.wait(wanted=wanted, party=ben, person=ben, by=make.actor(ben), channel="web")

    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2")

    assert Waiting.objects.get().state == "offered"
    assert Count.objects.get().taken == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("K-1,仮Z医院,特定健診,2026-06-10,09:00,10:00,2", "「仮Z医院」という医療機関は登録されていません。"),
        ("K-1,仮A医院,特定検診,2026-06-10,09:00,10:00,2", "「特定検診」という健診はありません。「特定健診」ではありませんか。"),
        ("K-1,仮A医院,大腸がん検診,2026-06-10,09:00,10:00,2", "「仮A医院」では「大腸がん検診」を受け付けていません。"),
        ("K-1,仮A医院,特定健診,2026-02-31,09:00,10:00,2", "2月31日という日付はありません。"),
        ("K-1,仮A医院,特定健診,いつか,09:00,10:00,2", "受診日は、2026-12-05 や"),
        ("K-1,仮A医院,特定健診,2026-05-10,09:00,10:00,2", "受診日が過ぎています。"),
        ("K-1,仮A医院,特定健診,2026-06-10,10:00,09:00,2", "終了は、開始より後の時刻にしてください。"),
        ("K-1,仮A医院,特定健診,2026-06-10,朝,10:00,2", "開始は、09:30 の形で書いてください。"),
        ("K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,99999999999", "定員は、0から10000までの数で"),
        ("K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,-1", "定員は、0から10000までの数で"),
        (",仮A医院,特定健診,2026-06-10,09:00,10:00,2", "番号を、1文字から60文字までで"),
        ("K-0,仮A医院,特定健診,2026-06-10,09:00,10:00,2", "同じ番号の行が、前にもあります。"),
    ],
)  # fmt: skip
def test_one_wrong_row_is_said_and_the_others_are_taken(hara, row, why):
    answer = send(hara, "K-0,仮B医院,特定健診,2026-06-10,09:00,10:00,2", row)

    assert why in hara.get(answer.url).text
    assert list(slots()) == ["K-0"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "このファイルは読めません"),
        (b"\x00\x01\x02\xff\xfe" * 40, "このファイルは読めません"),
        ("番号,医療機関\nK-1,仮A医院\n".encode(), "見出しが足りません: 健診、受診日、開始、終了、定員"),
        (("\n".join([HEAD, *["x,,,,,,"] * 5001])).encode(), "1つのファイルは5000行までです"),
    ],
)
def test_what_is_no_such_table_is_refused_whole(hara, content, said):
    answer = hara.post(
        reverse("desk:booking:capacity", args=["kenshin"]), {"file": SimpleUploadedFile("x.csv", content)}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "period", [("", ""), ("2026-06-30", "2026-06-01"), ("2026-01-01", "2028-01-01"), ("x", "y")]
)
def test_an_export_without_a_period_writes_nothing_and_looks_at_nobody(hara, period):
    answer = hara.post(
        reverse("desk:booking:export", args=["kenshin"]), dict(zip(("since", "until"), period, strict=True))
    )
    assert answer.status_code == 422
    assert not Event.objects.filter(verb=Event.READ).exists()


def test_the_calendar_of_the_check_ups_leads_to_both_pages(hara):
    page = hara.get(reverse("desk:booking:area", args=["kenshin"])).text
    for name in ("capacity", "waiting_days"):
        assert f'href="{reverse(f"desk:booking:{name}", args=["kenshin"])}"' in page


def test_who_works_elsewhere_finds_none_of_it(kenshin):
    other = enter(Client(), make.staff("other", "ほかの課"))
    for name in ("capacity", "waiting_days"):
        assert other.get(reverse(f"desk:booking:{name}", args=["kenshin"])).status_code == 404
    assert other.post(reverse("desk:booking:export", args=["kenshin"])).status_code == 404
    assert send(other, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,2").status_code == 404


# ------------------------------------------------------------------ 申込日→受診日


@pytest.mark.accepts("P1-1-3-T2")
def test_the_report_shows_median_and_longest_for_each_check_up_and_flags_over_two_months(hara):
    send(
        hara,
        "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,9",
        "K-2,仮B医院,特定健診,2026-07-01,09:00,10:00,9",
        "K-3,仮B医院,大腸がん検診,2026-06-20,09:00,10:00,9",
    )
    april = NOW.replace(month=4)
    book("K-1", "あおい", NOW)  # 9 days
    book("K-2", "べに", NOW)  # 30 days
    book("K-2", "ちか", april)  # 91 days
    book("K-3", "だん", april.replace(day=20))  # two months to the day: not over
    gone = book("K-3", "えま", april)
    services.cancel(booking=gone, by=make.actor(gone.party))

    page = hara.get(reverse("desk:booking:waiting_days", args=["kenshin"])).text

    def line(title: str) -> str:
        return " ".join(page.split(f'class="what">{title}</th>')[1].split("</tr>")[0].split())

    assert "3件" in line("特定健診")
    assert "まん中 30日" in line("特定健診")
    assert "最長 91日" in line("特定健診")
    assert "2か月をこえた 1件" in line("特定健診")
    assert "1件" in line("大腸がん検診")
    assert "まん中 61日" in line("大腸がん検診")
    assert "なし" in line("大腸がん検診")
    measured = metrics.read("booking.days_to_examination")
    assert (measured.value, measured.n) == (45.5, 4)
    assert {(part.name, part.group): part.n for part in measured.parts if part.group != "longest"} == {
        ("大腸がん検診", "median"): 61,
        ("大腸がん検診", "over_two_months"): 0,
        ("特定健診", "median"): 30,
        ("特定健診", "over_two_months"): 1,
    }


def test_who_waited_for_a_place_is_counted_from_the_day_they_began_to_wait(hara):
    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,1")
    booked = book("K-1", made=NOW - dt.timedelta(days=40))
    ben = make.person("べん")
    slot = Slot.objects.select_related("resource__area", "resource__site").get(pk=booked.slot_id)
    with clock.frozen(NOW - dt.timedelta(days=30)):
        services.wait(wanted=make.wanted(slot), party=ben, person=ben, by=make.actor(ben), channel="web")
    services.cancel(booking=booked, by=make.actor(booked.party))
    services.confirm(booking=Booking.objects.get(party=ben), by=make.actor(ben))

    page = hara.get(reverse("desk:booking:waiting_days", args=["kenshin"])).text

    assert "最長 39日" in page


@pytest.mark.parametrize("year", ["2019", "0000", "99999", "x"])
def test_other_years_are_empty_and_nonsense_is_this_year(hara, year):
    answer = hara.get(reverse("desk:booking:waiting_days", args=["kenshin"]), {"year": year})
    assert answer.status_code == 200
    assert "この年度の予約は、まだありません。" in answer.text


def test_the_report_asks_the_same_few_questions_however_many_booked(hara, django_assert_max_num_queries):
    send(hara, "K-1,仮A医院,特定健診,2026-06-10,09:00,10:00,9")
    for given in "あいうえお":
        book("K-1", given)
    address = reverse("desk:booking:waiting_days", args=["kenshin"])
    hara.get(address)
    with django_assert_max_num_queries(16):
        hara.get(address)


def test_the_plan_sees_that_the_area_runs_and_where_it_is_tried(kenshin):
    running = Running()
    assert running.has("booking", "kenshin")
    assert not running.has("booking", "nai")
    assert running.href("booking", "kenshin") == reverse("portal:booking:area", args=["kenshin"])

"""Two systems become one: rooms and coming bookings of another."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from madoguchi.engines.booking.models import Booking, Import, Resource
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.engines.messaging.models import Message
from madoguchi.kernel import jobs

from .working import Desk, day_of

pytestmark = pytest.mark.django_db


ROOMS = [
    ("施設番号", "施設名", "部屋番号", "部屋名", "定員", "1時間の料金"),
    ("B9", "旧文化センター 仮", "R-101", "練習室", "20", "300"),
    ("B9", "旧文化センター 仮", "R-102", "=cmd|' /C calc'!A0", "10", ""),
    ("B9", "旧文化センター 仮", "R-101", "もう一つの練習室", "5", ""),
    ("B9", "旧文化センター 仮", "", "番号のない部屋", "5", ""),
]
HEAD = ("予約番号", "部屋番号", "日", "開始", "終了", "名前", "電話", "料金", "支払い")


def file_of(name: str, *rows: tuple) -> object:
    return SimpleUploadedFile(name, make_desk.csv_of(*rows))


def taken_in(desk: Desk, kind: str, *rows: tuple):
    """Both steps; returns the page of the first and the answer to the second."""
    checked = desk.post("imports", "shisetsu", kind=kind, file=file_of(f"{kind}.csv", *rows))
    token = re.search(r'name="token" value="([^"]+)"', checked.text)
    return checked, desk.post("imports", "shisetsu", token=token[1]) if token else None


@pytest.mark.accepts("X-04-T3")
def test_a_second_systems_rooms_and_bookings_come_in_with_their_numbers_and_clashes_are_found(sato):
    hall = make.hall()
    here = make_desk.booked(hall["half-a"], make.person())
    day = day_of(here.starts_at)

    checked, _made = taken_in(sato, "resources", *ROOMS)
    assert "R-101" in checked.text
    assert "ファイルの中に同じ部屋番号" in checked.text
    room = Resource.objects.get(facts__number="R-101")
    assert (room.name, room.people, room.site.name) == ("練習室", 20, "旧文化センター 仮")

    rows = [
        ("K-1", "R-101", day, "09:00", "12:00", "見本合唱団", "0300000001", "900", "済"),
        ("K-2", "R-101", day, "11:00", "13:00", "見本劇団", "", "", ""),
        ("K-1", "R-101", day, "18:00", "20:00", "見本合唱団", "", "", ""),
        ("K-3", "half-a", day, "18:00", "19:00", "見本劇団", "", "", ""),
        ("K-4", "R-999", day, "09:00", "10:00", "見本劇団", "", "", ""),
        ("K-5", "R-101", "2020-01-05", "09:00", "10:00", "見本劇団", "", "", ""),
        ("K-6", "R-101", day, "14時", "16:00", "見本劇団", "", "", ""),
        ("K-7", "R-101", day, "14:00", "16:00", "=HYPERLINK(1)", "", "", ""),
    ]
    checked = sato.post("imports", "shisetsu", kind="bookings", file=file_of("b.csv", HEAD, *rows))
    assert Booking.objects.count() == 1  # nothing is stored before the press
    assert here.receipt in checked.text
    token = re.search(r'name="token" value="([^"]+)"', checked.text)[1]
    answer = sato.post("imports", "shisetsu", token=token)

    made = Import.objects.get(kind="bookings")
    assert answer.url == reverse("desk:booking:import", args=[made.pk])
    assert (made.rows, made.taken) == (8, 2)
    assert [(one["line"], one["with"]) for one in made.clashes] == [
        (3, "2行目"),
        (4, "2行目"),
        (5, here.receipt),
        (6, "R-999"),
        (7, ""),
        (8, ""),
    ]
    first = Booking.objects.get(number="K-1")
    assert (first.channel, first.paid, first.yen, first.state) == ("import", "paid", 900, "booked")
    # Found by the old number; not written to; not taken in twice.
    assert sato.post("find", number="K-1").url == reverse("desk:booking:booking", args=[first.pk])
    assert (
        not jobs.run_due(kinds=("booking.tell",)) or not Message.objects.filter(about=str(first.ref)).exists()
    )
    assert sato.post("imports", "shisetsu", token=token).status_code == 409
    again = sato.post("imports", "shisetsu", kind="bookings", file=file_of("b.csv", HEAD, *rows))
    assert again.status_code == 409
    assert Booking.objects.filter(channel="import").count() == 2
    report = sato.get("import_file", made.pk).content.decode("utf-8-sig")
    assert "R-999" in report
    assert "見本合唱団" not in report + str(made.clashes)


def test_who_was_written_down_for_a_row_that_failed_is_written_down_again_for_the_next(sato, monkeypatch):
    hall = make.hall()
    here = make_desk.booked(hall["half-a"], make.person())
    day = day_of(make.evening(hall["half-a"], in_days=20).starts_at)
    hours = [("09:00", "10:00"), ("11:00", "12:00"), ("13:00", "14:00"), ("15:00", "16:00")]
    rows = [
        (f"K-{number}", "half-a", day, *time, "見本合唱団", "", "", "")
        for number, time in enumerate(hours, 1)
    ]
    # The first and the third draw a receipt that is there already: two systems, one number.
    receipts = iter([here.receipt, "MIHON-2", here.receipt, "MIHON-4"])
    monkeypatch.setattr(
        "madoguchi.engines.booking.services.importing.bookings.scattered_receipt", lambda on: next(receipts)
    )

    _checked, answer = taken_in(sato, "bookings", HEAD, *rows)

    assert answer.status_code == 302
    second, fourth = Booking.objects.filter(channel="import").order_by("number")
    assert (second.number, fourth.number, second.party) == ("K-2", "K-4", fourth.party)
    assert [one["line"] for one in Import.objects.get().clashes] == [2, 4]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x00\x01\x02"),
        ("a.xlsx", b"PK\x03\x04broken"),
        ("a.csv", "予約番号,部屋番号\n1,2\n".encode()),
        ("a.csv", b'"unclosed'),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(sato, name, content):
    make.hall()
    answer = sato.post("imports", "shisetsu", kind="bookings", file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_what_was_looked_through_is_taken_in_only_by_who_looked(sato):
    hall = make.hall()
    row = (
        "K-1",
        "half-a",
        day_of(make.evening(hall["half-a"]).starts_at),
        "09:00",
        "10:00",
        "見本",
        "",
        "",
        "",
    )
    checked = sato.post("imports", "shisetsu", kind="bookings", file=file_of("b.csv", HEAD, row))
    token = re.search(r'name="token" value="([^"]+)"', checked.text)[1]

    assert Desk(make.staff("tamura")).post("imports", "shisetsu", token=token).status_code == 422
    assert sato.post("imports", "shisetsu", token=token + "x").status_code == 422
    assert sato.post("imports", "shisetsu", kind="nai", file=file_of("b.csv", HEAD, row)).status_code == 404
    assert not Booking.objects.exists()

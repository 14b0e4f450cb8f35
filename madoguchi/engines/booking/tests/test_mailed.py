"""Applications by e-mail: read line by line, entered once, and left to a person where anything is unclear."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.services import drawing, mailed
from madoguchi.engines.lottery import services as draws
from madoguchi.engines.lottery.models import Entry
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity

from . import make
from .test_drawing import event

pytestmark = pytest.mark.django_db

LETTER = """子ども教室の係の方へ

【氏名】 見本　はるか
ふりがな：ミホン ハルカ
・生年月日　昭和60年4月1日
住所: 架空県見本市見本町1-2-3
電話番号 00-0000-0009
"""


@pytest.fixture
def round_(monkeypatch):
    monkeypatch.setattr(drawing, "_beacons", lambda at: [draws.Numbers("見本の数字", at)])
    now = clock.now()
    return services.open_event(
        slot=event(2),
        opens_at=now,
        closes_at=now + dt.timedelta(days=10),
        draws_at=now + dt.timedelta(days=12),
        by=make.staff(),
    )


def take(round_, text=LETTER, sender="haruka@mihon.invalid", digest="d1"):
    return mailed.take_mail(tags=[round_.key], text=text, sender=sender, digest=digest)


def test_a_letter_with_its_lines_is_an_entry_of_who_wrote_it(round_):
    assert take(round_)

    entry = Entry.objects.get()
    assert entry.channel == "mail"
    profile = identity.profile(entry.party)
    assert profile["name"] == {
        "family": "見本",
        "given": "はるか",
        "family_kana": "ミホン",
        "given_kana": "ハルカ",
    }
    assert profile["birth"] == "1985-04-01"
    assert profile["email"] == "haruka@mihon.invalid"


def test_the_same_mail_again_is_the_same_entry_and_the_same_address_enters_once(round_):
    assert take(round_)
    assert take(round_)

    assert not take(round_, digest="d2")
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "参加したいです。見本はるか",
        "氏名: 見本 はるか",  # nowhere to write to
        LETTER + "\nマイナンバー 123456789018",
    ],
)
def test_what_is_unclear_is_left_to_a_person(round_, text):
    assert not take(round_, text=text)
    assert not Entry.objects.exists()


def test_a_tag_of_nothing_is_not_for_a_draw():
    assert not mailed.take_mail(tags=["nani", "../x", ""], text=LETTER, sender="a@mihon.invalid", digest="d")

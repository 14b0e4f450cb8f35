"""How the calendar is drawn: marks in words, the line of the present, who comes next."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace as One

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Booking, State
from madoguchi.engines.booking.tests import make, make_desk
from madoguchi.faces.desk.booking import drawing
from madoguchi.kernel import clock

from .working import booked, day_of


def row(since: int, *cells: One | None) -> tuple[One, list[One | None]]:
    morning = dt.datetime(2026, 11, 24, tzinfo=clock.JST)
    time = One(starts_at=morning + dt.timedelta(hours=since), ends_at=morning + dt.timedelta(hours=since + 1))
    return time, list(cells)


def cell(state: str, whose: str = "") -> One:
    is_block = state == "blocked"
    return One(state=state, booking=None if is_block else whose or None, block=whose if is_block else None)


def test_what_lasts_several_rows_is_one_cell():
    rows = [
        row(9, cell("booked", "A"), cell("blocked", "repair")),
        row(10, cell("booked", "A"), cell("blocked", "repair")),
        row(11, cell("booked", "B"), cell("free")),
        row(12, None, cell("free")),
        row(13, cell("booked", "B"), cell("cleaning", "B")),
    ]

    drawn = drawing.rows_of(One(resources=["hall", "room"], rows=rows), None)

    assert [[(one.resource, one.rows) for one in line.cells] for line in drawn] == [
        [("hall", 2), ("room", 2)],
        [],
        [("hall", 1), ("room", 1)],
        [("hall", 1), ("room", 1)],
        [("hall", 1), ("room", 1)],  # closed between: it begins again
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "stands"),
    [
        (8, 0, [0, None]),
        (9, 14, [0, None]),
        (9, 30, [2, None]),
        (9, 59, [3, None]),
        (10, 30, [None, 0]),
        (13, 0, [None, 4]),
    ],
)
def test_the_present_is_a_line_in_one_row(hour, minute, stands):
    grid = One(resources=["hall"], rows=[row(9, cell("free")), row(11, cell("free"))])
    now = dt.datetime(2026, 11, 24, hour, minute, tzinfo=clock.JST)
    assert [one.now_at for one in drawing.rows_of(grid, now)] == stands


@pytest.mark.django_db
def test_every_mark_is_a_word_and_counted_once(sato):
    hall, people = make.hall(), [make.person(f"人{number}") for number in range(4)]

    def take(do, resource, who, **when):
        wanted = make.evening(hall[resource], **when)
        return do(wanted=wanted, party=who, person=who, by=make.actor(who), channel="phone")

    met = take(services.book, "half-a", people[0], period="am")
    take(services.wait, "half-a", people[1], period="am")
    sato.post("cancel", met.pk, whose="person", why="電話で取り消し")  # offered to who waits
    take(services.hold, "half-b", people[2], period="am")
    for number, state in enumerate((State.ATTENDED, State.NO_SHOW)):
        came = take(services.book, ("half-a", "half-b")[number], people[number], period="pm")
        Booking.objects.filter(pk=came.pk).update(state=state)
    coming = take(services.book, "half-a", people[3], period="night")

    day = sato.get("area", "shisetsu", day=day_of(met.starts_at)).text

    for mark, word in {
        "offer": "空きを案内中",
        "held": "仮押さえ",
        "attended": "来ました",
        "no_show": "来ませんでした",
        "booked": "予約",
    }.items():
        assert (
            f'<span class="bk-key bk-{mark}" aria-hidden="true"></span>{word} <span class="num">1</span>'
            in day
        )
        assert f'class="bk bk-{mark}"' in day
        assert f"<b>{word}</b>" in day
    assert '来所未確認 <span class="num">0</span>' in day  # a zero is not hidden
    assert "bk-now-word" not in day  # another day
    assert "つぎの予約" not in day
    with clock.frozen(coming.starts_at):
        assert day_of(clock.now()) == day_of(met.starts_at)
        assert '来所未確認 <span class="num">1</span>' in sato.get("area", "shisetsu").text


@pytest.mark.django_db
def test_the_next_booking_of_today_and_of_the_week_is_pointed_out(sato):
    hall = make.hall()
    evening = make_desk.booked(hall["half-a"], make.person("べに"))
    noon = make_desk.booked(hall["half-b"], make.person(), period="pm")

    with clock.frozen(noon.starts_at - dt.timedelta(minutes=30)):  # 12:30, between two times
        before, week = sato.get("area", "shisetsu").text, sato.get("area", "shisetsu", span="week").text
    with clock.frozen(noon.starts_at + dt.timedelta(hours=1)):
        after = sato.get("area", "shisetsu").text

    for page, following in ((before, noon), (week, noon), (after, evening)):
        told = page.partition('<p class="bk-coming">')[2].partition("</p>")[0]
        assert following.receipt in told
    assert before.count("bk bk-booked bk-next") == after.count("bk bk-booked bk-next") == 2
    assert 'class="bk-now bk-now-0"' in before and "いま 12:30" in before
    assert 'class="bk-now bk-now-1"' in after and "いま 14:00" in after
    assert week.count(">つぎ</b>") == 2
    assert "きょう</b>" in week


@pytest.mark.django_db
def test_times_with_places_have_the_line_between_what_began_and_what_is_to_come(sato):
    of = make.resource()
    with clock.frozen(clock.in_city(clock.now()).replace(hour=13, minute=0)):
        slots = [make.slot(of=of, starts_in=dt.timedelta(hours=hours)) for hours in (-4, -1, 2)]
        last = booked(slots[2])
        day = sato.get("area", "azukari").text

    rows = day.partition("<tbody>")[2]
    said = ("9:00–11:00</a>", "12:00–14:00</a>", "いま 13:00", "15:00–17:00</a>", ">つぎ</b>", last.receipt)
    places = [rows.index(text) for text in said]
    assert places == sorted(places)
    assert day.count('class="bk-next-row"') == 1
    assert day.count("いま 13:00") == 1


@pytest.mark.django_db
def test_the_day_of_a_hall_costs_the_same_however_full_it_is(sato, django_assert_max_num_queries):
    hall = make.hall()
    for number, period in enumerate(("am", "pm", "night")):
        for half in ("half-a", "half-b"):
            met = make_desk.booked(hall[half], make.person(f"{half}{number}"), period=period)
    sato.get("index")

    with clock.frozen(met.starts_at - dt.timedelta(hours=1)), django_assert_max_num_queries(19):
        assert met.receipt in sato.get("area", "shisetsu").text

"""A day closed into hours, and the history of another system."""

import datetime as dt

import pytest

from madoguchi.engines.queue import services
from madoguchi.engines.queue.congestion import trend
from madoguchi.engines.queue.errors import HistoryUnclear
from madoguchi.engines.queue.models import Hour, Line, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
HEAD = "counter,issued_at,called_at,ended_at\n"


def hours(line) -> list[tuple]:
    rows = Hour.objects.filter(line=line).order_by("on", "hour")
    return list(
        rows.values_list("on", "hour", "issued", "served", "no_shows", "wait_seconds", "serve_seconds")
    )


def brought(text: str):
    return services.import_tickets(data=(HEAD + text).encode(), by=SYSTEM)


def a_day() -> Line:
    """Three came, one of them did not appear when called, one left; one was called after ten minutes for five."""
    with clock.frozen(make.at(9)):
        line, clerk = make.line(), make.clerk()
        desk = make.desk(line, clerk)
        served, missed, gone = make.issued(line, 3)
    with clock.frozen(make.at(9, 10)):
        services.call_next(desk=desk, by=clerk)
        services.leave(ticket=gone, by=clerk)
    with clock.frozen(make.at(9, 15)):
        served.refresh_from_db()
        services.done(ticket=served, desk=desk, by=clerk)
        missed = services.call_next(desk=desk, by=clerk)
    with clock.frozen(make.at(9, 16)):
        services.no_show(ticket=missed, desk=desk, by=clerk)
    return line


def test_a_day_is_closed_into_the_hours_in_which_people_came():
    line = a_day()

    with clock.frozen(make.at(9) + dt.timedelta(days=1)):
        assert services.close_days() == 1
        services.close_days()

    assert hours(line) == [(make.MORNING.date(), 9, 3, 1, 1, 600, 300)]


def test_what_a_counter_did_while_cut_off_is_summed_when_it_arrives():
    line = a_day()
    with clock.frozen(make.at(9) + dt.timedelta(days=1)):
        services.close_days()
        late = Ticket.objects.get(line=line, number=2)
        Ticket.objects.filter(pk=late.pk).update(state="done", ended_at=make.at(9, 35))
        services.close_days()

    assert hours(line) == [(make.MORNING.date(), 9, 3, 2, 0, 600 + 900, 300 + 1200)]


def test_a_visit_whose_end_nobody_wrote_down_does_not_last_all_night():
    with clock.frozen(make.at(16)):
        line, clerk = make.line(), make.clerk()
        desk = make.desk(line, clerk)
        make.issued(line)
        services.start(ticket=services.call_next(desk=desk, by=clerk), desk=desk, by=clerk)
    with clock.frozen(make.at(9) + dt.timedelta(days=1)):
        services.end_day(line=line, on=make.MORNING.date(), by=SYSTEM)
        services.close_days()

    assert hours(line) == [(make.MORNING.date(), 16, 1, 0, 0, 0, 0)]


def test_closing_keeps_how_far_off_the_estimates_were():
    with clock.frozen(make.at(9)):
        line, clerk = make.line(), make.clerk()
        desk = make.desk(line, clerk)
        first, _second = make.issued(line, 2)
    assert (first.said_seconds, first.said_low) == (0, 0)
    with clock.frozen(make.at(9, 2)):
        services.call_next(desk=desk, by=clerk)
    with clock.frozen(make.at(9) + dt.timedelta(days=1)):
        services.close_days()

    line.refresh_from_db()
    # Said at once, took two minutes: (120 + 120) / (0 + 120).
    assert line.ratios == [2.0]


def test_a_history_is_read_in_the_citys_time_or_the_zone_it_names():
    with clock.frozen(make.at(9)):
        line = make.line()
        found = brought(
            "kari_f,2026-04-01 09:00:00,2026-04-01 09:10:00,2026-04-01 09:15:00\n"
            "kari_f,2026-04-01T00:30:00+00:00,2026-04-01T00:40:00+00:00,\n"
            "kari_f,2026-04-01 10:05:00,,\n"
        )

    assert (found.numbers, found.lines, found.days) == (3, 1, 1)
    day = dt.date(2026, 4, 1)
    assert hours(line) == [(day, 9, 2, 1, 1, 600, 300), (day, 10, 1, 0, 0, 0, 0)]


def test_the_same_history_again_changes_nothing_and_our_own_days_stay():
    line = a_day()
    text = "kari_f,2026-04-01 09:00:00,2026-04-01 09:10:00,2026-04-01 09:15:00\n"
    with clock.frozen(make.at(9) + dt.timedelta(days=1)):
        services.close_days()
        brought(text)
        before = hours(line)

        found = brought(text + "kari_f,2026-11-24 11:00:00,,\n")

    assert found.kept_days == 1
    assert hours(line) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "kari_f,2026-04-01 09:00,,\nkari_z,2026-04-01 09:00,,\n",
            "3行目：「kari_z」という窓口はありません。",
        ),
        ("kari_f,きのう,,\n", "2行目：issued_at は 2026-04-01 09:12:30 のように書きます。"),
        ("kari_f,,2026-04-01 09:00,\n", "2行目：issued_at がありません。"),
        ("kari_f,2026-04-01 09:10,2026-04-01 09:00,\n", "2行目：時刻の順番が合いません。"),
        ("kari_f,2026-04-01 09:00,,2026-04-01 09:20\n", "2行目：時刻の順番が合いません。"),
        ("", "番号の行がありません。"),
    ],
)
def test_a_history_with_a_line_that_cannot_be_read_is_refused_whole(text, why):
    make.line()

    with pytest.raises(HistoryUnclear, match="何も保存していません") as refused:
        brought(text)

    assert why in str(refused.value)
    assert not Hour.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00\x81", b"a,b\n1,2\n", b'counter,issued_at,called_at,ended_at\n"kari_f']
)
def test_what_is_no_history_at_all_is_refused(data):
    make.line()

    with pytest.raises(HistoryUnclear):
        services.import_tickets(data=data, by=SYSTEM)


def test_congestion_divides_once_at_the_end():
    with clock.frozen(make.at(9)):
        line = make.line()
        # One waits 1 minute alone; nine wait 11 minutes in another hour: the mean is 10, not 6.
        many = "".join(
            f"kari_f,2026-10-06 10:{n:02}:00,2026-10-06 10:{n + 11:02}:00,2026-10-06 10:59:00\n"
            for n in range(9)
        )
        brought("kari_f,2026-10-06 09:00:00,2026-10-06 09:01:00,2026-10-06 09:05:00\n" + many)

        found = trend(line)

    assert found.weekdays[1].minutes == 10.0
    assert {hour: one.minutes for hour, one in found.hours.items()} == {9: 1.0, 10: 11.0}
    assert (found.quietest, found.busiest) == ((1, 9), (1, 10))
    assert found.days == 1

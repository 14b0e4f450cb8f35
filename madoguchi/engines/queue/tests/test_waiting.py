"""What is known of a line at a moment, and what may be said of it."""

import datetime as dt

import pytest

from madoguchi.engines.queue import queries, services
from madoguchi.engines.queue.models import Hour, Line
from madoguchi.engines.queue.queries import Standing
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
EVERY_DAY = [
    {"desk": name, "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"} for name in ("1", "2")
]


def here(line):
    return queries.here_now(Line.objects.select_related("counter__division").get(pk=line.pk))


def test_nobody_at_a_desk_is_said_instead_of_a_number():
    with clock.frozen(make.at(9)):
        line = make.line(schedule=EVERY_DAY)
        make.issued(line, 2)

        found = here(line)

    assert found.standing == Standing.NO_DESK
    assert found.estimate(found.ahead_of_newcomer) is None
    assert len(found.waiting) == 2


def test_before_opening_the_line_is_closed_and_says_when_it_opens():
    with clock.frozen(make.at(8)):
        found = here(make.line(schedule=EVERY_DAY))

    assert found.standing == Standing.CLOSED
    assert found.opens_at == make.at(8, 30)


def test_a_holiday_in_the_week_has_no_hours():
    with clock.frozen(dt.datetime(2026, 11, 23, 10, tzinfo=clock.JST)):
        found = here(make.line(schedule=EVERY_DAY))

    assert (found.standing, found.opens_at) == (Standing.CLOSED, None)


def test_a_line_nobody_heard_of_is_stale_after_its_minutes():
    with clock.frozen(make.at(9)):
        line = make.line(schedule=EVERY_DAY, stale_minutes=5)
        make.desk(line, make.clerk())
    with clock.frozen(make.at(9, 5)):
        assert here(line).standing == Standing.OPEN
    with clock.frozen(make.at(9, 5) + dt.timedelta(seconds=1)):
        assert here(line).standing == Standing.STALE


def test_the_estimate_is_made_of_the_last_visits_and_the_desks_that_are_open():
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY, minutes=10), make.clerk()
        desk = make.desk(line, clerk)
        make.issued(line, 4)
        services.call_next(desk=desk, by=clerk)
        # Nothing measured: three before me and the desk itself, ten minutes each.
        assert here(line).seconds_until_called(3) == 4 * 600
    with clock.frozen(make.at(9, 20)):
        services.call_next(desk=desk, by=clerk, finishing=True)
        # One visit of 20 minutes beside ten assumed ones of 10: (20 + 100) / 11.
        assert here(line).seconds_until_called(2) == pytest.approx(3 * 600 * 12 / 11)


def test_the_hours_habit_of_that_weekday_is_asked_where_it_is_known():
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY, minutes=10), make.clerk()
        desk = make.desk(line, clerk)
        make.issued(line, 2)
        services.call_next(desk=desk, by=clerk)
        last_week = clock.today() - dt.timedelta(weeks=1)
        Hour.objects.create(line=line, on=last_week, hour=9, served=30, no_shows=0, serve_seconds=30 * 1000)
        Hour.objects.create(line=line, on=last_week, hour=10, served=30, serve_seconds=30 * 9000)

        # 30 visits of 1000 seconds beside ten set ones of 600.
        assert here(line).seconds_until_called(0) == pytest.approx(900)


def test_what_is_promised_is_kept_with_the_ticket():
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY, minutes=10), make.clerk()
        (alone,) = make.issued(line)
        desk = make.desk(line, clerk)
        services.call_next(desk=desk, by=clerk)
        (second,) = make.issued(line)

    assert (alone.said_low, alone.said_high, alone.said_seconds) == (None, None, None)
    assert (second.said_low, second.said_high, second.said_seconds) == (4, 20, 600)


def test_five_queries_for_any_number_of_counters(django_assert_num_queries):
    for place, prefix in enumerate("FGH"):
        make.line(f"kari_{prefix.lower()}", prefix, walk_order=place)

    with django_assert_num_queries(5):
        assert [one.line.prefix for one in queries.board()] == ["F", "G", "H"]


def test_the_version_changes_with_every_act_every_minute_and_when_it_falls_silent():
    seen = []
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY), make.clerk()
        seen.append(queries.line_version("kari_f"))
        make.issued(line)
        seen.append(queries.line_version("kari_f"))
        desk = make.desk(line, clerk)
        seen.append(queries.line_version("kari_f"))
        services.call_next(desk=desk, by=clerk)
        seen.append(queries.line_version("kari_f"))
        services.close_days()
        assert queries.line_version("kari_f") == seen[-1]
    with clock.frozen(make.at(9, 1)):
        seen.append(queries.line_version("kari_f"))
    assert len(set(seen)) == 5


def test_a_withdrawn_line_is_not_shown():
    line = make.line()
    services.withdraw_line(line=line, by=SYSTEM)

    assert queries.board() == []

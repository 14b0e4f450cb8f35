"""The estimate on days made by hand: each figure can be counted on the fingers."""

import datetime as dt

import pytest

from madoguchi.engines.queue import estimating
from madoguchi.engines.queue.estimating import Habit, Range, Shift, seconds_until_called
from madoguchi.kernel.clock import JST

DAY = dt.date(2026, 11, 24)
VISIT = 600.0  # ten minutes


def at(time: str) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time.fromisoformat(time), tzinfo=JST)


def shift(since: str, until: str) -> Shift:
    return Shift(at(since), at(until))


def minutes(now: str, *shifts: Shift, ahead: int, **others) -> float | None:
    found = seconds_until_called(now=at(now), ahead=ahead, visit=VISIT, shifts=shifts, **others)
    return None if found is None else found / 60


def test_who_finds_a_free_desk_does_not_wait():
    desks = shift("08:30", "17:00"), shift("08:30", "17:00")

    assert minutes("10:00", *desks, ahead=0, free=1) == 0
    # One before me takes the free desk: I wait for the first of the two to become free.
    assert minutes("10:00", *desks, ahead=1, free=1) == 5


def test_everybody_before_me_and_the_desk_itself_are_counted():
    assert minutes("10:00", shift("08:30", "17:00"), ahead=0) == 10
    assert minutes("10:00", shift("08:30", "17:00"), ahead=3) == 40
    assert minutes("10:00", shift("08:30", "17:00"), shift("08:30", "17:00"), ahead=3) == 20


def test_lunch_with_fewer_desks_is_walked_through():
    # Until 12:00 two desks do 20 minutes of work, then one alone does the other 20.
    assert minutes("11:50", shift("08:30", "17:00"), shift("08:30", "12:00"), ahead=3) == 30
    # The desk that comes back at 13:00 takes one of those waiting at once.
    back = shift("08:30", "17:00"), shift("08:30", "12:00"), shift("13:00", "17:00")
    assert minutes("12:50", *back, ahead=2) == 15


def test_a_desk_that_opens_serves_the_first_at_the_moment_it_opens():
    assert minutes("12:30", shift("13:00", "17:00"), ahead=0) == 30
    assert minutes("12:30", shift("13:00", "17:00"), ahead=1) == 40


def test_nobody_who_would_be_called_after_closing_is_told_a_number():
    closing = shift("08:30", "17:00")

    assert minutes("16:30", closing, ahead=2) == 30
    assert minutes("16:30", closing, ahead=3) is None
    assert minutes("17:00", closing, ahead=0) is None
    assert minutes("10:00", ahead=0) is None


def test_booked_visitors_step_in_at_their_time_and_not_before():
    desk = shift("08:30", "17:00")

    assert minutes("10:00", desk, ahead=1, booked=[at("10:05")]) == 30
    assert minutes("10:00", desk, ahead=1, booked=[at("10:25")]) == 20
    # Who is late for a booked time stands in front now.
    assert minutes("10:00", desk, ahead=1, booked=[at("09:50"), at("10:15")]) == 40


def test_the_last_visits_count_the_more_of_them_there_are():
    habit = Habit(n=30, seconds=600)

    assert estimating.visit_seconds([], Habit(0, 0), setting=480) == 480
    assert estimating.visit_seconds([], habit, setting=200) == 500
    assert estimating.visit_seconds([900] * 10, Habit(0, 0), setting=300) == 600
    # Only the last thirty: what was before is what the hour's habit is for.
    assert estimating.visit_seconds([10_000] * 5 + [300] * 30, Habit(0, 0), setting=300) == 300


def test_the_range_is_wide_where_nothing_was_measured_and_learns_from_what_was():
    unknown = estimating.said_range(1200, [])
    learnt = estimating.said_range(1200, [1.0] * 200)

    assert unknown == Range(seconds=1200, low=10, high=35)
    assert learnt == Range(seconds=1200, low=20, high=20 + 1)


def test_the_range_holds_for_four_of_five_of_the_last_estimates():
    ratios = [0.5 + share / 100 for share in range(101)] * 10

    said = estimating.said_range(600, ratios)

    took = [(600 + estimating.SLACK) * each - estimating.SLACK for each in ratios]
    assert (said.low, said.high) == (5, 15)
    assert sum(300 <= each <= 900 for each in took) / len(took) == pytest.approx(0.83, abs=0.01)


def test_a_ratio_is_one_where_the_estimate_was_right():
    assert estimating.ratio(600, 600) == 1
    assert estimating.ratio(0, 120) == 2


SCHEDULE = [
    {"desk": "1", "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"},
    {"desk": "2", "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "12:00"},
    {"desk": "2", "days": [0, 1, 2, 3, 4], "since": "13:00", "until": "17:00"},
    {"desk": "3", "days": [5], "since": "09:00", "until": "12:00"},
]


def test_the_schedule_of_a_day_is_read_by_desk():
    planned = estimating.shifts_of(SCHEDULE, on=DAY, zone=JST)

    assert planned == {
        "1": [shift("08:30", "17:00")],
        "2": [shift("08:30", "12:00"), shift("13:00", "17:00")],
    }


@pytest.mark.parametrize(
    ("now", "is_open", "expected"),
    [
        # Both sit there: each stays to the end of the shift, the second comes back.
        ("11:00", ["1", "2"], [("11:00", "12:00"), ("11:00", "17:00"), ("13:00", "17:00")]),
        # Desk 1 should be open and is not: nobody counts on it.
        ("11:00", ["2"], [("11:00", "12:00"), ("13:00", "17:00")]),
        # Desk 2 works through lunch, and a desk nobody planned helps out.
        ("12:10", ["2", "9"], [("12:10", "17:00"), ("12:10", "17:00"), ("13:00", "17:00")]),
        # After hours who is still there stays a while.
        ("17:20", ["1"], [("17:20", "17:50")]),
    ],
)
def test_desks_are_counted_as_they_are_now_and_as_planned_later(now, is_open, expected):
    planned = estimating.shifts_of(SCHEDULE, on=DAY, zone=JST)

    found = estimating.shifts_ahead(planned, open_desks=is_open, now=at(now), stays=dt.timedelta(minutes=30))

    assert sorted(found, key=lambda one: (one.since, one.until)) == [shift(*one) for one in expected]

"""Who is next: the three rules, for whoever comes in whatever order."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.queue.ordering import LATE, in_order, next_up, place

START = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Visitor:
    number: int
    came: int
    booked: int | None = None

    @property
    def stands_at(self):
        return place(came_at=minute(self.came), booked_for=self.booked and minute(self.booked))

    @property
    def is_booked(self):
        return self.booked is not None and self.stands_at == minute(self.booked)


def minute(n):
    return START + dt.timedelta(minutes=n)


@st.composite
def days(draw):
    """A morning: who came when, who had booked, and when somebody is called."""
    came = sorted(draw(st.lists(st.integers(0, 120), min_size=1, max_size=14)))
    visitors = [
        Visitor(number, at, draw(st.none() | st.integers(1, 150))) for number, at in enumerate(came, start=1)
    ]
    return visitors, sorted(draw(st.lists(st.integers(0, 200), min_size=1, max_size=20)))


def called(visitors, calls):
    """(who, when, who waited besides) in the order of calling."""
    waiting, after_booked, made = list(visitors), False, []
    for at in calls:
        here = [one for one in waiting if one.came <= at]
        one = next_up(here, now=minute(at), after_booked=after_booked)
        if one is not None:
            waiting.remove(one)
            after_booked = one.is_booked
            made.append((one, at, [other for other in here if other is not one]))
    return made


@given(days())
def test_walk_ins_never_overtake_each_other(day):
    walk_ins = [one for one, _at, _others in called(*day) if not one.is_booked]

    assert walk_ins == sorted(walk_ins, key=lambda one: (one.came, one.number))


@given(days())
def test_who_booked_goes_before_walk_ins_from_their_time_on_and_not_ahead_of_it(day):
    before = None
    for one, at, others in called(*day):
        due = [other for other in others if other.is_booked and other.booked <= at]
        walk_ins = [other for other in others if not other.is_booked]
        if not one.is_booked:
            assert not due or (before is not None and before.is_booked)
        elif one.booked > at:
            assert not due and not walk_ins
        before = one


@given(days())
def test_bookings_never_starve_a_waiting_walk_in(day):
    made = called(*day)

    for (first, _at, _others), (second, _later, others) in pairwise(made):
        if first.is_booked and second.is_booked:
            assert all(other.is_booked for other in others)


@given(days(), st.integers(0, 200), st.booleans())
def test_the_order_has_everybody_once_and_begins_with_who_is_next(day, at, after_booked):
    visitors, _calls = day

    ordered = in_order(visitors, now=minute(at), after_booked=after_booked)

    assert sorted(one.number for one in ordered) == [one.number for one in visitors]
    assert ordered[0] == next_up(visitors, now=minute(at), after_booked=after_booked)


@pytest.mark.parametrize(
    ("came", "stands"),
    [(20, 30), (30, 30), (40, 30), (41, 41), (90, 90)],
    ids=["early", "on_time", "ten", "late", "much"],
)
def test_more_than_ten_minutes_late_one_stands_where_one_came(came, stands):
    assert dt.timedelta(minutes=10) == LATE
    assert place(came_at=minute(came), booked_for=minute(30)) == minute(stands)

"""Two presses at once, and the very second of closing. Real threads, real transactions, both databases."""

from __future__ import annotations

import threading

import pytest
from django.db.models import F

from madoguchi.engines.lottery import errors, services
from madoguchi.engines.lottery.models import Entry, EntryState, Round, Win
from madoguchi.engines.lottery.services import closing, entering
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM
from tests.at_once import at_once

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def ready():
    """Closed, the numbers read: anybody may press now."""
    with clock.frozen(make.START):
        round_ = make.a_round()
        for _ in range(4):
            make.entered(round_, "court.1", "court.2")
    head, clerk = make.clerks()
    make.closed(round_)
    with clock.frozen(round_.draws_at):
        row = services.type_numbers(round=round_, place=0, numbers="1 2", by=clerk)
        services.confirm_numbers(row=row, numbers="1 2", by=head)
    return round_


def press(round_):
    with clock.frozen(round_.draws_at):
        return services.draw(round=Round.objects.get(pk=round_.pk), by=SYSTEM)


def test_six_who_press_at_once_make_one_draw(ready):
    results = at_once(*[lambda: press(ready)] * 6)

    assert sorted(one.code for one in results if isinstance(one, Refusal)) == ["draw_not_closed"] * 5
    assert sum(isinstance(one, Round) for one in results) == 1
    assert Win.objects.count() == 2
    assert Job.objects.filter(kind="lottery.tell").count() == 1


def test_without_compare_and_set_several_would_have_drawn(ready, monkeypatch):
    entered = threading.Barrier(3, timeout=20)

    @writes
    def blind(round_, made, by):
        Round.objects.filter(pk=round_.pk).update(version=F("version") + 1)
        return "drew"

    def slow(round_, beacon):
        entered.wait()  # all three have looked at the state before the first one writes
        return {}

    monkeypatch.setattr(closing, "_written", blind)
    monkeypatch.setattr(closing, "computed", slow)

    results = at_once(*[lambda: press(ready)] * 3)

    assert results == ["drew"] * 3, "the teeth: looking at the state first stops nobody"


def test_an_entry_at_the_moment_of_closing_is_in_the_file_or_refused():
    with clock.frozen(make.START):
        round_ = make.a_round()
        people = [make.person() for _ in range(6)]

    def enter(who):
        # By its own clock it is in time, by the worker's the round closes: they meet in the database.
        with clock.frozen(make.START + make.DAY):
            return make.entered(Round.objects.get(pk=round_.pk), "court.1", who=who)

    results = at_once(*[lambda who=who: enter(who) for who in people], lambda: make.closed(round_))

    round_.refresh_from_db()
    in_file = {line.split(" ")[0] for line in round_.entry_file.splitlines()[5:]}
    kept = {one.receipt for one in results if isinstance(one, Entry)}
    assert in_file == kept == set(Entry.objects.filter(state=EntryState.IN).values_list("receipt", flat=True))
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, errors.NotOpenForEntries) for one in refused), refused
    assert len(kept) + len(refused) == 6


def test_without_its_turn_an_entry_is_promised_and_then_not_in_the_file(monkeypatch):
    """The guards are taken away: the claim of the row, and the trigger that refuses late rows."""
    with clock.frozen(make.START):
        round_ = make.a_round()
        ben = make.person()
    stale = Round.objects.get(pk=round_.pk)
    monkeypatch.setattr(entering, "take_turn", lambda _round: None)
    _drop_late_guard()

    make.closed(round_)
    late = make.entered(stale, "court.1", who=ben)

    round_.refresh_from_db()
    assert late.state == EntryState.IN
    assert late.receipt not in round_.entry_file, "the teeth: a receipt that counts for nothing"


def _drop_late_guard():
    from django.db import connection

    on = "" if connection.vendor == "sqlite" else " ON lottery_entry"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER lottery_entry_is_not_late{on}")

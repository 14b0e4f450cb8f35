"""A draw becomes holds and lines in batches: whatever happens between two of them, nobody has it twice or not at all."""

from __future__ import annotations

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.errors import DrawnFirst, SlotShut
from madoguchi.engines.booking.models import Booking, Slot, SlotState, State, Waiting
from madoguchi.engines.booking.services import making
from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import make
from .make_draws import ANSWERED, draw, drawn, entered, later, work

pytestmark = pytest.mark.django_db


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_makes_the_rest_and_nothing_twice(
    monkeypatch,
):
    monkeypatch.setattr(making, "AT_ONCE", 2)
    slot, round_ = drawn(5, 8)
    takes, real = [], making.take

    def dies_at_the_fourth(*args, **facts):
        takes.append(1)
        if len(takes) == 4:
            raise SystemError("the plug is pulled")
        return real(*args, **facts)

    monkeypatch.setattr(making, "take", dies_at_the_fourth)
    work(round_)
    # The first two are there; the third went with the fourth. Nobody else gets in before all is made.
    assert (Booking.objects.count(), slot.counts.get().taken) == (2, 2)
    ben = make.person("べん")
    with pytest.raises(DrawnFirst):
        services.book(wanted=make.wanted(slot), party=ben, person=ben, by=make.actor(ben), channel="web")

    work(round_, seconds=5)

    won = {str(win.ref) for win in lottery.wins(round_)}
    assert sorted(Booking.objects.values_list("about", flat=True)) == sorted(won)
    assert slot.counts.get().taken == 5
    assert list(Waiting.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert Slot.objects.get().facts["drawn"] == round_.key
    # Every batch once more, as after a death between the commit and the note that it is done.
    services.cancel(booking=Booking.objects.first(), by=SYSTEM)
    with clock.frozen(later(round_)):
        making.make_all(round=round_, by=SYSTEM)
    assert (Booking.objects.count(), Waiting.objects.count()) == (6, 3)  # the sixth is the offer to the line


def test_who_answers_before_the_turn_of_their_win_has_it_and_who_declines_leaves_nothing_held():
    slot, round_ = drawn(2, 3, ANSWERED)
    takes, declines = lottery.wins(round_)
    with clock.frozen(later(round_)):
        draws.confirm(win=takes, by=SYSTEM)
        draws.decline(win=declines, by=SYSTEM)
    assert Booking.objects.get().state == State.BOOKED

    work(round_)

    mine, offered = Booking.objects.order_by("made_at")
    assert (mine.about, mine.state) == (str(takes.ref), State.BOOKED)
    assert (offered.about, offered.state) == (str(Waiting.objects.get().ref), State.HELD)
    assert slot.counts.get().taken == 2


def test_what_was_declined_while_it_was_being_made_is_given_back_at_the_end(monkeypatch):
    slot, round_ = drawn(2, 3, ANSWERED)
    monkeypatch.setattr(making, "_end", lambda *_: None)
    work(round_)
    monkeypatch.undo()
    declined = lottery.wins(round_)[0]
    # On PostgreSQL the answer does not see the hold of a batch that has not committed yet.
    type(declined).objects.filter(pk=declined.pk).update(state="declined")

    with clock.frozen(later(round_)):
        making.go_on(round=round_, by=SYSTEM, step=making.END)

    assert Booking.objects.get(about=str(declined.ref)).state == State.LAPSED
    assert Booking.objects.get(about=str(Waiting.objects.get().ref)).state == State.HELD
    assert slot.counts.get().taken == 2


def test_a_draw_that_is_called_off_between_two_batches_leaves_nothing(monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 2)
    slot, round_ = drawn(4, 6)
    with clock.frozen(later(round_)):
        jobs.run_due(kinds=(making.KIND,), limit=1)
        draws.call_off(round=round_, why="出典のまちがい", by=make.staff("kacho", make.DIVISION, "head"))
    work(round_)

    assert set(Booking.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert (Booking.objects.count(), Waiting.objects.count(), slot.counts.get().taken) == (2, 0, 0)
    assert "drawn" not in Slot.objects.get().facts


def test_a_draw_of_a_time_that_is_shut_waits():
    slot, round_ = entered(1, 2)
    Slot.objects.filter(pk=slot.pk).update(state=SlotState.SHUT)

    with pytest.raises(SlotShut):
        draw(round_)

    assert lottery.rounds().get().state == "closed"

"""A round from its draw to its last answer."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.lottery import errors, events, jobs, queries, services
from madoguchi.engines.lottery.models import Entry, EntryState, RoundState, Win, WinState
from madoguchi.engines.lottery.services import Numbers
from madoguchi.engines.lottery.verifier import verify
from madoguchi.engines.messaging.models import Delivery
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.jobs import run_due
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

from . import make
from .test_rounds import _monday, heard, names, round_

__all__ = ["_monday", "heard", "round_"]  # fixtures
pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def test_a_drawn_round_is_its_own_proof_and_tells_whoever_listens(round_, heard):
    for _ in range(6):
        make.entered(round_, "court.1", ["court.2", "court.3"])
    make.drawn(round_)

    report, result = verify.check(queries.bundle(round_).encode())

    assert report["verdict"] == "match"
    assert result == round_.result_file
    assert names(heard) == ["drawn"]
    wins = queries.wins(round_)
    assert {(win.rank, tuple(win.items)) for win in wins} == {(1, ("court.1",)), (2, ("court.2", "court.3"))}
    assert {win.state for win in wins} == {WinState.OFFERED}
    line = [one.entry.receipt for one in queries.runners_up(round_, "court.1")]
    order = [row.split(" ")[0] for row in round_.result_file.splitlines()[2:8]]
    won = {win.entry.receipt for win in wins}
    assert line == [receipt for receipt in order if receipt not in won]
    assert queries.stand(queries.entry_by_receipt(line[0].upper())).waiting[0].place == 1
    with pytest.raises(NotFound):
        queries.entry_by_receipt("zzzz-zzzz-zzzz-zzzz")


def test_a_win_is_confirmed_declined_or_lapses_and_the_round_is_settled(round_, heard):
    for _ in range(3):
        make.entered(round_, "court.1", "court.2", "court.3")
    make.drawn(round_)
    first, second, third = queries.wins(round_)
    heard.clear()

    with clock.frozen(round_.drawn_at + make.DAY):
        services.confirm(win=first, by=SYSTEM)
        services.decline(win=second, by=SYSTEM)
        with pytest.raises(errors.NothingToAnswer):
            services.confirm(win=second, by=SYSTEM)
        assert services.lapse_due(by=SYSTEM) == 0
    with clock.frozen(third.confirm_until + MINUTE):
        with pytest.raises(errors.NothingToAnswer):
            services.confirm(win=third, by=SYSTEM)
        assert services.lapse_due(by=SYSTEM) == 1
        assert services.lapse_due(by=SYSTEM) == 0

    assert heard == [("confirmed", first), ("lapsed", second), ("lapsed", third)]
    round_.refresh_from_db()
    assert round_.state == RoundState.SETTLED


def test_without_days_to_answer_a_win_is_confirmed_at_once(heard):
    round_ = make.a_round(rules=make.limits(confirm_days=0))
    make.entered(round_, "court.1")

    make.drawn(round_)

    assert names(heard) == ["drawn", "confirmed"]
    assert round_.state == RoundState.SETTLED


def test_called_off_voids_what_was_won_with_the_reason_in_public(round_, heard):
    make.entered(round_, "court.1")
    head, clerk = make.clerks()
    make.drawn(round_, head=head, clerk=clerk)
    with pytest.raises(NotAllowed):
        services.call_off(round=round_, why="理由", by=clerk)
    with pytest.raises(errors.SayWhyRedraw):
        services.call_off(round=round_, why=" ", by=head)

    services.call_off(round=round_, why="コートが水につかったため", by=head)

    assert names(heard)[-1] == "called_off"
    assert Win.objects.get().state == WinState.VOID
    assert round_.ended_because == "コートが水につかったため"
    assert queries.bundle(round_), "what happened stays to be read"
    with pytest.raises(errors.RoundOver):
        services.call_off(round=round_, why="もう一度", by=head)


def test_a_redraw_is_a_new_public_round_with_everybody_in_it_under_the_same_receipt(round_):
    entries = [make.entered(round_, "court.1", answers={"note": f"{n}"}) for n in range(3)]
    gone = make.entered(round_, "court.2")
    services.withdraw(entry=gone, by=SYSTEM)
    head, clerk = make.clerks()
    make.drawn(round_, head=head, clerk=clerk)
    with clock.frozen(round_.drawn_at + make.DAY):
        now = clock.now()
        given = {
            "closes_at": now + make.DAY,
            "draws_at": now + 3 * make.DAY,
            "beacons": [Numbers("見本くじ 第2回（架空）", now + 2 * make.DAY)],
            "by": head,
        }
        again = services.redraw(round=round_, why="数字を読みまちがえたため", **given)
        with pytest.raises(errors.RoundOver):
            services.redraw(round=round_, why="もう一度", **given)

    assert (again.redraws, again.key) == (round_, "mihon-12-redraw1")
    assert "数字を読みまちがえたため" in again.rules_file, "the reason is frozen with the rules"
    assert again.salt_commitment != round_.salt_commitment
    assert round_.state == RoundState.CALLED_OFF
    assert {one.receipt for one in again.entries.all()} == {one.receipt for one in entries}
    found = queries.entry_by_receipt(entries[0].receipt)
    assert found.round == again
    assert queries.answers_of(found) == {"note": "0"}


def test_everybody_hears_by_the_way_they_came(round_):
    for channel in ("web", "mail", "phone", "post", "counter"):
        make.entered(round_, "court.1", channel=channel)
    make.drawn(round_)

    with clock.frozen(round_.drawn_at):
        run_due(kinds=("lottery.tell",))

    ways = {
        channel: set(Delivery.objects.filter(message__about=str(entry.ref)).values_list("channel", flat=True))
        for entry in Entry.objects.all()
        for channel in [entry.channel]
    }
    letter = {"post"}
    assert ways == {
        "web": {"inbox", "mail"},
        "mail": {"mail"},
        "phone": letter,
        "post": letter,
        "counter": letter,
    }
    winner = queries.wins(round_).get().entry
    told = Delivery.objects.filter(message__about=str(winner.ref)).first().message
    assert "第1希望　見本コート1" in told.body
    assert winner.receipt in told.body


def test_who_has_no_account_answers_with_the_number_of_their_letter(round_):
    make.entered(round_, "court.1", channel="post")
    make.drawn(round_)
    win = queries.wins(round_).get()
    with clock.frozen(round_.drawn_at):
        run_due(kinds=("lottery.tell",))
    said = Delivery.objects.get().message.body
    code = said.partition("返事の番号：")[2][:19]
    nobody = Actor(ActorKind.ANONYMOUS)

    with clock.frozen(round_.drawn_at):
        with pytest.raises(errors.CodeUnclear):
            services.answer_by_code(win=win, code=win.entry.receipt, takes=True, by=nobody)
        services.answer_by_code(win=win, code=f" {code.upper()} ", takes=True, by=nobody)

    assert win.state == WinState.CONFIRMED


def test_the_worker_takes_a_round_through_its_days(round_):
    late = make.a_round("later", opens_at=make.START + make.DAY)
    entry = make.entered(round_, "court.1")
    head, clerk = make.clerks()
    with clock.frozen(make.START + make.DAY):
        jobs.keep_rounds()
        late.refresh_from_db()
        assert late.state == RoundState.OPEN
    with clock.frozen(round_.closes_at + MINUTE):
        jobs.keep_rounds()
    with clock.frozen(round_.draws_at + MINUTE):
        jobs.keep_rounds()  # nobody has read the numbers yet
        round_.refresh_from_db()
        assert round_.state == RoundState.CLOSED
        assert queries.to_do(clerk) == 2
        row = services.type_numbers(round=round_, place=0, numbers="9", by=clerk)
        services.confirm_numbers(row=row, numbers="9", by=head)
        jobs.keep_rounds()
    with clock.frozen(round_.draws_at + 10 * make.DAY):
        jobs.keep_rounds()
    round_.refresh_from_db()
    assert round_.state == RoundState.SETTLED
    assert entry.wins.get().state == WinState.LAPSED
    assert EntryState(entry.state) == EntryState.IN


def test_what_is_kept_and_no_longer_what_was_published_is_not_drawn(round_, monkeypatch):
    make.entered(round_)
    make.closed(round_)
    round_.rules_hash = "0" * 64

    with pytest.raises(errors.RoundBroken):
        services.closing.computed(round_, {"value": "0" * 64})


def test_whose_round_it_is_may_refuse_somebody_by_its_own_rules(round_):
    def listener(*, person, wishes, **_more):
        asked.append((person, wishes))
        raise errors.WishesUnclear(what="資格")

    asked: list[tuple[object, object]] = []
    events.entering.connect(listener)
    try:
        aoi = make.person()
        with pytest.raises(errors.WishesUnclear):
            make.entered(round_, "court.1", who=aoi)
        assert asked == [(aoi, [["court.1"]])]
        assert queries.entered(round_) == 0
        make.entered(round_, "court.1", who=aoi, answers={"asked": "already"})
    finally:
        events.entering.disconnect(listener)
    assert len(asked) == 1

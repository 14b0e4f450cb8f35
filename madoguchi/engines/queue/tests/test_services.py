"""One line and its desks: every act once, on the ticket as it stands."""

import datetime as dt

import pytest

from madoguchi.engines.queue import services
from madoguchi.engines.queue.errors import (
    DeskBusy,
    DeskNotOpen,
    DeskTaken,
    LineClosed,
    NobodyWaits,
    NoMoreNumbers,
    PaperTyped,
    TellUnclear,
    TicketMoved,
    TicketUnclear,
    TransferNowhere,
)
from madoguchi.engines.queue.models import Desk, Line, Sequence, Source, Step, Ticket, TicketState
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import SYSTEM, anonymous, new_id

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(make.MORNING):
        yield


@pytest.fixture
def line():
    return make.line()


@pytest.fixture
def sato():
    return make.clerk()


@pytest.fixture
def desk(line, sato):
    return make.desk(line, sato)


def test_numbers_follow_each_other_and_begin_anew_every_day(line):
    assert [ticket.label for ticket in make.issued(line, 3)] == ["F001", "F002", "F003"]

    with clock.frozen(make.MORNING + dt.timedelta(days=1)):
        assert make.issued(line)[0].label == "F001"


def test_whoever_is_refused_a_number_leaves_no_gap():
    line = make.line(per_day=2)
    make.issued(line, 1)
    with pytest.raises(TicketUnclear):
        make.issued(line, errand="nani")
    make.issued(line, 1)

    with pytest.raises(NoMoreNumbers):
        make.issued(line)

    assert Sequence.objects.get().last == 2
    assert make.states(line) == {"F001": "waiting", "F002": "waiting"}


def test_the_same_secret_is_the_same_number(line):
    secret = services.new_secret()

    first, second = (
        services.issue(line=line, source=Source.KIOSK, by=make.machine(), secret=secret) for _ in range(2)
    )

    assert first.ticket.pk == second.ticket.pk
    assert second.secret == secret
    assert secret not in str(Ticket.objects.values().get())


@pytest.mark.parametrize(
    "wish", [{"language": "xx"}, {"needs": ["gold"]}, {"secret": "short"}, {"paper": "紙の三番"}]
)
def test_issue_refuses_what_it_does_not_know(line, wish):
    with pytest.raises(TicketUnclear):
        services.issue(line=line, source=Source.WEB, by=anonymous(), **wish)


def test_only_staff_of_the_counter_give_numbers_by_hand(line, sato):
    other = make.clerk("kobayashi", "税務課")

    assert services.issue(line=line, source=Source.STAFF, by=sato).ticket.source == "staff"
    for by, source in [(other, Source.STAFF), (anonymous(), Source.PAPER), (anonymous(), Source.KIOSK)]:
        with pytest.raises(NotAllowed):
            services.issue(line=line, source=source, by=by)


def test_a_paper_number_stands_where_its_holder_came_and_is_typed_in_once(line, sato, desk):
    with clock.frozen(make.at(9, 30)):
        make.issued(line)
    with clock.frozen(make.at(9, 40)):
        paper = services.issue(
            line=line, source=Source.PAPER, by=sato, paper="7", came_at=make.at(9, 10)
        ).ticket
        with pytest.raises(PaperTyped) as again:
            services.issue(line=line, source=Source.PAPER, by=sato, paper="7")
        assert "F002" in str(again.value)
        assert services.call_next(desk=desk, by=sato) == paper
        with pytest.raises(TicketUnclear):
            services.issue(line=line, source=Source.PAPER, by=sato, paper="8", came_at=make.at(9, 50))

    assert paper.label == "F002"


def test_a_line_the_pack_withdrew_gives_no_numbers(line):
    services.withdraw_line(line=line, by=SYSTEM)
    line.refresh_from_db()

    with pytest.raises(LineClosed):
        make.issued(line)


def test_a_visit_from_the_call_to_the_end(line, sato, desk):
    make.issued(line, 2)

    with clock.frozen(make.at(9, 10)):
        called = services.call_next(desk=desk, by=sato)
    with clock.frozen(make.at(9, 11)):
        services.recall(ticket=called, desk=desk, by=sato)
        services.start(ticket=called, desk=desk, by=sato)
    with clock.frozen(make.at(9, 20)):
        done = services.done(ticket=called, desk=desk, by=sato)

    assert (done.label, done.state, done.times_called) == ("F001", "done", 2)
    assert (done.called_at, done.started_at, done.ended_at) == (
        make.at(9, 10),
        make.at(9, 11),
        make.at(9, 20),
    )
    assert [step.kind for step in done.steps.order_by("at", "id")] == [
        "issued",
        "called",
        "recalled",
        "started",
        "done",
    ]
    assert make.states(line) == {"F001": "done", "F002": "waiting"}


def test_a_desk_serves_one_visitor_at_a_time_and_ends_one_with_the_next_call(line, sato, desk):
    first, second = make.issued(line, 2)
    services.call_next(desk=desk, by=sato)

    with pytest.raises(DeskBusy) as busy:
        services.call_next(desk=desk, by=sato)
    assert "F001" in str(busy.value)
    with pytest.raises(DeskBusy):
        services.call(ticket=second, desk=desk, by=sato)
    with pytest.raises(DeskBusy):
        services.close_desk(desk=desk, by=sato)

    assert services.call_next(desk=desk, by=sato, finishing=True).pk == second.pk
    first.refresh_from_db()
    assert first.state == TicketState.DONE


def test_calling_with_nobody_there_leaves_everything_as_it_was(line, sato, desk):
    make.issued(line)
    services.call_next(desk=desk, by=sato)

    with pytest.raises(NobodyWaits):
        services.call_next(desk=desk, by=sato, finishing=True)

    assert make.states(line) == {"F001": "called"}


def test_an_act_that_arrives_twice_is_done_once(line, sato, desk):
    make.issued(line, 3)
    said = new_id()

    first, again = (services.call_next(desk=desk, by=sato, said=said) for _ in range(2))

    assert first.pk == again.pk
    assert make.states(line) == {"F001": "called", "F002": "waiting", "F003": "waiting"}


def test_who_was_put_aside_comes_back_to_their_place_and_who_did_not_come_behind(line, sato, desk):
    with clock.frozen(make.at(9, 1)):
        held, missing = make.issued(line, 2)
    with clock.frozen(make.at(9, 5)):
        services.hold(ticket=services.call_next(desk=desk, by=sato), desk=desk, by=sato)
        services.no_show(ticket=services.call_next(desk=desk, by=sato), desk=desk, by=sato)
        waits = make.issued(line)[0]
    with clock.frozen(make.at(9, 9)):
        services.back(ticket=missing, by=sato)
        services.back(ticket=held, by=sato)
        order = []
        for _ in range(3):
            order.append(services.call_next(desk=desk, by=sato, finishing=bool(order)).label)

    assert order == [held.label, waits.label, missing.label]


def test_acts_on_somebody_elses_visitor_or_a_moved_ticket_are_refused(line, sato, desk):
    tamura = make.clerk("tamura")
    other = make.desk(line, tamura, "2")
    make.issued(line)
    ticket = services.call_next(desk=desk, by=sato)

    with pytest.raises(TicketMoved):
        services.done(ticket=ticket, desk=other, by=tamura)
    with pytest.raises(DeskNotOpen):
        services.done(ticket=ticket, desk=desk, by=tamura)
    services.no_show(ticket=ticket, desk=desk, by=sato)
    for late in (services.start, services.recall, services.hold, services.done, services.no_show):
        with pytest.raises(TicketMoved):
            late(ticket=ticket, desk=desk, by=sato)

    assert make.states(line) == {"F001": "no_show"}


def test_a_transfer_keeps_the_place_and_what_was_asked_for(line, sato, desk):
    other = make.line("kari_l", "L")
    with clock.frozen(make.at(9, 20)):
        make.issued(other)
    with clock.frozen(make.at(9, 10)):
        make.issued(line, language="en", needs=["sign"])
    with clock.frozen(make.at(9, 30)):
        ticket = services.call_next(desk=desk, by=sato)
        with pytest.raises(TransferNowhere):
            services.transfer(ticket=ticket, to=line, by=sato)
        made = services.transfer(ticket=ticket, to=other, by=sato).ticket
        mori = make.clerk("mori")
        assert services.call_next(desk=make.desk(other, mori), by=mori) == made

    ticket.refresh_from_db()
    assert (ticket.state, made.label, made.came_from) == ("transferred", "L002", ticket)
    assert (made.language, made.needs, made.stands_at) == ("en", ["sign"], make.at(9, 10))
    # The desk is free again.
    assert services.close_desk(desk=desk, by=sato).account is None


def test_whoever_waits_may_leave_and_is_not_called(line, sato, desk):
    first, second = make.issued(line, 2)

    services.leave(ticket=first, by=anonymous())

    assert services.call_next(desk=desk, by=sato).pk == second.pk
    with pytest.raises(TicketMoved):
        services.leave(ticket=second, by=anonymous())


def test_a_desk_is_one_persons_and_one_person_sits_at_one_desk(line, sato, desk):
    tamura = make.clerk("tamura")
    with pytest.raises(DeskTaken):
        services.open_desk(desk=desk, by=tamura)

    services.open_desk(desk=Desk.objects.select_related("line__counter").get(name="2"), by=sato)

    assert list(Desk.objects.order_by("name").values_list("account", flat=True)) == [None, sato.account]
    assert Event.objects.filter(verb="queue.desk_opened").count() == 2


def test_every_act_changes_the_line_and_its_visitors_do_not_make_it_seem_alive(line, sato, desk):
    before = Line.objects.get()

    with clock.frozen(make.at(10)):
        ticket = services.issue(line=line, source=Source.WEB, by=anonymous()).ticket
        services.leave(ticket=ticket, by=anonymous())

    after = Line.objects.get()
    assert after.changes == before.changes + 2
    assert (after.changed_at, after.heard_at) == (make.at(10), before.heard_at)


def test_where_to_tell_is_sealed_and_gone_when_the_day_is_over(line):
    ticket = services.issue(line=line, source=Source.WEB, by=anonymous(), mail="hito@mihon.invalid").ticket
    ticket.refresh_from_db()
    assert b"hito" not in bytes(ticket.tell)
    with pytest.raises(TellUnclear):
        services.ask_to_be_told(ticket=ticket, by=anonymous(), mail="not an address")

    with clock.frozen(make.MORNING + dt.timedelta(days=1)):
        [(day_line, on)] = services.days_left_open()
        services.end_day(line=day_line, on=on, by=SYSTEM)
        assert services.days_left_open() == []

    ticket.refresh_from_db()
    assert (ticket.state, bytes(ticket.tell)) == ("left", b"")
    assert ticket.key.destroyed_at is not None
    assert Step.objects.filter(kind="day_over").count() == 1

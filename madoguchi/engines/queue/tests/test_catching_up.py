"""A desk that was cut off goes on with its share; what it did arrives once, and what does not fit is told."""

import datetime as dt

import pytest

from madoguchi.engines.queue import services
from madoguchi.engines.queue.errors import (
    ActsUnclear,
    DeskNotOpen,
    KeptForAnotherDesk,
    NobodyWaits,
    OnlyKeptWait,
)
from madoguchi.engines.queue.models import Desk, Step, Ticket, TicketState
from madoguchi.engines.queue.services import sharing
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import anonymous, new_id

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
def tamura():
    return make.clerk("tamura")


@pytest.fixture
def desk(line, sato):
    return make.desk(line, sato)


@pytest.fixture
def second(line, tamura):
    return make.desk(line, tamura, "2")


def seen(desk, by, at=make.MORNING):
    """What the desk may go on with, as its screen was told then."""
    with clock.frozen(at):
        desk.refresh_from_db()
        return [ticket.label for ticket in services.note_seen(desk=desk, by=by).share]


def act(kind, ticket, at=make.MORNING, id_=None):
    return services.Act(id_ or new_id(), kind, ticket.pk, at)


def test_a_desk_alone_has_the_first_in_line_as_its_share(line, desk, sato):
    make.issued(line, 8)

    assert seen(desk, sato) == ["F001", "F002", "F003", "F004", "F005"]


def test_two_desks_never_share_and_the_first_in_line_are_nobodys(line, desk, sato, second, tamura):
    make.issued(line, 9)

    first = seen(desk, sato)
    other = seen(second, tamura)

    assert first == ["F003", "F005", "F007", "F009"]
    assert other == ["F004", "F008"]
    # What a desk has it keeps, as long as it is not among the first in line.
    services.call_next(desk=second, by=tamura)
    assert seen(desk, sato) == ["F005", "F006", "F007", "F009"]


def test_while_a_desk_is_cut_off_the_others_pass_its_share_over_until_its_time_is_up(
    line, desk, sato, second, tamura
):
    make.issued(line, 5)
    assert seen(desk, sato) == ["F003", "F005"]

    def called(at):
        with clock.frozen(at):
            ticket = services.call_next(desk=second, by=tamura, finishing=True)
            return ticket.label

    silent = make.MORNING + dt.timedelta(seconds=16)
    assert [called(silent) for _ in range(3)] == ["F001", "F002", "F004"]
    with clock.frozen(silent), pytest.raises(OnlyKeptWait) as kept:
        services.call_next(desk=second, by=tamura, finishing=True)
    assert "2人" in str(kept.value)
    with clock.frozen(silent), pytest.raises(KeptForAnotherDesk):
        services.done(ticket=Ticket.objects.get(state="called"), desk=second, by=tamura)
        services.call(ticket=Ticket.objects.get(number=3), desk=second, by=tamura)
    assert called(make.MORNING + sharing.SHARE_FOR) == "F003"


def test_a_desk_that_is_heard_of_keeps_nobody_from_the_others(line, desk, sato, second, tamura):
    make.issued(line, 3)
    seen(desk, sato)

    with clock.frozen(make.MORNING + dt.timedelta(seconds=14)):
        order = [services.call_next(desk=second, by=tamura, finishing=True).label for _ in range(3)]

    assert order == ["F001", "F002", "F003"]


def test_closing_a_desk_that_fell_silent_gives_its_share_back(line, desk, sato, second, tamura):
    make.issued(line, 3)
    seen(desk, sato)

    with clock.frozen(make.MORNING + dt.timedelta(minutes=1)):
        services.close_desk(desk=desk, by=tamura)
        order = [services.call_next(desk=second, by=tamura, finishing=True).label for _ in range(3)]

    assert order == ["F001", "F002", "F003"]
    with pytest.raises(DeskNotOpen):
        seen(Desk.objects.select_related("line__counter").get(pk=desk.pk), sato)


def test_what_was_done_while_cut_off_arrives_in_order_with_its_times_and_once(line, desk, sato):
    first, other, _third = make.issued(line, 3)
    acts = [
        act("call", first, make.at(9, 2)),
        act("start", first, make.at(9, 3)),
        act("done", first, make.at(9, 9)),
        act("call", other, make.at(9, 10)),
        act("no_show", other, make.at(9, 12)),
    ]

    with clock.frozen(make.at(9, 15)):
        made = services.catch_up(desk=desk, acts=acts, by=sato)
        again = services.catch_up(desk=desk, acts=acts, by=sato)

    assert (made.applied, made.known, made.unfit) == (5, 0, [])
    assert (again.applied, again.known, again.unfit) == (0, 5, [])
    assert make.states(line) == {"F001": "done", "F002": "no_show", "F003": "waiting"}
    first.refresh_from_db()
    assert (first.called_at, first.started_at, first.ended_at) == (
        make.at(9, 2),
        make.at(9, 3),
        make.at(9, 9),
    )
    assert Step.objects.filter(was_offline=True).count() == 5


def test_half_of_it_sent_again_with_the_rest_is_done_once(line, desk, sato):
    """The network went again before the answer came."""
    first = make.issued(line)[0]
    acts = [act("call", first), act("start", first), act("done", first)]

    services.catch_up(desk=desk, acts=acts[:2], by=sato)
    made = services.catch_up(desk=desk, acts=acts, by=sato)

    assert (made.applied, made.known) == (1, 2)
    assert make.states(line) == {"F001": "done"}


def test_nobody_is_at_two_desks_when_both_called_the_same_number(line, desk, sato, second, tamura):
    first, other = make.issued(line, 2)
    services.call(ticket=first, desk=second, by=tamura)
    acts = [act("call", first), act("done", first), act("call", other)]

    made = services.catch_up(desk=desk, acts=acts, by=sato)

    assert [(one.label, one.kind) for one in made.unfit] == [("F001", "call"), ("F001", "done")]
    assert made.applied == 1
    first.refresh_from_db()
    assert (first.state, first.desk) == (TicketState.CALLED, second)
    assert Event.objects.filter(verb="queue.act_unfit").count() == 2


def test_an_act_that_did_not_fit_does_not_fit_later_either(line, desk, sato, second, tamura):
    first = make.issued(line)[0]
    services.call(ticket=first, desk=second, by=tamura)
    late = act("call", first)
    assert services.catch_up(desk=desk, acts=[late], by=sato).unfit

    services.hold(ticket=first, desk=second, by=tamura)
    services.back(ticket=first, by=tamura)
    made = services.catch_up(desk=desk, acts=[late], by=sato)

    assert (made.applied, made.known, made.unfit) == (0, 1, [])
    assert make.states(line) == {"F001": "waiting"}


def test_who_was_called_without_the_screen_knowing_stands_in_the_line_again(line, desk, sato):
    """「つぎの方」 was pressed, the answer was lost, and the desk called somebody of its share instead."""
    lost, other = make.issued(line, 2)
    services.call_next(desk=desk, by=sato)

    made = services.catch_up(desk=desk, acts=[act("call", other)], by=sato)

    assert made.applied == 1
    assert [one.label for one in made.unfit] == [lost.label]
    assert make.states(line) == {"F001": "waiting", "F002": "called"}


def test_who_is_being_served_is_not_taken_from_the_desk(line, desk, sato):
    first, other = make.issued(line, 2)
    services.start(ticket=services.call_next(desk=desk, by=sato), desk=desk, by=sato)

    made = services.catch_up(desk=desk, acts=[act("done", first), act("call", other)], by=sato)

    assert (made.applied, made.unfit) == (2, [])
    assert make.states(line) == {"F001": "done", "F002": "called"}


@pytest.mark.parametrize("at", [make.at(23), make.MORNING - dt.timedelta(days=900)])
def test_a_screen_with_a_wrong_clock_is_not_believed(line, desk, sato, at):
    first = make.issued(line)[0]

    with clock.frozen(make.at(9, 30)):
        services.catch_up(desk=desk, acts=[act("call", first, at)], by=sato)

    first.refresh_from_db()
    assert make.MORNING <= first.called_at <= make.at(9, 30)


def test_hostile_acts_change_nothing(line, desk, sato):
    other = make.issued(make.line("kari_l", "L"))[0]
    mine = make.issued(line)[0]
    stranger = make.clerk("kobayashi", "税務課")
    unknown = services.Act(new_id(), "call", new_id(), make.MORNING)

    made = services.catch_up(desk=desk, acts=[act("call", other), unknown, act("done", mine)], by=sato)
    assert (made.applied, len(made.unfit)) == (0, 3)
    for by in (stranger, anonymous()):
        with pytest.raises(NotAllowed):
            services.catch_up(desk=desk, acts=[act("call", mine)], by=by)
    for acts in ([act("delete", mine)], [act("call", mine)] * 301):
        with pytest.raises(ActsUnclear):
            services.catch_up(desk=desk, acts=acts, by=sato)

    assert make.states(line) == {"F001": "waiting"}
    assert set(Ticket.objects.values_list("state", flat=True)) == {"waiting"}


def test_nobody_to_share_is_an_empty_share(line, desk, sato):
    assert seen(desk, sato) == []
    with pytest.raises(NobodyWaits):
        services.call_next(desk=desk, by=sato)

"""Many at once, on both databases: no number twice or left out, nobody called to two desks, each guard with its teeth."""

import uuid

import pytest
from django.db import IntegrityError
from django.db.models import Max

from madoguchi.engines.messaging.models import Message
from madoguchi.engines.queue import services
from madoguchi.engines.queue.errors import OpinionGiven
from madoguchi.engines.queue.models import Desk, Opinion, Source, Step, Ticket, TicketState
from madoguchi.engines.queue.services import acting, calling, issuing
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.jobs.models import Job
from tests.at_once import at_once

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


def give(line):
    return lambda: services.issue(line=line, source=Source.WEB, by=make.anonymous()).ticket.number


def eight_desks():
    """A line with eight desks and a clerk at each."""
    line = make.line(desks=tuple("12345678"))
    return line, [(make.desk(line, by, name), by) for name in "12345678" for by in [make.clerk(f"k{name}")]]


def nobody_twice():
    """Each call of the day, by ticket: who was called to more than one desk."""
    calls = Step.objects.filter(kind="called").values_list("ticket", "desk")
    return len(set(calls)) == len({ticket for ticket, _desk in calls}) == len(calls)


def test_sixteen_at_once_get_numbers_without_gap_or_twin():
    line = make.line()

    numbers = at_once(*[give(line)] * 16) + at_once(*[give(line)] * 16)

    assert sorted(numbers) == list(range(1, 33))


def test_the_days_last_number_is_given_once():
    line = make.line(per_day=5)

    results = at_once(*[give(line)] * 16)

    assert sorted(number for number in results if isinstance(number, int)) == [1, 2, 3, 4, 5]
    assert {one.code for one in results if isinstance(one, Refusal)} == {"no_more_numbers"}
    assert Ticket.objects.count() == 5


def test_numbers_that_are_counted_come_twice(monkeypatch):
    """Teeth: without the line's row and the UPDATE, read the last and add one; only the constraint is left to speak."""
    line = make.line()
    meet = make.meeting_point(6)

    def counted(line, on, *, is_extra):
        last = Ticket.objects.filter(line=line, on=on).aggregate(last=Max("number"))["last"] or 0
        meet()
        return last + 1

    monkeypatch.setattr(issuing, "_next_number", counted)
    monkeypatch.setattr(issuing, "claim", lambda *_a, **_k: None)
    outside = services.issue.__wrapped__

    results = at_once(*[lambda: outside(line=line, source=Source.WEB, by=make.anonymous())] * 6)

    assert any(isinstance(one, IntegrityError) for one in results)


def test_eight_desks_calling_at_once_call_eight_visitors_in_order():
    line, desks = eight_desks()
    make.issued(line, 12)

    called = at_once(*[lambda d=desk, b=by: services.call_next(desk=d, by=b).number for desk, by in desks])

    assert sorted(called) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert nobody_twice()


def call_outside(monkeypatch, desks):
    """Everybody reads who is next before anybody calls, with no line's row and no transaction around it."""
    meet, look = make.meeting_point(len(desks)), calling._next

    def look_together(desk, now):
        found = look(desk, now)
        meet()
        return found

    monkeypatch.setattr(calling, "claim", lambda *_a, **_k: None)
    monkeypatch.setattr(calling, "_next", look_together)
    outside = services.call_next.__wrapped__
    return at_once(*[lambda d=desk, b=by: outside(desk=d, by=b).number for desk, by in desks])


def test_compare_and_set_alone_keeps_everybody_at_one_desk(monkeypatch):
    line, desks = eight_desks()
    make.issued(line, 12)

    called = call_outside(monkeypatch, desks)

    assert sorted(called) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert nobody_twice()


def test_without_compare_and_set_one_visitor_is_called_to_several_desks(monkeypatch):
    """Teeth: everybody saw the same first in line, and nobody asks whether it still is."""
    line, desks = eight_desks()
    make.issued(line, 12)

    def blind(ticket, kind, deed, **fields):
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
        acting.append(ticket, kind, deed)
        return ticket

    monkeypatch.setattr(calling, "move", blind)
    call_outside(monkeypatch, desks)

    assert not nobody_twice()


def test_a_slip_read_twice_at_once_is_one_number():
    line, secret = make.line(), services.new_secret()

    results = at_once(
        *[lambda: services.issue(line=line, source=Source.WEB, by=make.anonymous(), secret=secret)] * 6
    )

    assert {one.ticket.number for one in results} == {1}
    assert Ticket.objects.count() == Step.objects.count() == 1


def test_who_is_near_is_told_once_however_many_are_called_at_once():
    line, desks = eight_desks()
    make.issued(line, 8)
    near = services.issue(line=line, source=Source.WEB, by=make.anonymous(), mail="hito@mihon.invalid").ticket

    at_once(*[lambda d=desk, b=by: services.call_next(desk=d, by=b) for desk, by in desks])
    assert Job.objects.filter(kind=services.TELL_NEAR).count() > 1
    at_once(*[lambda: services.tell_near(line=line, on=clock.today())] * 4)
    jobs.run_due(kinds=(services.TELL_NEAR,))

    assert Message.objects.filter(about=str(near.ref)).count() == 1


def test_a_desk_two_sit_down_at_at_once_is_one_persons():
    line = make.line()
    clerks = [make.clerk(f"k{n}") for n in range(4)]
    desk = Desk.objects.select_related("line__counter").get(line=line, name="1")

    results = at_once(
        *[lambda b=by: services.open_desk(desk=Desk.objects.get(pk=desk.pk), by=b) for by in clerks]
    )

    assert sorted(isinstance(one, Refusal) for one in results) == [False, True, True, True]


def test_what_fails_half_way_leaves_no_number_and_no_call(monkeypatch):
    """A process killed inside a verb is a transaction that never committed; here the last write fails."""
    line = make.line()
    sato = make.clerk()
    desk = make.desk(line, sato)
    make.issued(line)

    def broken(*_args, **_kwargs):
        raise RuntimeError("the plug was pulled")

    for module in (issuing, acting):
        monkeypatch.setattr(module, "append", broken)
    with pytest.raises(RuntimeError):
        make.issued(line)
    with pytest.raises(RuntimeError):
        services.call_next(desk=desk, by=sato, said=uuid.uuid4())
    monkeypatch.undo()

    assert make.states(line) == {"F001": TicketState.WAITING}
    assert make.issued(line)[0].label == "F002"


def test_what_two_windows_of_a_desk_send_at_once_is_done_once():
    line, sato = make.line(), make.clerk()
    desk = make.desk(line, sato)
    tickets = make.issued(line, 2)
    acts = [
        services.Act(uuid.uuid4(), kind, ticket.pk, clock.now())
        for ticket in tickets
        for kind in ("call", "done")
    ]

    results = at_once(*[lambda: services.catch_up(desk=desk, acts=acts, by=sato)] * 4)

    assert not [one for one in results if isinstance(one, Exception)]
    assert sum(one.applied for one in results) == 4
    assert not any(one.unfit for one in results)
    assert make.states(line) == {"F001": "done", "F002": "done"}


# ------------------------------------------------------------------ two taps after the visit


def visited():
    line, sato = make.line(), make.clerk()
    desk = make.desk(line, sato)
    make.issued(line)
    return services.done(ticket=services.call_next(desk=desk, by=sato), desk=desk, by=sato)


def tap(ticket, question, value):
    return lambda: services.give_opinion(ticket=ticket, question=question, value=value, by=make.anonymous())


def test_two_thumbs_on_one_slip_are_one_answer_to_each_question():
    ticket = visited()
    taps = [(question, value) for value in (1, 2, 3, 4) for question in ("manner", "convenience")]

    results = at_once(*[tap(ticket, *one) for one in taps])

    counted = dict(one for one, result in zip(taps, results, strict=True) if isinstance(result, Opinion))
    assert sum(isinstance(one, Opinion) for one in results) == 2
    assert {type(one) for one in results} == {Opinion, OpinionGiven}
    assert Opinion.objects.values("manner", "convenience").get() == counted


def test_an_answer_that_looks_before_it_writes_is_counted_twice():
    """Teeth: without the condition in the UPDATE both are thanked, and the later one stands."""
    ticket = visited()
    tap(ticket, "convenience", 4)()
    meet = make.meeting_point(2)

    def look_then_write(value):
        opinion = Opinion.objects.get(manner=None)
        meet()
        return Opinion.objects.filter(pk=opinion.pk).update(manner=value)

    assert at_once(lambda: look_then_write(1), lambda: look_then_write(4)) == [1, 1]

"""Two taps after the visit, and what is told of them."""

import datetime as dt

import pytest

from madoguchi.engines.queue import queries, services
from madoguchi.engines.queue.errors import OpinionGiven, OpinionUnclear, VisitNotOver
from madoguchi.engines.queue.models import Opinion, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock, metrics
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


def visited(line, clerk, desk) -> Ticket:
    """Somebody who waited ten minutes and is done."""
    with clock.frozen(make.at(9)):
        make.issued(line)
    with clock.frozen(make.at(9, 10)):
        called = services.call_next(desk=desk, by=clerk)
        return services.done(ticket=called, desk=desk, by=clerk)


@pytest.fixture
def office():
    with clock.frozen(make.at(9)):
        line, clerk = make.line(), make.clerk()
        return line, clerk, make.desk(line, clerk)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(make.at(12)):
        yield


def test_each_question_is_answered_once_for_a_ticket(office):
    ticket = visited(*office)

    services.give_opinion(ticket=ticket, question="manner", value=4, by=make.anonymous())
    services.give_opinion(ticket=ticket, question="convenience", value=2, by=make.anonymous())
    with pytest.raises(OpinionGiven):
        services.give_opinion(ticket=ticket, question="manner", value=1, by=make.anonymous())

    opinion = Opinion.objects.get()
    assert (opinion.manner, opinion.convenience, opinion.waited_seconds) == (4, 2, 600)


def test_staff_do_not_answer_for_their_visitors(office):
    ticket = visited(*office)

    with pytest.raises(NotAllowed):
        services.give_opinion(ticket=ticket, question="manner", value=4, by=office[1])

    assert not Opinion.objects.exists()


def test_who_tapped_is_written_nowhere(office):
    ticket = visited(*office)
    before = Event.objects.count()

    services.give_opinion(ticket=ticket, question="manner", value=4, by=make.anonymous())

    assert Event.objects.count() == before
    assert not {field.name for field in Opinion._meta.fields} & {"by", "account", "party"}


def test_it_is_asked_only_after_the_visit_and_for_two_weeks(office):
    line, *_rest = office
    (waiting,) = make.issued(line)
    with pytest.raises(VisitNotOver):
        services.give_opinion(ticket=waiting, question="manner", value=4, by=make.anonymous())
    ticket = visited(*office)

    with clock.frozen(make.at(12) + dt.timedelta(days=15)), pytest.raises(VisitNotOver):
        services.give_opinion(ticket=ticket, question="manner", value=4, by=make.anonymous())


@pytest.mark.parametrize(("question", "value"), [("manner", 0), ("manner", 5), ("looks", 4)])
def test_an_answer_is_one_of_four_to_one_of_two(office, question, value):
    with pytest.raises(OpinionUnclear):
        services.give_opinion(ticket=visited(*office), question=question, value=value, by=make.anonymous())


def answers(office, *pairs) -> None:
    for manner, convenience in pairs:
        ticket = visited(*office)
        for question, value in (("manner", manner), ("convenience", convenience)):
            if value:
                services.give_opinion(ticket=ticket, question=question, value=value, by=make.anonymous())


def test_shares_leave_out_who_did_not_answer(office):
    answers(office, (4, 3), (3, None), (2, None), (4, 1), (4, 4), (None, 4))

    whole, (part,) = queries.opinions_by_line(since=make.MORNING.date())

    assert (whole.n, part.n, part.minutes) == (6, 6, 10.0)
    assert (part.manner.n, part.manner.good, part.manner.unanswered, part.manner.share) == (5, 4, 1, 80.0)
    # Four answers: too few to tell without telling of people.
    assert (part.convenience.n, part.convenience.unanswered, part.convenience.share) == (4, 2, None)
    ((week, asked),) = queries.opinions_by_week()
    assert (week, asked.manner.share) == (dt.date(2026, 11, 23), 80.0)


def test_the_measures_of_d_03_are_computed_from_the_answers(office):
    assert metrics.read("queue.satisfaction_manner").value is None
    answers(office, (4, 3), (3, None), (2, None), (4, 1), (4, 4))

    manner = metrics.read("queue.satisfaction_manner")
    convenience = metrics.read("queue.satisfaction_convenience")
    waited = metrics.read("queue.median_wait")

    assert (manner.value, manner.n, manner.of) == (80.0, 4, 5)
    assert [(part.name, part.share) for part in manner.parts] == [("仮F窓口", 80.0)]
    assert (convenience.value, convenience.withheld) == (None, True)
    assert (waited.value, waited.n) == (10.0, 5)

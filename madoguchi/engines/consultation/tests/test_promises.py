"""A △ with a day stands in the plan from the day it is published, until it is done or declined."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.models import Call, FollowUp, Opinion
from madoguchi.engines.plan import queries as plan
from madoguchi.kernel import clock

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


def made(planner, *, state: str) -> Opinion:
    call = make.opened(planner)
    opinion = make.make_opinion(call, make.send(call, "家から見たい"), planner)
    Call.objects.filter(pk=call.pk).update(state=state)
    opinion.refresh_from_db()
    opinion.call.refresh_from_db()
    return opinion


def test_a_day_of_an_opinion_that_is_not_published_is_not_told_by_the_plan(planner):
    opinion = made(planner, state=Call.State.OPENED)

    services.plan_follow_up(opinion=opinion, due_on=clock.today(), division=make.ASKED, by=planner)

    assert plan.promises() == []
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("ended", ["done", "declined"])
def test_a_day_of_a_published_opinion_stands_in_the_plan_until_it_is_settled(planner, ended):
    opinion = made(planner, state=Call.State.PUBLISHED)
    due = clock.today() + dt.timedelta(days=90)
    services.plan_follow_up(opinion=opinion, due_on=due, division=make.ASKED, by=planner)
    assert [(one.words, one.division, one.due_on) for one in plan.promises()] == [
        ("家から見たい", make.ASKED, due)
    ]

    services.add_outcome(opinion=opinion, state="studying", words="調べています。", by=planner)
    assert len(plan.promises()) == 1

    services.add_outcome(opinion=opinion, state=ended, words="決めました。", source="区の資料", by=planner)
    assert plan.promises() == []

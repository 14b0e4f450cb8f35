"""From a resident's words to a published, approved, frozen result."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.engines.consultation import queries, services
from madoguchi.engines.consultation.errors import NotReadyToPublish, TooFewDays, TotalsDiffer
from madoguchi.engines.consultation.models import Answer, Call, Category, Comment, Publication
from madoguchi.engines.consultation.services.answering import EvidenceIn
from madoguchi.kernel import clock
from madoguchi.kernel.text import digest_of

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


def test_a_call_that_breaks_the_rule_of_days_cannot_be_opened(planner):
    call = make.make_call(opens_in=0, closes_in=18)

    with pytest.raises(TooFewDays) as refusal:
        services.open_call(call=call, by=planner)

    assert refusal.value.facts["days"] == 19
    call.refresh_from_db()
    assert call.state == Call.State.DRAFT


def test_the_same_form_pressed_twice_is_received_once(planner):
    call = make.opened(planner)

    first = make.send(call, "家から見たい", once="form-1")
    second = make.send(call, "家から見たい", once="form-1")

    assert first.pk == second.pk
    assert Comment.objects.count() == 1


def test_a_letter_becomes_opinions_answers_approval_and_a_frozen_result(planner):
    clerk, head = make.staff("tanto", make.ASKED, "clerk"), make.staff("kacho", make.ASKED, "head")
    boss = make.staff("kikakucho", make.PLANNING, "head")
    checker = make.staff("kikaku2", make.PLANNING, "planner")
    call = make.opened(planner)
    one = make.send(call, "家から待ち人数を見たい", writer="person")
    two = make.send(call, "家で見られるとよい", "あいさつ", channel="fax", writer="organisation")
    services.withhold(part=two.parts.get(order=2), reason="greeting", note="時候のあいさつ", by=planner)

    opinion = services.write_opinion(
        call=call,
        summary="待ち人数を家から見たい",
        parts=[one.parts.get(), two.parts.get(order=1)],
        unit=call.units.get(key="shirase"),
        by=planner,
    )
    services.number_all(call=call, by=planner)
    answer = services.give_answer(opinions=[opinion], division=make.ASKED, by=planner)
    services.write_answer(answer=answer, text="家から見られるようにします。", by=clerk)
    passage = make.final_version(call)
    opinion.refresh_from_db()
    services.categorise(
        opinion=opinion,
        category=Category.objects.get(call=call, sign="◎"),
        evidence=[EvidenceIn("changed", passage=str(passage.pk))],
        by=clerk,
    )
    answer.refresh_from_db()
    services.send_for_approval(answer=answer, by=clerk)
    for actor in (head, checker, boss):
        [request] = approvals.waiting_for(actor)
        approving.approve(request=request, by=actor)
    answer.refresh_from_db()
    assert answer.state == Answer.State.APPROVED

    call.refresh_from_db()
    with pytest.raises(NotReadyToPublish):
        services.publish(call=call, by=planner)
    with clock.frozen(clock.now() + dt.timedelta(days=13)):
        with pytest.raises(TotalsDiffer):
            services.publish(call=call, by=planner, typed={"opinions": 2})
        published = services.publish(call=call, by=planner, typed={"opinions": 1, "◎": 1, "persons": 1})

    result = queries.result(call)
    assert [row.same for row in result.rows] == [2]
    assert (result.persons, result.organisations) == (1, 1)
    assert result.withheld == (("あいさつなど、意見でない部分", "時候のあいさつ", 1),)
    assert Publication.objects.get().digest == published.digest == digest_of(published.content)

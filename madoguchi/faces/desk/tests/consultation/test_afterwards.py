"""その後: who wrote is told, the item's page shows it, the year's list keeps what is not settled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals.models import Request
from madoguchi.engines.consultation.models import Opinion
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.plan.tests.make import bring, small_plan
from madoguchi.kernel import clock

from .test_answers import classify, give, write
from .test_publishing import after_the_end, approve, signers  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
ITEM = "P1-1"


@pytest.fixture
def published(planner, clerk, call, signers) -> Opinion:  # noqa: F811
    """A △ about an item of the plan, said on the web by somebody who left an address, and published."""
    bring(small_plan({}, {}))
    call.units.filter(key="shirase").update(item=ITEM)
    Client().post(
        reverse("portal:opinions:write", args=[call.key]),
        {"step": "send", "text-shirase": "家から見たい", "mail": "hito@mihon.invalid"},
    )
    part = call.comments.get().parts.get()
    planner.post("consultation:part", call.key, part.pk, summary="待ち人数を家から見たい", unit="shirase")
    one = Opinion.objects.get()
    planner.post("consultation:number", call.key)
    answer = give(planner, call, [one])
    write(clerk, answer, "進め方を検討します。")
    classify(clerk, one, "△", due_on=(clock.today() + dt.timedelta(days=60)).isoformat())
    clerk.post("consultation:send", answer.pk)
    approve(Request.objects.get(), signers)
    with after_the_end():
        planner.post("consultation:publish", call.key)
    one.refresh_from_db()
    return one


def _public(route: str, *args: object) -> str:
    return Client().get(reverse(route, args=args)).text


@pytest.mark.accepts("B-05-T1")
def test_a_promise_has_a_state_from_the_first_day_and_its_writer_hears_what_became_of_it(
    clerk, call, published
):
    address = ["portal:opinions:opinion", call.key, published.number]
    told = Delivery.objects.count()
    with after_the_end():
        assert "これから" in _public(*address)
        assert reverse("portal:plan:item", args=[ITEM]) in _public(*address)
        assert "待ち人数を家から見たい" in _public("portal:plan:years")

    with clock.frozen(clock.now() + dt.timedelta(days=70)):
        done = {"state": "done", "words": "家から見られるようになった", "on": "R9-02", "source": "進捗報告書"}
        clerk.post("consultation:outcome", published.pk, **done)

        page = _public(*address)
        assert "家から見られるようになった" in page
        assert "令和9年2月" in page
        assert "待ち人数を家から見たい" not in _public("portal:plan:years")
    mail = Delivery.objects.order_by("created_at").last()
    assert Delivery.objects.count() == told + 1
    assert "実施" in mail.message.subject
    assert mail.recipient_id == call.comments.get().party_id


@pytest.mark.accepts("P5-2-T4")
def test_an_items_page_lists_the_opinions_about_it_and_what_became_of_them(clerk, call, published):
    with after_the_end():
        page = _public("portal:plan:item", ITEM)

    assert "待ち人数を家から見たい" in page
    assert "進め方を検討します。" in page
    assert "これから" in page
    assert reverse("portal:opinions:opinion", args=[call.key, published.number]) in page
    assert "待ち人数を家から見たい" not in _public("portal:plan:item", "P1-2")

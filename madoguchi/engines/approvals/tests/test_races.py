"""Two people at once at one request. Real threads, real transactions, both databases."""

import threading

import pytest

from madoguchi.engines.approvals import services
from madoguchi.engines.approvals.models import Request, Step
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from tests.at_once import at_once

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def heads():
    make.route()
    sato = make.staff("sato", make.ASKING, "clerk")
    return sato, make.staff("ogawa", make.ASKING, "head"), make.staff("hayashi", make.ASKING, "head")


def test_two_who_approve_one_step_at_once_take_it_once(heads):
    sato, ogawa, hayashi = heads
    request = make.ask(sato)
    one, other = make.fresh(request), make.fresh(request)

    results = at_once(
        lambda: services.approve(request=one, by=ogawa),
        lambda: services.approve(request=other, by=hayashi),
    )

    assert [it.code for it in results if isinstance(it, Refusal)] == ["somebody_was_faster"]
    assert Step.objects.filter(request=request, state="approved").count() == 1
    assert Event.objects.filter(verb="approval.step_approved").count() == 1


def test_approved_and_sent_back_at_once_is_one_of_them(heads):
    sato, ogawa, hayashi = heads
    request = make.ask(sato)
    one, other = make.fresh(request), make.fresh(request)

    results = at_once(
        lambda: services.approve(request=one, by=ogawa),
        lambda: services.remand(request=other, by=hayashi, note="もう一度"),
    )

    [refused] = [one for one in results if isinstance(one, Refusal)]
    assert refused.code in {"somebody_was_faster", "approval_over"}
    step = request.steps.first()
    assert (make.fresh(request).state, step.state) in {("pending", "approved"), ("remanded", "remanded")}
    assert make.fresh(request).version == 2


def test_asked_twice_at_once_is_on_its_way_once(heads):
    sato, _ogawa, _hayashi = heads

    results = at_once(*[lambda: make.ask(sato, about="01")] * 4)

    assert [one.code for one in results if isinstance(one, Refusal)] == ["approval_already_asked"] * 3
    assert Request.objects.count() == 1 and Step.objects.count() == 2


def test_without_the_claim_two_would_both_take_the_step(heads):
    """The teeth: read whose turn it is, then write without the condition, and both believe they approved."""
    sato, ogawa, hayashi = heads
    request = make.ask(sato)
    both_read = threading.Barrier(2, timeout=30)

    def careless(by):
        step = Step.objects.filter(request=request, state="waiting").first()
        both_read.wait()
        with writes():
            Step.objects.filter(pk=step.pk).update(state="approved", by=by.account, at=clock.now())
        return step.title

    assert at_once(lambda: careless(ogawa), lambda: careless(hayashi)) == ["担当課長", "担当課長"]

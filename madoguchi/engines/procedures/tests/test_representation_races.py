"""A mandate that is taken back while it is used, a code that two people have, a paper two clerks confirm."""

import datetime as dt
import threading

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.mandates import services as representation
from madoguchi.kernel.identity.models import Mandate

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def two():
    """Aoi, and Ben as he acts for Aoi."""
    make.publish_canonical()
    aoi, ben = make.resident("aoi"), make.resident("ben")
    mandate, code = offer(aoi)
    representation.accept_mandate(code=code, by=ben)
    return aoi, mandates.acting(ben, mandate.pk)


def offer(aoi):
    until = clock.today() + dt.timedelta(days=9)
    return representation.offer_mandate(procedures=["*"], until=until, by=aoi)


def test_of_sending_and_taking_back_one_is_first_and_the_other_knows(two):
    aoi, ben = two
    for _turn in range(4):
        draft = make.answer_all(make.draft_of(ben), ben)

        sent, ended = at_once(
            lambda draft=draft: (services.submit(draft=draft, by=ben), clock.now())[0],
            lambda: representation.revoke_mandate(mandate_id=ben.mandate, by=aoi),
        )

        assert ended is None
        assert isinstance(sent, Case | NotFound)
        row = Mandate.objects.get(pk=ben.mandate)
        if isinstance(sent, Case):
            # Received first: what was sent before it was taken back stays Aoi's, and counts.
            assert sent.applicant_id == aoi.party and sent.received_at <= row.revoked_at
        else:
            assert not Case.objects.filter(draft=draft).exists()
        with pytest.raises(NotFound):
            services.submit(draft=make.answer_all(make.draft_of(aoi), aoi), by=ben)
        Mandate.objects.filter(pk=row.pk).update(revoked_at=None)


def test_without_the_check_inside_something_is_sent_after_it_was_taken_back(two):
    """The teeth: asked before the transaction instead of inside it."""
    aoi, ben = two
    draft = make.answer_all(make.draft_of(ben), ben)
    asked, ended = threading.Event(), threading.Event()

    def careless():
        assert mandates.stands(ben)
        asked.set()
        ended.wait(timeout=30)
        with writes():
            Case.objects.none()
            return Mandate.objects.get(pk=ben.mandate).revoked_at is not None

    def take_back():
        asked.wait(timeout=30)
        representation.revoke_mandate(mandate_id=ben.mandate, by=aoi)
        ended.set()

    wrote_after_the_end, _none = at_once(careless, take_back)

    assert wrote_after_the_end is True
    with pytest.raises(NotFound):
        services.submit(draft=draft, by=ben)


def test_a_code_that_two_people_type_at_once_is_used_by_one():
    make.publish_canonical()
    aoi, others = make.resident("aoi"), [make.resident(f"r{n}") for n in range(3)]
    _mandate, code = offer(aoi)

    results = at_once(*[lambda one=one: representation.accept_mandate(code=code, by=one) for one in others])

    assert sum(isinstance(one, Mandate) for one in results) == 1
    assert sum(isinstance(one, Refusal) for one in results) == 2
    assert Mandate.objects.get().agent_id in {one.party for one in others}

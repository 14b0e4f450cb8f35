"""Two requests at once, and a power cut between deed and record. Real threads, both databases."""

from uuid import uuid4

import pytest

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.procedures.tests.test_races import at_once
from madoguchi.kernel.access import repeating
from madoguchi.kernel.access.models import KeptAnswer

from .conftest import KEY, Program, key_for, token_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


def begin_six_times_at_once():
    """The same request from six connections of one machine."""
    make.publish_canonical()
    secret, key = key_for(), {"Idempotency-Key": str(uuid4())}
    wanted = {"procedure": KEY, "channel": "counter"}
    return at_once(*[lambda: Program(secret).call("POST", "/drafts", wanted, **key)] * 6)


def test_the_same_request_six_times_at_once_makes_one_draft():
    answers = begin_six_times_at_once()

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Draft.objects.count() == KeptAnswer.objects.count() == 1


def test_without_the_unique_claim_six_at_once_make_several_drafts(monkeypatch):
    """The teeth of the test above: look first, then do, and the race is there."""

    def look_then_do(call, verb):
        known = repeating.kept(call)
        return known or verb()

    monkeypatch.setattr(repeating, "once", look_then_do)

    begin_six_times_at_once()

    assert Draft.objects.count() > 1


def test_what_was_killed_before_its_commit_left_nothing_and_may_be_sent_again():
    make.publish_canonical()
    secret, key = key_for(), {"Idempotency-Key": str(uuid4())}
    wanted = {"procedure": KEY, "channel": "counter"}
    kiosk = Program(secret)
    real = repeating.Answer

    class PowerCut(BaseException):
        pass

    def cut(*_args, **_kwargs):
        raise PowerCut

    repeating.KeptAnswer.save, save = cut, repeating.KeptAnswer.save
    try:
        with pytest.raises(PowerCut):
            # Everything was done; the answer was about to be written down.
            repeating.once(
                repeating.Call.of(caller="x", route="POST /x", key=key["Idempotency-Key"], content=b""),
                lambda: (make.draft_of(make.resident("aoi")), real(201))[1],
            )
    finally:
        repeating.KeptAnswer.save = save

    assert (Draft.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert kiosk.call("POST", "/drafts", wanted, **key).status_code == 201


def test_a_draft_sent_six_times_at_once_with_six_keys_is_one_case():
    make.publish_canonical()
    secret = token_for(make.resident("aoi"))
    draft = Program(secret).answered()

    answers = at_once(*[lambda: Program(secret).call("POST", f"/drafts/{draft}/submission")] * 6)

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert Case.objects.count() == 1

"""Two people at once. Real threads, real transactions, both databases."""

import threading

import pytest

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Attachment, Case, Decision, Step, Transfer
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs.models import ReceiptSerial
from madoguchi.kernel.refs.receipts import next_receipt
from tests.at_once import at_once

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(), make.clerk("sato"), make.head("ogawa")


def test_a_draft_sent_eight_times_at_once_is_one_case(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)

    results = at_once(*[lambda: services.submit(draft=make.Draft.objects.get(pk=draft.pk), by=aoi)] * 8)

    assert [type(result).__name__ for result in results] == ["Case"] * 8
    assert len({result.pk for result in results}) == 1
    assert Case.objects.count() == Step.objects.count() == 1
    assert Event.objects.filter(verb="case.received").count() == 1


def test_two_heads_deciding_at_once_make_one_decision(city):
    aoi, sato, ogawa = city
    mori = make.head("mori")
    case = make.at(make.received(aoi), "deciding", sato=sato)

    results = at_once(
        lambda: services.decide(
            case=Case.objects.get(pk=case.pk), outcome="granted", by=ogawa, seen=case.version
        ),
        lambda: services.decide(
            case=Case.objects.get(pk=case.pk),
            outcome="refused",
            by=mori,
            seen=case.version,
            reason="18歳になった年度の末までのお子さんがいないため（法第4条）。",
        ),
    )

    assert sorted(isinstance(result, Refusal) for result in results) == [False, True]
    assert [result.code for result in results if isinstance(result, Refusal)] == ["somebody_was_faster"]
    assert Decision.objects.count() == 1
    case.refresh_from_db()
    assert case.state == Decision.objects.get().outcome


def test_two_clerks_taking_at_once_leave_one_holder(city):
    aoi, sato, _ogawa = city
    tamura = make.clerk("tamura")
    case = make.received(aoi)

    results = at_once(
        lambda: services.take(case=Case.objects.get(pk=case.pk), by=sato),
        lambda: services.take(case=Case.objects.get(pk=case.pk), by=tamura),
    )

    assert [result.code for result in results if isinstance(result, Refusal)] == ["already_taken"]
    case.refresh_from_db()
    assert case.assigned_id in {sato.account, tamura.account}


def test_the_letter_checked_by_two_at_once_goes_out_once(city):
    aoi, sato, ogawa = city
    tamura = make.clerk("tamura")
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    for clerk in (sato, tamura):
        services.record_letter_opened(case=case, by=clerk)

    results = at_once(
        lambda: services.check_and_send(case=Case.objects.get(pk=case.pk), by=sato),
        lambda: services.check_and_send(case=Case.objects.get(pk=case.pk), by=tamura),
    )

    assert [result.code for result in results if isinstance(result, Refusal)] == ["somebody_was_faster"]
    assert Event.objects.filter(verb="case.letter_sent").count() == 1


def test_two_windows_saving_different_answers_keep_both(city):
    aoi, _sato, _ogawa = city
    draft = make.draft_of(aoi)

    results = at_once(
        lambda: services.save_answer(draft=draft, path="event", posted={"value": "other"}, by=aoi),
        lambda: services.save_answer(
            draft=draft, path="works_as_public_servant", posted={"value": "no"}, by=aoi
        ),
        lambda: services.save_answer(draft=draft, path="children.1.name", posted=make.CHILD, by=aoi),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    answers = form_queries.answers_of(make.Draft.objects.get(pk=draft.pk))
    assert answers["event"] == "other"
    assert answers["works_as_public_servant"] is False
    assert answers["children"][0]["name"]["given"] == "そう"


def test_a_file_attached_while_the_draft_is_sent_belongs_to_it_or_is_refused(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)

    results = at_once(
        lambda: services.submit(draft=make.Draft.objects.get(pk=draft.pk), by=aoi),
        lambda: services.bring_later(draft=draft, document="juminhyo", by=aoi),
    )

    assert isinstance(results[0], Case)
    late = isinstance(results[1], Refusal)
    assert Attachment.objects.filter(draft=draft).count() == (0 if late else 1)


def test_receipt_numbers_are_never_given_twice(city):
    results = at_once(*[lambda: writes(next_receipt)(clock.today())] * 12)

    assert len(set(results)) == 12
    assert ReceiptSerial.objects.get().last == 12


def test_without_the_condition_two_clerks_would_both_take_it(city):
    """The teeth: read, then write without the condition, and both believe the case is theirs."""
    aoi, sato, _ogawa = city
    tamura = make.clerk("tamura")
    case = make.received(aoi)
    both_read = threading.Barrier(2, timeout=30)

    def careless_take(by):
        free = Case.objects.get(pk=case.pk).assigned_id is None
        both_read.wait()
        if not free:
            return "taken"
        with writes():
            Case.objects.filter(pk=case.pk).update(assigned=by.account)
        return "mine"

    assert at_once(lambda: careless_take(sato), lambda: careless_take(tamura)) == ["mine", "mine"]


def test_a_case_passed_to_two_divisions_at_once_goes_to_one(city):
    aoi, sato, _ogawa = city
    make.clerk("takagi", division="介護保険課")
    make.clerk("hayashi", division="保育課")
    case = make.at(make.received(aoi), "checking", sato=sato)

    results = at_once(
        *[
            lambda to=to: services.transfer(
                case=Case.objects.get(pk=case.pk), to=to, why="担当がちがう", by=sato, seen=case.version
            )
            for to in ("介護保険課", "保育課") * 3
        ]
    )

    passed = [result for result in results if isinstance(result, Case)]
    assert len(passed) == 1
    assert all(isinstance(result, Refusal) for result in results if result not in passed)
    row = Transfer.objects.get()
    assert Case.objects.get(pk=case.pk).division_id == row.to_division_id == passed[0].division_id


def test_without_the_version_both_divisions_would_believe_it_theirs(city):
    """The teeth: read the division, then write without the condition, and both transfers succeed."""
    aoi, sato, _ogawa = city
    for login, division in (("takagi", "介護保険課"), ("hayashi", "保育課")):
        make.clerk(login, division=division)
    case = make.at(make.received(aoi), "checking", sato=sato)
    both_read = threading.Barrier(2, timeout=30)

    def careless_transfer(to):
        is_ours = Case.objects.get(pk=case.pk).division_id == make.DIVISION
        both_read.wait()
        if not is_ours:
            return "gone"
        with writes():
            Case.objects.filter(pk=case.pk).update(division=to)
        return to

    results = at_once(lambda: careless_transfer("介護保険課"), lambda: careless_transfer("保育課"))
    assert results == ["介護保険課", "保育課"]

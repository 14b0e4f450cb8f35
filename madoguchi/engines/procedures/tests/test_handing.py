"""窓口で渡す: ready, told, handed over by another person, once."""

import datetime as dt

import pytest

from madoguchi.engines.messaging import queries as messaging
from madoguchi.engines.procedures import jobs as procedure_jobs
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    AlreadyRecalled,
    HandOverUnclear,
    NeedsAnotherPerson,
    ProtectedHere,
    StepNotPossible,
)
from madoguchi.engines.procedures.models import Case, Decision, HandOver
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make, make_utsushi

pytestmark = pytest.mark.django_db

GIVEN = {"to": "self", "shown": "licence", "copies": 2, "yen": 600}


@pytest.fixture
def city():
    make.publish_canonical()
    make_utsushi.publish()
    aoi, sato = make.resident(), make.clerk("sato")
    return aoi, sato, make.clerk("tamura"), make_utsushi.ready(aoi, decided_by=sato)


def test_what_is_ready_is_told_with_the_place_and_waits_on_the_list(city):
    aoi, sato, tamura, case = city

    [message] = messaging.about(case.ref, party=aoi.party).filter(kind="case.ready")
    assert make.DIVISION in message.body and "本人確認" in message.body
    found = queries.case_for(aoi, case.pk)
    assert found.ready is not None and found.decision is None
    assert [stop.key for stop in found.stops if stop.state == "now"] == ["handed"]
    rows, total = queries.to_hand_over(tamura)
    assert (total, rows[0].receipt, rows[0].days, rows[0].is_uncollected) == (1, case.receipt, 0, False)
    assert queries.to_hand_over(sato)[0][0].is_mine
    assert not jobs.stuck().filter(kind="procedures.letter").exists()


def test_the_other_person_hands_it_over_once_with_who_came_and_what_was_paid(city):
    aoi, _sato, tamura, case = city

    row = services.hand_over(case=case, by=tamura, **GIVEN)

    assert (row.to, row.shown, row.copies, row.yen, row.name) == ("self", "licence", 2, 600, "")
    decision = Decision.objects.get()
    assert (decision.checked_by, decision.sent_at) == (tamura.account, row.at)
    found = queries.case_for(aoi, case.pk)
    assert found.ready is None and found.outcome_label == "交付"
    assert queries.to_hand_over(tamura) == ([], 0)
    [event] = audit.events_about(case.ref).filter(verb="case.handed_over")
    assert event.facts == {"to": "self", "shown": "licence", "copies": 2, "yen": 600}
    with pytest.raises(SomebodyWasFaster):
        services.hand_over(case=case, by=make.clerk("mori"), **GIVEN)


def test_who_decided_does_not_hand_over_and_another_division_finds_nothing(city):
    _aoi, sato, _tamura, case = city

    with pytest.raises(NeedsAnotherPerson):
        services.hand_over(case=case, by=sato, **GIVEN)
    with pytest.raises(NotFound):
        services.hand_over(case=case, by=make.clerk("takagi", division="介護保険課"), **GIVEN)

    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ""},
        {"to": "somebody"},
        {"shown": "4312-9999"},
        {"copies": 0},
        {"copies": 100},
        {"yen": -1},
        {"yen": 1_000_001},
        {"to": "proxy", "name": " "},
    ],
)
def test_a_hand_over_is_told_whole_or_not_at_all(city, wrong):
    _aoi, _sato, tamura, case = city

    with pytest.raises(HandOverUnclear):
        services.hand_over(case=case, by=tamura, **{**GIVEN, **wrong})

    assert Decision.objects.get().sent_at is None


def test_the_name_of_who_came_for_somebody_else_is_sealed(city):
    _aoi, _sato, tamura, case = city

    row = services.hand_over(case=case, by=tamura, **{**GIVEN, "to": "proxy"}, name="見本 代理")

    assert row.name == "見本 代理" and "代理".encode() not in bytes(row.sealed_name)


def test_a_protected_persons_paper_is_handed_over_by_who_may_see_where_they_are(city):
    aoi, _sato, tamura, case = city
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)

    with pytest.raises(ProtectedHere):
        services.hand_over(case=Case.objects.get(pk=case.pk), by=tamura, **GIVEN)


def ready_by_post(sato):
    """Asked for by post by somebody without an account: 「用意ができました」 waits to be printed."""
    party = people.keep_party(profile={}, by=SYSTEM)
    draft = services.start_draft(key=make_utsushi.KEY, by=sato, channel="phone", party=party)
    draft = services.save_answer(draft=draft, path="copies", posted={"value": "1"}, by=sato)
    case = services.submit(draft=draft, by=sato)
    case = services.advance(case=case, to="preparing", by=sato, seen=case.version)
    services.decide(case=case, outcome="handed", by=sato, seen=case.version)
    return Case.objects.get(pk=case.pk)


def ready_letters(case):
    letters = messaging.deliveries_about(case.ref).filter(message__kind="case.ready")
    return [(one.channel, one.state) for one in letters]


def test_the_letter_that_it_was_received_promises_the_counter_and_no_decision(city):
    case = ready_by_post(city[1])

    [letter] = messaging.deliveries_about(case.ref).filter(message__kind="case.received")

    assert "用意ができるのは" in letter.message.body and "お渡しは窓口です" in letter.message.body
    assert "決ま" not in letter.message.body and "わたしの手続き" not in letter.message.body


@pytest.mark.parametrize("ends", ["handed over", "sent back"])
def test_a_letter_that_it_is_ready_is_not_posted_any_more_once_that_is_over(city, ends):
    _aoi, sato, tamura, _case = city
    case = ready_by_post(sato)
    [row] = [one for one in queries.to_post(tamura)[0] if one.kind == "case.ready"]
    delivery = queries.letter_to_post(tamura, row.id).delivery

    if ends == "handed over":
        services.hand_over(case=case, by=tamura, **GIVEN)
    else:
        services.send_back(case=case, why="通数がちがう", by=tamura)

    assert ready_letters(case) == [("post", "recalled")]
    assert "case.ready" not in [one.kind for one in queries.to_post(tamura)[0]]
    case.refresh_from_db()
    with pytest.raises(AlreadyRecalled):
        services.post_letter(case=case, delivery=delivery, by=tamura, seen=case.version)


def test_a_letter_that_was_posted_stays_posted_when_the_paper_is_fetched(city):
    _aoi, sato, tamura, _case = city
    case = ready_by_post(sato)
    [row] = [one for one in queries.to_post(tamura)[0] if one.kind == "case.ready"]
    delivery = queries.letter_to_post(tamura, row.id).delivery
    services.post_letter(case=case, delivery=delivery, by=tamura, seen=case.version)

    services.hand_over(case=case, by=tamura, **GIVEN)

    assert ready_letters(case) == [("post", "handed")]
    assert not audit.events_about(case.ref).filter(verb="delivery.taken_back").exists()


def test_what_nobody_fetches_for_fourteen_days_is_marked(city):
    _aoi, _sato, tamura, _case = city

    with clock.frozen(clock.now() + dt.timedelta(days=14)):
        assert queries.to_hand_over(tamura)[0][0].is_uncollected


def test_a_mistake_found_at_the_counter_goes_back_and_they_are_told_to_wait(city):
    aoi, _sato, tamura, case = city

    services.send_back(case=case, why="通数がちがう", by=tamura)

    assert Case.objects.get(pk=case.pk).state == "preparing"
    assert queries.case_for(aoi, case.pk).ready is None
    assert next(one.kind for one in messaging.about(case.ref, party=aoi.party)) == "case.not_ready"


def test_no_letter_is_drawn_or_sent_for_it(city):
    _aoi, _sato, tamura, case = city

    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        procedure_jobs.reconcile()

    assert not jobs.models.Job.objects.filter(kind="procedures.letter").exists()
    with pytest.raises(StepNotPossible):
        services.check_and_send(case=case, by=tamura)


def test_who_asks_at_the_counter_gets_no_letter_that_it_is_ready(city):
    _aoi, sato, _tamura, _case = city
    party = people.keep_party(profile={}, by=SYSTEM)
    draft = services.start_draft(key=make_utsushi.KEY, by=sato, channel="counter", party=party)
    draft = services.save_answer(draft=draft, path="copies", posted={"value": "1"}, by=sato)
    case = services.submit(draft=draft, by=sato)
    case = services.advance(case=case, to="preparing", by=sato, seen=case.version)

    services.decide(case=case, outcome="handed", by=sato, seen=case.version)

    assert ready_letters(case) == []
    assert Decision.objects.get(case=case).values == {"fee": 300}

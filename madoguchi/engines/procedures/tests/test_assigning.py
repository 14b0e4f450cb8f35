"""Whose case it is, one by one and several at once; and who is written down when somebody stands in."""

import datetime as dt

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    NeedsAnotherPerson,
    NoSuchColleague,
    NothingChosen,
    NotYours,
    StepNotPossible,
    TooManyAtOnce,
)
from madoguchi.engines.procedures.models import Attachment, Case, Decision
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import new_id

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    make.publish_canonical()
    return (
        make.resident(),
        make.clerk("sato", name="佐藤"),
        make.clerk("tamura", name="田村"),
        make.head("ogawa"),
    )


def fresh(case):
    return Case.objects.get(pk=case.pk)


def again(actor):
    """The same person at their next request."""
    return identity.actor_for(Account.objects.get(pk=actor.account))


def stand_in(absent, beside):
    today = clock.today()
    people.stand_in(absent=absent.account, stands_in=beside.account, since=today, until=today, by=absent)
    return again(beside)


def test_give_names_a_colleague_and_who_comes_second_is_told(city):
    aoi, sato, tamura, ogawa = city
    case = make.received(aoi)

    services.give(case=fresh(case), to=tamura.account, by=sato, seen=1)
    with pytest.raises(SomebodyWasFaster):
        services.give(case=case, to=ogawa.account, by=sato, seen=1)

    assert (fresh(case).assigned_id, fresh(case).version) == (tamura.account, 2)
    assert "田村さんに渡しました" in [line.words for line in queries.case_for_staff(sato, case.pk).log]


def test_what_a_colleague_holds_only_they_and_the_head_give_away(city):
    aoi, sato, tamura, ogawa = city
    case = make.received(aoi)
    services.take(case=case, by=tamura)

    with pytest.raises(NotYours):
        services.give(case=fresh(case), to=sato.account, by=sato, seen=2)
    with pytest.raises(NotYours):
        services.put_back(case=fresh(case), by=sato, seen=2)
    services.give(case=fresh(case), to=sato.account, by=ogawa, seen=2)
    services.put_back(case=fresh(case), by=sato, seen=3)

    assert (fresh(case).assigned, fresh(case).version) == (None, 4)


def test_nobody_outside_the_division_is_given_a_case_or_gives_one(city):
    aoi, sato, _tamura, _ogawa = city
    takagi = make.clerk("takagi", division="介護保険課")
    case = make.received(aoi)

    for stranger in (takagi.account, aoi.account, new_id(), "x", ""):
        with pytest.raises(NoSuchColleague):
            services.give(case=fresh(case), to=stranger, by=sato, seen=1)
    with pytest.raises(NotFound):
        services.give(case=fresh(case), to=takagi.account, by=takagi, seen=1)


def test_a_case_that_is_over_is_given_to_nobody(city):
    aoi, sato, tamura, _ogawa = city
    case = make.received(aoi)
    services.withdraw(case=case, by=aoi, seen=1)

    with pytest.raises(StepNotPossible):
        services.give(case=fresh(case), to=tamura.account, by=sato, seen=2)


def test_several_are_taken_and_what_was_not_says_why(city):
    aoi, sato, tamura, _ogawa = city
    free, held = make.received(aoi), make.received(aoi)
    elsewhere = str(new_id())
    services.take(case=held, by=tamura)

    outcomes = services.take_all(
        chosen=[(str(free.pk), 1), (str(held.pk), 2), (elsewhere, 1), ("x", 1)], by=sato
    )

    assert [(one.receipt, one.done) for one in outcomes] == [
        (free.receipt, True),
        (held.receipt, False),
        ("", False),
    ]
    assert "田村さんが先に引き受けました" in outcomes[1].words
    assert (fresh(free).assigned_id, fresh(held).assigned_id) == (sato.account, tamura.account)


def test_several_begin_the_plain_step_each_from_the_version_that_was_seen(city):
    aoi, sato, tamura, _ogawa = city
    one, moved, stale, theirs = (make.received(aoi) for _ in range(4))
    make.at(moved, "checking", sato=sato)
    services.take(case=stale, by=sato)
    services.take(case=theirs, by=tamura)

    outcomes = services.begin_all(
        chosen=[(str(one.pk), 1), (str(moved.pk), 2), (str(stale.pk), 1), (str(theirs.pk), 2)], by=sato
    )

    assert [outcome.done for outcome in outcomes] == [True, False, False, False]
    assert [fresh(case).state for case in (one, moved, stale, theirs)] == [
        "checking",
        "checking",
        "received",
        "received",
    ]
    assert "まとめて進められません" in outcomes[1].words and "田村さん" in outcomes[3].words


def test_several_never_go_to_who_decides_are_decided_or_sent(city):
    aoi, sato, _tamura, ogawa = city
    checking, deciding = (make.at(make.received(aoi), to, sato=sato) for to in ("checking", "deciding"))

    outcomes = services.begin_all(
        chosen=[(str(case.pk), case.version) for case in (checking, deciding)], by=ogawa
    )

    assert [outcome.done for outcome in outcomes] == [False, False]
    assert (fresh(checking).state, fresh(deciding).state) == ("checking", "deciding")
    assert not Decision.objects.exists()


def test_several_are_given_and_the_one_paper_of_each_arrives(city):
    aoi, sato, tamura, _ogawa = city
    waits, nothing, two = (make.received(aoi) for _ in range(3))
    for case, documents in ((waits, ["juminhyo"]), (two, ["juminhyo", "kenko_hoken"])):
        Attachment.objects.filter(draft=case.draft).delete()
        for document in documents:
            Attachment.objects.create(draft=case.draft, document=document, way="later", at=clock.now())
    Attachment.objects.filter(draft=nothing.draft).delete()
    chosen = [(str(case.pk), 1) for case in (waits, nothing, two)]

    papers = services.papers_arrived(chosen=chosen, by=sato)
    given = services.give_all(chosen=chosen, to=str(tamura.account), by=sato)

    assert [one.done for one in papers] == [True, False, False]
    assert [one.done for one in given] == [True, True, True]
    assert Attachment.objects.get(draft=waits.draft).way == "paper"
    assert Attachment.objects.filter(draft=two.draft, way="later").count() == 2


def test_more_than_a_hundred_at_once_and_none_at_all_are_refused_whole(city):
    aoi, sato, _tamura, _ogawa = city
    case = make.received(aoi)

    with pytest.raises(TooManyAtOnce):
        services.take_all(chosen=[(str(case.pk), 1), *((str(new_id()), 1) for _ in range(100))], by=sato)
    with pytest.raises(NothingChosen):
        services.take_all(chosen=[], by=sato)

    assert fresh(case).assigned is None


def test_one_that_fails_in_the_middle_leaves_the_others_and_nothing_half_done(city, monkeypatch):
    aoi, sato, _tamura, _ogawa = city
    first, second = make.received(aoi), make.received(aoi)
    real = services.bulk.casework.move

    def move(case, to, **kwargs):
        moved = real(case, to, **kwargs)
        if case.pk == first.pk:
            raise SomebodyWasFaster  # after its rows were written
        return moved

    monkeypatch.setattr(services.bulk.casework, "move", move)
    outcomes = services.begin_all(chosen=[(str(first.pk), 1), (str(second.pk), 1)], by=sato)

    assert [one.done for one in outcomes] == [False, True]
    assert (fresh(first).state, fresh(first).version, first.steps.count()) == ("received", 1, 1)


def test_who_stands_in_for_the_head_decides_and_is_written_down_as_such(city):
    aoi, sato, tamura, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    tamura = stand_in(ogawa, tamura)

    services.decide(case=case, outcome="granted", by=tamura, seen=case.version)

    decision = Decision.objects.get()
    assert (decision.decided_by, decision.decided_by_name) == (tamura.account, "田村（ogawaの代理）")
    decided = Event.objects.get(verb="case.decided")
    assert (decided.actor_account, decided.actor_name) == (tamura.account, "田村（ogawaの代理）")


def test_who_stands_in_never_decides_what_they_passed_on_themselves(city):
    aoi, _sato, tamura, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=tamura)
    tamura = stand_in(ogawa, tamura)

    with pytest.raises(NeedsAnotherPerson):
        services.decide(case=case, outcome="granted", by=tamura, seen=case.version)


def test_what_they_passed_on_in_the_absent_ones_chair_they_do_not_decide_in_their_own(city):
    aoi, sato, _tamura, ogawa = city
    ogawa = stand_in(sato, ogawa)
    case = make.at(make.received(aoi), "deciding", sato=ogawa)

    with pytest.raises(NeedsAnotherPerson):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)


@pytest.mark.parametrize("day", [0, 1])
def test_who_decided_as_stand_in_does_not_check_the_letter_even_after_the_last_day(city, day):
    aoi, sato, tamura, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    tamura = stand_in(ogawa, tamura)
    services.decide(case=case, outcome="granted", by=tamura, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))

    with clock.frozen(clock.now() + dt.timedelta(days=day)):
        tamura = again(tamura)
        services.record_letter_opened(case=case, by=tamura)
        with pytest.raises(NeedsAnotherPerson):
            services.check_and_send(case=fresh(case), by=tamura)


def test_the_cases_of_who_is_away_stand_among_those_of_who_stands_in(city):
    aoi, sato, tamura, _ogawa = city
    case = make.received(aoi)
    services.take(case=case, by=sato)
    assert queries.tally(tamura).mine == 0

    tamura = stand_in(sato, tamura)
    services.give(case=fresh(case), to=tamura.account, by=tamura, seen=2)

    assert queries.tally(again(tamura)).mine == 1


def test_who_sends_it_back_to_the_resident_in_the_heads_chair_is_written_down_as_standing_in(city):
    aoi, sato, tamura, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    tamura = stand_in(ogawa, tamura)

    asked = services.ask_correction(
        case=case, items={"applicant.phone": "電話番号"}, by=tamura, seen=case.version
    )

    assert (asked.asked_by, asked.asked_by_name) == (tamura.account, "田村（ogawaの代理）")
    assert fresh(case).steps.last().by_name == "田村（ogawaの代理）"

"""Two people at once after a decision: handing over, recalling while somebody posts. Both databases."""

import threading

import pytest

from madoguchi.engines.messaging.models import Delivery, State
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.models import Case, Decision, HandOver, Misissue, ReturnedDecision
from madoguchi.engines.procedures.services import recalling
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make, make_utsushi
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]

GIVEN = {"to": "self", "shown": "licence", "copies": 2, "yen": 600}
WRONG = {"kind": "wrong_content", "step": "check", "what": "宛名がちがう"}


@pytest.fixture
def city():
    make.publish_canonical()
    make_utsushi.publish()
    return make.resident(), make.clerk("sato"), make.clerk("tamura"), make.clerk("mori")


def test_a_paper_handed_over_by_two_at_once_goes_out_once(city):
    aoi, sato, tamura, mori = city
    case = make_utsushi.ready(aoi, decided_by=sato)

    results = at_once(
        *[
            lambda by=by: services.hand_over(case=Case.objects.get(pk=case.pk), by=by, **GIVEN)
            for by in (tamura, mori)
        ]
    )

    assert [result.code for result in results if isinstance(result, Refusal)] == ["somebody_was_faster"]
    row = HandOver.objects.get()
    assert row.by == Decision.objects.get().checked_by
    assert Event.objects.filter(verb="case.handed_over").count() == 1


def test_without_the_condition_both_would_believe_they_handed_it_over(city):
    """The teeth: read that it was not sent, then write without asking again, and both hand it over."""
    aoi, sato, tamura, mori = city
    case = make_utsushi.ready(aoi, decided_by=sato)
    both_read = threading.Barrier(2, timeout=30)

    def careless_hand_over(by):
        decision = Decision.objects.get(case=case)
        both_read.wait()
        if decision.sent_at is not None:
            return "gone"
        with writes():
            Decision.objects.filter(pk=decision.pk).update(sent_at=clock.now(), checked_by=by.account)
        return "handed"

    assert at_once(lambda: careless_hand_over(tamura), lambda: careless_hand_over(mori)) == ["handed"] * 2


@pytest.fixture
def to_post(city):
    """A letter that waits to be printed and posted."""
    _aoi, sato, _tamura, _mori = city
    ogawa, party = make.head("ogawa"), people.keep_party(profile={}, by=SYSTEM)
    draft = make.answer_all(make.draft_of(sato, channel="post", party=party), sato)
    case = make.at(services.submit(draft=draft, by=sato), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)
    return Case.objects.get(pk=case.pk), Delivery.objects.get(message__kind="case.decided", channel="post")


def test_a_paper_recalled_while_somebody_posts_it_is_posted_before_or_not_at_all(city, to_post):
    _aoi, _sato, tamura, mori = city
    case, delivery = to_post

    recalled, posted = at_once(
        lambda: services.report_misissue(
            case=Case.objects.get(pk=case.pk), by=tamura, seen=case.version, **WRONG
        ),
        lambda: services.post_letter(
            case=Case.objects.get(pk=case.pk),
            delivery=Delivery.objects.get(pk=delivery.pk),
            by=mori,
            seen=case.version,
        ),
    )

    assert isinstance(recalled, Misissue)
    delivery.refresh_from_db()
    if isinstance(posted, Refusal):
        assert posted.code in {"somebody_was_faster", "already_recalled"}
        assert delivery.state == State.RECALLED
    else:
        assert posted is None and delivery.state == State.HANDED


def test_two_recalling_at_once_recall_once(city, to_post):
    _aoi, _sato, tamura, mori = city
    case, _delivery = to_post

    results = at_once(
        *[
            lambda by=by: services.report_misissue(
                case=Case.objects.get(pk=case.pk), by=by, seen=case.version, **WRONG
            )
            for by in (tamura, mori)
        ]
    )

    refused = [result.code for result in results if isinstance(result, Refusal)]
    assert len(refused) == 1 and refused[0] in {"somebody_was_faster", "already_recalled"}
    assert Misissue.objects.count() == ReturnedDecision.objects.count() == 1
    assert not Decision.objects.exists()


def test_without_taking_the_case_a_recalled_letter_would_be_posted(city, to_post):
    """The teeth: the poster read before the recall and does not ask again: the void letter goes out."""
    _aoi, _sato, tamura, mori = city
    case, delivery = to_post
    has_read, is_recalled = threading.Event(), threading.Event()

    def careless_post():
        row = queries.letter_to_post(mori, delivery.pk).delivery
        has_read.set()
        assert is_recalled.wait(30)
        with writes():
            Delivery.objects.filter(pk=row.pk).update(state=State.HANDED, sent_at=clock.now())
        return "posted"

    def recall():
        assert has_read.wait(30)
        services.report_misissue(case=Case.objects.get(pk=case.pk), by=tamura, seen=case.version, **WRONG)
        is_recalled.set()
        return "recalled"

    assert at_once(careless_post, recall) == ["posted", "recalled"]
    assert Delivery.objects.get(pk=delivery.pk).state == State.HANDED


def on_the_register(case, by):
    """A paper that went twice and came back, with its lesson: it can be closed."""
    row = services.report_misissue(case=case, by=by, seen=case.version, **{**WRONG, "kind": "twice"})
    services.write_lesson(misissue=row, lesson="宛名をくらべる", by=by)
    return services.follow_up(misissue=row, back="returned", by=by)


def fresh(row):
    return Misissue.objects.get(pk=row.pk)


def test_a_paper_that_is_out_again_is_never_closed_at_the_same_moment(city, to_post, monkeypatch):
    """Whoever closes has read that it came back; before they write, somebody writes that it is out after all."""
    _aoi, _sato, tamura, mori = city
    row = on_the_register(to_post[0], tamura)
    services.record_story_read(misissue=row, by=mori)
    has_read, is_out = threading.Event(), threading.Event()
    change = recalling._change

    def slow_change(misissue, **fields):
        if "closed_at" in fields:
            has_read.set()
            # On SQLite nobody else writes meanwhile: then it is closed first, and the other is told.
            is_out.wait(2)
        change(misissue, **fields)

    monkeypatch.setattr(recalling, "_change", slow_change)

    def out_again():
        assert has_read.wait(30)
        try:
            return services.follow_up(misissue=fresh(row), back="asked", by=tamura)
        finally:
            is_out.set()

    closed, out = at_once(lambda: services.close_misissue(misissue=fresh(row), by=mori), out_again)

    assert [isinstance(one, Misissue) for one in (closed, out)].count(True) == 1
    assert {getattr(one, "code", "") for one in (closed, out)} & {"paper_still_out", "misissue_closed"}
    found = fresh(row)
    assert (found.closed_at is None) == (found.back == "asked")


def test_without_the_condition_it_would_be_closed_while_it_is_out(city, to_post):
    """The teeth: who read that it came back closes without asking again."""
    _aoi, _sato, tamura, mori = city
    row = on_the_register(to_post[0], tamura)
    has_read, is_out = threading.Event(), threading.Event()

    def careless_close():
        is_in = fresh(row).back == "returned"
        has_read.set()
        assert is_out.wait(30) and is_in
        with writes():
            Misissue.objects.filter(pk=row.pk, closed_at=None).update(closed_at=clock.now())

    def out_again():
        assert has_read.wait(30)
        services.follow_up(misissue=fresh(row), back="asked", by=mori)
        is_out.set()

    assert at_once(careless_close, out_again) == [None, None]
    assert fresh(row).closed_at is not None and fresh(row).back == "asked"

"""補正 and 連署 while others are at it too. Real threads, real transactions, both databases."""

import threading

import pytest
from django.db import connection

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.procedures import queries, rounds, services
from madoguchi.engines.procedures.models import Case, Correction, CoSignature, Decision
from madoguchi.engines.procedures.services import cosigning
from madoguchi.engines.procedures.services.correcting import handing_in
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]

OTHER = {"event": {"value": "other"}}


@pytest.fixture
def city():
    make.publish_canonical()
    make.may_refuse_while_waiting()
    return make.resident(), make.clerk("sato"), make.head("ogawa")


@pytest.fixture
def kept(city):
    """Aoi's case, sent back for one answer, which she has put right and not handed in."""
    aoi, sato, _ogawa = city
    case = make.at(make.received(aoi), "checking", sato=sato)
    services.ask_correction(case=case, items={"event": "理由を"}, by=sato, seen=case.version)
    case = Case.objects.get(pk=case.pk)
    services.save_correction(case=case, by=aoi, seen=0, posted=OTHER)
    return case


def hand_in(case, aoi, seen=1):
    return services.hand_in_correction(case=Case.objects.get(pk=case.pk), by=aoi, seen=seen)


def refuse(case, ogawa):
    fresh = Case.objects.get(pk=case.pk)
    return services.decide(case=fresh, outcome="refused", by=ogawa, seen=case.version, reason=make.REASON)


def refusals(results):
    return [result.code for result in results if isinstance(result, Refusal)]


def test_a_correction_handed_in_while_staff_decide_is_whole_or_not_at_all(city, kept):
    aoi, _sato, ogawa = city

    results = at_once(lambda: hand_in(kept, aoi), lambda: refuse(kept, ogawa))

    assert all(isinstance(result, Case | Decision | Refusal) for result in results), results
    assert len(refusals(results)) == 1
    case, correction = Case.objects.get(pk=kept.pk), Correction.objects.get()
    if isinstance(results[0], Case):
        assert (case.state, AnswerRevision.objects.count(), Decision.objects.count()) == ("checking", 2, 0)
        assert correction.answered_at is not None
    else:
        assert refusals(results) == ["correction_closed"]
        assert (case.state, AnswerRevision.objects.count(), Decision.objects.count()) == ("refused", 1, 1)
        assert correction.answered_at is None
        assert rounds.buffer_of(correction).answers == {"event": "other"}, "nothing typed is lost"
    assert correction.closed_at is not None


def test_without_the_condition_an_answer_would_change_what_was_decided(city, kept):
    """The teeth: read the state, then write without the condition, and a decided case has new answers."""
    aoi, _sato, ogawa = city
    read, decided = threading.Barrier(2, timeout=30), threading.Event()
    procedure_form = queries.round_for(aoi, kept.pk).round.procedure.form

    def careless_hand_in():
        is_open = Case.objects.get(pk=kept.pk).state == "returned"
        read.wait()
        decided.wait(30)
        from madoguchi.engines.forms import services as forms

        with writes():
            forms.revise(draft=kept.draft, form=procedure_form, changes={"event": "other"}, by=aoi)
        return is_open

    def decide():
        read.wait()
        try:
            return refuse(kept, ogawa)
        finally:
            decided.set()

    results = at_once(careless_hand_in, decide)

    assert results[0] is True
    assert isinstance(results[1], Decision)
    assert Decision.objects.get().case.draft.revisions.count() == 2, "decided on one, changed after"


def test_two_windows_that_hand_in_at_once_make_one_revision(city, kept):
    aoi, _sato, _ogawa = city

    results = at_once(*[lambda: hand_in(kept, aoi)] * 4)

    assert sum(isinstance(result, Case) for result in results) == 1
    assert set(refusals(results)) == {"correction_handed_in"}
    assert AnswerRevision.objects.count() == 2
    assert Event.objects.filter(verb="case.correction_answered").count() == 1


def test_two_windows_that_save_at_once_keep_one_and_tell_the_other(city, kept):
    aoi, _sato, _ogawa = city

    def save(value):
        return services.save_correction(
            case=Case.objects.get(pk=kept.pk), by=aoi, seen=1, posted={"event": {"value": value}}
        )

    results = at_once(lambda: save("move_in"), lambda: save("other"))

    assert refusals(results) == ["other_window_saved"]
    assert Correction.objects.get().buffer_version == 2


def test_a_save_beside_handing_in_is_in_it_or_is_refused(city, kept):
    aoi, _sato, _ogawa = city

    def save():
        return services.save_correction(
            case=Case.objects.get(pk=kept.pk), by=aoi, seen=1, posted={"event": {"value": "move_in"}}
        )

    results = at_once(lambda: hand_in(kept, aoi), save)

    assert len(refusals(results)) == 1
    case = Case.objects.get(pk=kept.pk)
    if isinstance(results[0], Case):
        answers = form_queries.answers_at(case.draft, form_queries.latest_revision(case.draft))
        assert (case.state, answers["event"]) == ("checking", "other")
        assert refusals(results) == ["correction_handed_in"]
    else:
        assert (case.state, AnswerRevision.objects.count()) == ("returned", 1)
        assert refusals(results) == ["other_window_saved"]


def test_staff_who_only_take_the_case_do_not_send_the_resident_away(city, kept):
    aoi, sato, _ogawa = city
    Case.objects.filter(pk=kept.pk).update(assigned=None)

    results = at_once(
        lambda: hand_in(kept, aoi), lambda: services.take(case=Case.objects.get(pk=kept.pk), by=sato)
    )

    assert refusals(results) == []
    assert Case.objects.get(pk=kept.pk).state == "checking"


def test_the_clerk_and_the_resident_answering_at_once_make_one_answer(city, kept):
    aoi, sato, _ogawa = city

    results = at_once(
        lambda: hand_in(kept, aoi),
        lambda: services.answer_correction(
            case=Case.objects.get(pk=kept.pk),
            posted={"event": {"value": "move_in"}},
            papers={
                f"documents.{name}": services.PaperIn(way="later") for name in ("kazei_shomei", "juminhyo")
            },
            by=sato,
            seen=kept.version,
        ),
    )

    assert len(refusals(results)) == 1, results
    assert AnswerRevision.objects.count() == 2


# 連署


@pytest.fixture
def invited(city):
    """A case with two signatures missing, and the address of one of them."""
    aoi, _sato, _ogawa = city
    make.with_cosigners()
    case = make.received(aoi)
    token = services.invite(case=case, signer="spouse", by=aoi)
    return case, token, queries.request_behind(token).seen


def test_the_same_signature_sent_eight_times_at_once_counts_once(city, invited):
    case, token, seen = invited

    results = at_once(
        *[lambda: services.sign(token=token, name="見本 けん", seen=seen, by=make.as_anyone())] * 8
    )

    assert results.count(None) == 1
    assert set(refusals(results)) == {"signing_over"}
    assert Case.objects.get(pk=case.pk).unsigned == 1
    assert CoSignature.objects.exclude(signed_at=None).count() == 1


def test_without_the_condition_the_same_signature_would_count_twice(city, invited):
    """The teeth: read the row, then count without the condition, and one signature takes two away."""
    case, _token, _seen = invited
    both_read = threading.Barrier(2, timeout=30)

    def careless_sign():
        is_open = CoSignature.objects.get(signer="spouse").signed_at is None
        both_read.wait()
        if not is_open:
            return False
        with writes():
            fresh = Case.objects.select_for_update().get(pk=case.pk)
            Case.objects.filter(pk=case.pk).update(unsigned=fresh.unsigned - 1)
        return True

    assert at_once(careless_sign, careless_sign) == [True, True]
    assert Case.objects.get(pk=case.pk).unsigned == 0


def test_signing_online_and_on_paper_at_once_counts_once(city, invited):
    _aoi, sato, _ogawa = city
    case, token, seen = invited

    results = at_once(
        lambda: services.sign(token=token, name="見本 けん", seen=seen, by=make.as_anyone()),
        lambda: services.record_paper_signature(
            case=Case.objects.get(pk=case.pk), signer="spouse", name="見本 けん", by=sato
        ),
        lambda: services.decline(token=token, by=make.as_anyone()),
    )

    assert results.count(None) == 1 or CoSignature.objects.filter(signer="spouse").count() == 2, results
    signed = CoSignature.objects.filter(signer="spouse", superseded_at=None).exclude(signed_at=None).count()
    assert Case.objects.get(pk=case.pk).unsigned == 2 - signed


def test_signing_while_the_statement_is_corrected_leaves_the_count_right(city, invited):
    aoi, sato, _ogawa = city
    case, token, seen = invited
    case = make.at(Case.objects.get(pk=case.pk), "checking", sato=sato)
    services.ask_correction(case=case, items={"event_on": "日を"}, by=sato, seen=case.version)
    later = {"event_on": {"y": "2026", "m": "11", "d": "2"}}
    services.save_correction(case=Case.objects.get(pk=case.pk), by=aoi, seen=0, posted=later)

    results = at_once(
        lambda: services.sign(token=token, name="見本 けん", seen=seen, by=make.as_anyone()),
        lambda: hand_in(case, aoi),
    )

    assert isinstance(results[1], Case), results
    assert set(refusals(results)) <= {"signing_over"}
    fresh = Case.objects.get(pk=case.pk)
    rows = CoSignature.objects.filter(case=case, superseded_at=None)
    assert fresh.unsigned == rows.filter(signed_at=None).count() == 2


@pytest.fixture
def answered(city):
    """A case with two signatures missing and another place put right, not handed in."""
    aoi, sato, _ogawa = city
    make.with_cosigners()
    case = make.at(make.received(aoi), "checking", sato=sato)
    services.ask_correction(case=case, items={"applicant.phone": "電話を"}, by=sato, seen=case.version)
    phone = {"applicant.phone": {"value": "03-0000-0000"}}
    services.save_correction(case=Case.objects.get(pk=case.pk), by=aoi, seen=0, posted=phone)
    return case


def sign_on_paper(case, sato):
    return services.record_paper_signature(
        case=Case.objects.get(pk=case.pk), signer="spouse", name="見本 けん", by=sato
    )


def meanwhile(monkeypatch, verb):
    """What somebody else does right before the answer takes the row of the case."""
    taken = handing_in.move

    def after_the_other(*given, **named):
        monkeypatch.setattr(handing_in, "move", taken)
        if connection.vendor == "postgresql":
            assert at_once(verb) == [None]
        else:
            verb()  # SQLite lets one write at a time: nobody else can be here
        return taken(*given, **named)

    monkeypatch.setattr(handing_in, "move", after_the_other)


def awaited(case) -> int:
    return CoSignature.objects.filter(case=case, superseded_at=None, signed_at=None).count()


def test_a_signature_that_comes_while_a_correction_is_handed_in_is_counted(city, answered, monkeypatch):
    aoi, sato, _ogawa = city
    meanwhile(monkeypatch, lambda: sign_on_paper(answered, sato))

    hand_in(answered, aoi)

    assert (Case.objects.get(pk=answered.pk).unsigned, awaited(answered)) == (1, 1)


def test_counted_before_the_row_is_taken_a_signature_would_be_lost(city, answered, monkeypatch):
    """The teeth: say how many are missing before the case is taken, and one who signed in between is awaited for ever."""
    aoi, sato, _ogawa = city
    early = cosigning.awaited_after(answered, queries.round_for(aoi, answered.pk).round.after)
    monkeypatch.setattr(cosigning, "awaited_after", lambda *_given: early)
    meanwhile(monkeypatch, lambda: sign_on_paper(answered, sato))

    hand_in(answered, aoi)

    assert (Case.objects.get(pk=answered.pk).unsigned, awaited(answered)) == (2, 1)


def test_two_windows_that_ask_again_after_a_no_both_get_an_answer(city, invited):
    aoi, _sato, _ogawa = city
    case, token, _seen = invited
    services.decline(token=token, by=make.as_anyone())

    results = at_once(*[lambda: services.invite(case=case, signer="spouse", by=aoi)] * 4)

    assert all(isinstance(result, str | Refusal) for result in results), results
    rows = CoSignature.objects.filter(case=case, signer="spouse")
    assert (rows.filter(superseded_at=None).count(), rows.count()) == (1, 2)

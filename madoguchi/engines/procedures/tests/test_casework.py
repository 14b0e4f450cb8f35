"""What clerks and heads do, and what each of them may not."""

import copy
import datetime as dt

import pytest

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.messaging import queries as messaging
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    AlreadyTaken,
    CannotWithdraw,
    LetterNotOpened,
    LetterNotReady,
    LookReasonNeeded,
    NeedsAnotherPerson,
    NeedsHead,
    NeedsReason,
    NothingToCorrect,
    PapersOutstanding,
    ReasonTooShort,
    StepNotPossible,
)
from madoguchi.engines.procedures.models import Case, Decision, ReturnedDecision
from madoguchi.kernel import audit, clock, jobs, packs
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.vault.models import StoredFile

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """Aoi's claim has just come in; Sato is a clerk, Ogawa decides."""
    make.publish_canonical()
    aoi = make.resident(email="aoi@mihon.invalid")
    return aoi, make.clerk("sato"), make.head("ogawa"), make.received(aoi)


def test_take_lets_the_first_clerk_have_it_and_names_them_to_the_second(city):
    _aoi, sato, _ogawa, case = city
    tamura = make.clerk("tamura")

    services.take(case=case, by=sato)

    with pytest.raises(AlreadyTaken) as refused:
        services.take(case=case, by=tamura)
    assert "sato" in str(refused.value)


def test_a_clerk_of_another_division_finds_nothing(city):
    _aoi, _sato, _ogawa, case = city
    takagi = make.clerk("takagi", division="介護保険課")

    assert queries.cases(takagi) == ([], 0)
    for look in (queries.case_for_staff, queries.read_for_staff):
        with pytest.raises(NotFound):
            look(takagi, case.pk)
    with pytest.raises(NotFound):
        services.record_look(case=case, by=takagi, reason="通りすがり")


def test_the_answers_open_only_after_a_reason_was_recorded(city):
    aoi, sato, _ogawa, case = city

    with pytest.raises(LookReasonNeeded):
        queries.read_for_staff(sato, case.pk)
    services.record_look(case=case, by=sato, reason="申請の確認・審査")

    shown = queries.read_for_staff(sato, case.pk)
    assert shown.pages[0].said[0].question.shown == "見本 あおい（ミホン アオイ）"
    assert [look.why for look in queries.case_for(aoi, case.pk).looks] == ["申請の確認・審査"]


def test_a_look_counts_for_an_hour(city):
    _aoi, sato, _ogawa, case = city
    services.record_look(case=case, by=sato, reason="申請の確認・審査")

    with clock.frozen(clock.now() + dt.timedelta(minutes=61)), pytest.raises(LookReasonNeeded):
        queries.read_for_staff(sato, case.pk)


def test_advance_refuses_what_somebody_else_has_moved(city):
    _aoi, sato, _ogawa, case = city
    stale = Case.objects.get(pk=case.pk)
    services.advance(case=case, to="checking", by=sato, seen=case.version)

    with pytest.raises(SomebodyWasFaster):
        services.advance(case=stale, to="checking", by=make.clerk("tamura"), seen=stale.version)

    assert [step.to_state for step in case.steps.all()] == ["received", "checking"]


def test_decide_is_for_heads_and_not_for_whoever_passed_it_on(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "checking", sato=ogawa)
    case = services.advance(case=case, to="deciding", by=ogawa, seen=case.version)

    with pytest.raises(NeedsHead):
        services.decide(case=case, outcome="granted", by=sato, seen=case.version)
    with pytest.raises(NeedsAnotherPerson):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    assert not Decision.objects.exists()


def test_a_refusal_needs_its_reason(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)

    for reason in ("  ", "だめ"):
        with pytest.raises(ReasonTooShort):
            services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=reason)

    case.refresh_from_db()
    assert case.state == "deciding"


def test_deciding_twice_makes_one_decision(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    stale = Case.objects.get(pk=case.pk)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)

    with pytest.raises(SomebodyWasFaster):
        services.decide(
            case=stale, outcome="refused", by=make.head("mori"), seen=stale.version, reason=make.REASON
        )

    assert [decision.outcome for decision in Decision.objects.all()] == ["granted"]


def test_the_letter_goes_out_once_after_another_person_checked_it(city):
    aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    decision = services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    with pytest.raises(LetterNotReady):
        services.check_and_send(case=case, by=sato)
    jobs.run_due(kinds=("procedures.letter",))

    with pytest.raises(NeedsAnotherPerson):
        services.check_and_send(case=case, by=ogawa)
    assert queries.case_for(aoi, case.pk).decision is None
    with pytest.raises(LetterNotOpened):
        services.check_and_send(case=case, by=sato)
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)
    with pytest.raises(SomebodyWasFaster):
        services.check_and_send(case=case, by=sato)

    decision.refresh_from_db()
    shown = queries.case_for(aoi, case.pk)
    assert (decision.checked_by, shown.decision.pk) == (sato.account, decision.pk)
    assert shown.outcome_label == "認定"
    assert messaging.inbox(aoi.party)[0].subject.startswith("児童手当の認定請求の決定")
    assert queries.file_for(aoi, case.pk, decision.letter_id).content_type == "application/pdf"


def test_a_letter_with_a_name_of_its_own_bears_it_on_the_way_in_the_message_and_as_a_file(city):
    aoi, sato, ogawa, before = city
    body = copy.deepcopy(before.definition.body) | {"version": before.definition.version + 1}
    body["flow"]["granted"]["news"] = ""
    words = packs.texts(before.definition, "ja") | {"flow.granted.news": "再交付のお知らせ"}
    packs.publish(kind="procedure", key=make.KEY, version=body["version"], logic=body, texts={"ja": words})
    case = make.at(make.received(aoi), "deciding", sato=sato)
    assert queries.case_for(aoi, case.pk).stops[-1].label == "再交付のお知らせ"

    decision = services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)

    told = messaging.inbox(aoi.party)[0]
    assert told.subject.startswith("児童手当の認定請求：再交付のお知らせ（")
    assert "「再交付のお知らせ」（PDF）" in told.body and "決定" not in told.body
    decision.refresh_from_db()
    assert decision.letter.name.startswith("再交付のお知らせ")
    assert queries.case_for(aoi, case.pk).news == "再交付のお知らせ"


def test_the_letter_is_not_the_residents_before_it_was_sent(city):
    aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    letter = StoredFile.objects.get(about=str(case.ref), name__startswith="決定通知書")

    with pytest.raises(NotFound):
        queries.file_for(aoi, case.pk, letter.pk)
    assert queries.case_for(aoi, case.pk).stops[-1].label == "決定のお知らせ"
    assert queries.cases_of(aoi)[0].state == "deciding"


def test_running_the_letter_job_twice_draws_one_letter(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    services.decide(
        case=case,
        outcome="refused",
        by=ogawa,
        seen=case.version,
        reason="18歳になった年度の末までのお子さんがいないため（法第4条）。",
    )
    from madoguchi.engines.procedures.jobs import draw_letter
    from madoguchi.kernel.jobs.models import Job

    job = Job.objects.get(kind="procedures.letter")
    draw_letter(job)
    draw_letter(job)

    assert StoredFile.objects.filter(about=str(case.ref), name__startswith="決定通知書").count() == 1


def test_a_correction_stops_the_clock_and_reopens_only_what_was_named(city):
    aoi, sato, _ogawa, case = city
    case = make.at(case, "checking", sato=sato)
    due = case.due_on

    services.ask_correction(
        case=case, items={"children.1.birth": "きっかけの日と合いません。"}, by=sato, seen=case.version
    )
    with clock.frozen(clock.now() + dt.timedelta(days=5)):
        shown = queries.case_for(aoi, case.pk)
        assert [place.path for place in shown.places] == ["children.1.birth"]
        case = services.answer_correction(
            case=shown.case,
            posted={"children.1.birth": {"y": "2026", "m": "10", "d": "31"}, "event": {"value": "other"}},
            by=aoi,
            seen=shown.case.version,
        )

    assert case.state == "checking"
    assert case.due_on == due + dt.timedelta(days=5)
    services.record_look(case=case, by=sato, reason="補正の返事の確認")
    said = {
        one.question.path: one for page in queries.read_for_staff(sato, case.pk).pages for one in page.said
    }
    assert said["children.1.birth"].was == "令和8年11月1日（2026年）"
    assert said["children.1.birth"].question.shown == "令和8年10月31日（2026年）"
    assert said["event"].question.value == "birth"


def test_a_correction_with_a_fault_is_refused_whole(city):
    aoi, sato, _ogawa, case = city
    case = make.at(case, "checking", sato=sato)
    services.ask_correction(
        case=case,
        items={"children.1.birth": "確かめてください。", "event": "これも。"},
        by=sato,
        seen=case.version,
    )
    case.refresh_from_db()

    with pytest.raises(AnswerRefused) as refused:
        services.answer_correction(
            case=case,
            posted={"children.1.birth": {"y": "2026", "m": "2", "d": "30"}, "event": {"value": "other"}},
            by=aoi,
            seen=case.version,
        )

    assert list(refused.value.errors) == ["children.1.birth:d"]
    assert case.draft.revisions.count() == 1
    case.refresh_from_db()
    assert case.state == "returned"


@pytest.mark.parametrize("items", [{}, {"event": "   "}, {"children.9.birth": "ない場所"}])
def test_asking_to_correct_nothing_is_refused(city, items):
    _aoi, sato, _ogawa, case = city
    case = make.at(case, "checking", sato=sato)

    with pytest.raises(NothingToCorrect):
        services.ask_correction(case=case, items=items, by=sato, seen=case.version)


def test_withdraw_ends_it_and_a_decided_case_cannot_be_withdrawn(city):
    aoi, sato, ogawa, case = city
    ben = make.resident("ben")
    other = make.received(ben)

    services.withdraw(case=other, by=ben, seen=other.version)
    case = make.at(case, "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)

    other.refresh_from_db()
    assert (other.state, other.closed_at is None) == ("withdrawn", False)
    case.refresh_from_db()
    with pytest.raises(CannotWithdraw):
        services.withdraw(case=case, by=aoi, seen=case.version)
    with pytest.raises(NotFound):
        services.withdraw(case=case, by=ben, seen=case.version)


@pytest.mark.parametrize("to", ["granted", "returned", "nowhere", "deciding"])
def test_advance_goes_nowhere_but_along_the_flow(city, to):
    _aoi, sato, _ogawa, case = city

    with pytest.raises(StepNotPossible):
        services.advance(case=case, to=to, by=sato, seen=case.version)


def test_tally_counts_what_the_list_shows(city):
    _aoi, sato, ogawa, _case = city
    second = make.received(make.resident("ben"))
    services.take(case=second, by=sato)

    counts = queries.tally(sato)

    assert (counts.all, counts.mine, counts.unassigned) == (2, 1, 1)
    with clock.frozen(clock.now() + dt.timedelta(days=31)):
        assert queries.tally(ogawa).late == 2
        assert [row.days.kind for row in queries.cases(ogawa, "late")[0]] == ["late", "late"]


def test_the_list_costs_the_same_for_many_cases(city, django_assert_max_num_queries):
    _aoi, sato, _ogawa, _case = city
    for number in range(8):
        make.received(make.resident(f"r{number}"))

    with django_assert_max_num_queries(6):
        rows, total = queries.cases(sato)

    assert total == len(rows) == 9


def test_every_deed_is_in_the_audit(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)

    verbs = [event.verb for event in audit.events_about(case.ref)]

    assert verbs == ["case.received", "case.moved", "case.moved", "case.moved", "case.decided"]


def test_a_letter_with_a_mistake_goes_back_and_is_decided_anew(city):
    aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)
    services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=make.REASON)
    jobs.run_due(kinds=("procedures.letter",))
    with pytest.raises(NeedsReason):
        services.send_back(case=case, why=" ", by=sato)

    case = services.send_back(case=case, why="お子さんの年齢が理由と合いません。", by=sato)

    assert (case.state, case.closed_at) == ("deciding", None)
    returned = ReturnedDecision.objects.get()
    assert (returned.outcome, returned.why) == ("refused", "お子さんの年齢が理由と合いません。")
    assert queries.cases_of(aoi)[0].state == "deciding"
    with pytest.raises(NotFound):
        queries.file_for(aoi, case.pk, returned.letter_id)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)
    case.refresh_from_db()
    with pytest.raises(StepNotPossible):
        services.send_back(case=case, why="もう遅い", by=sato)


def test_the_head_hands_a_case_back_to_the_clerk_with_the_reason(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)

    with pytest.raises(NeedsHead):
        services.hand_back(case=case, why="もう一度", by=sato, seen=case.version)
    case = services.hand_back(case=case, why="住所をもう一度確かめてください。", by=ogawa, seen=case.version)

    assert case.state == "checking"
    assert [note.text for note in case.notes.all()] == ["住所をもう一度確かめてください。"]


def test_nothing_is_granted_on_a_paper_that_has_not_come(city):
    _aoi, sato, ogawa, _case = city
    ben = make.resident("ben")
    draft = make.answer_all(make.draft_of(ben), ben, {**make.ANSWERS, "event": {"value": "move_in"}})
    services.bring_later(draft=draft, document="kazei_shomei", by=ben)
    services.bring_later(draft=draft, document="juminhyo", by=ben)
    case = make.at(services.submit(draft=draft, by=ben), "deciding", sato=sato)

    with pytest.raises(PapersOutstanding):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.paper_arrived(case=case, document="kazei_shomei", by=sato)
    with pytest.raises(NeedsReason):
        services.waive_paper(case=case, document="juminhyo", why="", by=sato)
    services.waive_paper(case=case, document="juminhyo", why="住基で確かめました。", by=sato)
    with pytest.raises(StepNotPossible):
        services.paper_arrived(case=case, document="juminhyo", by=sato)

    assert services.decide(case=case, outcome="granted", by=ogawa, seen=case.version).outcome == "granted"

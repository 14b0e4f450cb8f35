"""What the desk's list and the course of a case say."""

import datetime as dt

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import LookReasonNeeded, StepNotPossible
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 2, 10, 0, tzinfo=clock.JST)


def day(number: int):
    """The clock `number` days after the claim came in."""
    return clock.frozen(MONDAY + dt.timedelta(days=number))


@pytest.fixture
def city():
    """Aoi's claim came in on a Monday; Sato and Tamura are clerks, Ogawa decides."""
    with day(0):
        make.publish_canonical()
        aoi = make.resident(email="aoi@mihon.invalid")
        return aoi, make.clerk("sato"), make.head("ogawa"), make.received(aoi)


def words_of(shown) -> list[tuple[str, str]]:
    return [(stamp.label.replace("\n", ""), stamp.state) for stamp in shown.stamps]


@pytest.mark.parametrize(
    ("after", "kind", "left"), [(0, "", 30), (29, "", 1), (30, "today", 0), (31, "late", -1)]
)
def test_the_days_of_a_row_say_how_much_of_the_period_is_left(city, after, kind, left):
    _aoi, sato, _ogawa, _case = city

    with day(after):
        [row], _n = queries.cases(sato)
        tally = queries.tally(sato)

    assert (row.days.kind, row.days.left, row.days.whole) == (kind, left, 30)
    assert 0 <= row.days.used <= 30
    assert (tally.late, tally.today) == (int(kind == "late"), int(kind == "today"))


def test_a_clock_that_stands_still_keeps_the_days_it_had_and_comes_last(city):
    aoi, sato, _ogawa, case = city
    with day(5):
        case = make.at(case, "checking", sato=sato)
        services.ask_correction(case=case, items={"account": "番号を"}, by=sato, seen=case.version)
        later = make.received(aoi)

    with day(20):
        rows, _n = queries.cases(sato)

    assert [row.receipt for row in rows] == [later.receipt, case.receipt]
    assert (rows[1].days.kind, rows[1].days.left) == ("paused", 25)
    assert rows[1].our_turn is False


def test_the_stamps_walk_with_the_case(city):
    _aoi, sato, ogawa, case = city
    tamura = make.clerk("tamura")
    with day(1):
        assert words_of(queries.case_for_staff(sato, case.pk))[0] == ("確認", "now")
        case = make.at(case, "deciding", sato=sato)
        shown = queries.case_for_staff(ogawa, case.pk)
        assert words_of(shown)[:3] == [("確認", "done"), ("補正", "todo"), ("審査", "now")]
        assert shown.next_title == "決裁する（認定か却下）"

        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
        assert "つくっています" in queries.case_for_staff(tamura, case.pk).waits_for
        jobs.run_due()
        assert words_of(queries.case_for_staff(tamura, case.pk))[3] == ("交付前の確認", "now")
        assert [move.kind for move in queries.case_for_staff(tamura, case.pk).moves] == ["send", "send_back"]
        assert queries.case_for_staff(ogawa, case.pk).moves == []

        services.record_letter_opened(case=case, by=tamura)
        services.check_and_send(case=case, by=tamura)
        shown = queries.case_for_staff(sato, case.pk)
    assert [state for _label, state in words_of(shown)] == ["done", "todo", "done", "done", "done"]
    assert [line.words for line in shown.log][:2] == ["通知書を確かめて送りました", "「認定」と決裁しました"]


def test_an_answered_correction_is_whose_turn_until_every_place_is_confirmed(city):
    aoi, sato, _ogawa, case = city
    case = make.at(case, "checking", sato=sato)
    services.ask_correction(
        case=case, items={"account": "名義を", "event_on": "日を"}, by=sato, seen=case.version
    )
    case.refresh_from_db()
    account = {**make.ACCOUNT, "number": "0000009"}
    posted = {"account": account, "event_on": {"y": "2026", "m": "11", "d": "2"}}
    with day(3):
        services.answer_correction(case=case, posted=posted, by=aoi, seen=case.version)
    services.record_look(case=case, by=sato, reason="補正の返事の確認")

    shown = queries.read_for_staff(sato, case.pk)
    assert (shown.row.state_label, shown.next_title) == ("2か所が直りました", "直った2か所を確かめる")
    assert [(place.number, place.label) for place in shown.places] == [
        (1, "きっかけの日"),
        (2, "振込先の口座"),
    ]
    changed = [one.question.path for one in shown.said if one.changed_at]
    assert changed == ["event_on", "account"]

    for place in shown.places:
        services.confirm_item(case=case, item_id=str(place.item.pk), by=sato)
    shown = queries.case_for_staff(sato, case.pk)
    assert (shown.open_places, shown.next_title) == (0, "内容を確かめて、審査へ回す")


def test_what_a_reader_may_not_see_is_not_in_what_the_reader_gets(city):
    aoi, sato, _ogawa, case = city
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    services.record_look(case=case, by=sato, reason="申請の確認・審査")

    shown = queries.read_for_staff(sato, case.pk)

    got = repr([(one.question, one.shown, one.was) for one in shown.said])
    assert "見本町" not in got
    assert make.ACCOUNT["number"] not in got


def test_the_named_right_opens_a_protected_address_and_no_other_role_does(city):
    aoi, _sato, ogawa, case = city
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    keeper = make.clerk("keeper", "sees_protected")

    def address(actor) -> str:
        services.record_look(case=case, by=actor, reason="申請の確認・審査")
        return next(
            one.shown for one in queries.read_for_staff(actor, case.pk).said if one.question.kind == "address"
        )

    assert "見本町1-2-3" in address(keeper)
    assert address(ogawa) == ""


def test_a_preview_is_only_for_who_may_decide_now(city):
    _aoi, sato, ogawa, case = city
    case = make.at(case, "deciding", sato=sato)

    with pytest.raises(StepNotPossible):
        queries.decision_preview(queries.case_for_staff(sato, case.pk), "granted")
    with pytest.raises(StepNotPossible):
        queries.decision_preview(queries.case_for_staff(ogawa, case.pk), "withdrawn")
    assert queries.decision_preview(queries.case_for_staff(ogawa, case.pk), "refused").needs_reason


def test_files_open_for_the_division_after_a_look_only(city):
    _aoi, sato, _ogawa, case = city
    jobs.run_due()
    takagi = make.clerk("takagi", division="介護保険課")
    services.record_look(case=case, by=sato, reason="申請の確認・審査")
    [copy] = queries.read_for_staff(sato, case.pk).files

    assert queries.file_for_staff(sato, case.pk, copy.pk) == copy
    with pytest.raises(LookReasonNeeded):
        queries.file_for_staff(make.clerk("tamura"), case.pk, copy.pk)
    with pytest.raises(NotFound):
        queries.file_for_staff(takagi, case.pk, copy.pk)


def test_receipts_about_names_only_cases_of_the_division_whatever_the_refs_are(city):
    _aoi, sato, _ogawa, case = city
    refs = [str(case.ref), "messaging:message:1", "procedures:case:nonsense", "", "x"]

    assert queries.receipts_about(sato, refs) == {str(case.ref): case.receipt}
    assert queries.receipts_about(make.clerk("takagi", division="介護保険課"), refs) == {}


def test_neighbours_follow_the_list(city):
    aoi, sato, _ogawa, first = city
    with day(1):
        second = make.received(aoi)

    assert queries.neighbours(sato, first.pk) == (None, second.pk)
    assert queries.neighbours(sato, second.pk) == (first.pk, None)


def test_neighbours_are_found_by_the_rows_beside_and_not_by_reading_the_list(city, django_assert_num_queries):
    aoi, sato, _ogawa, first = city
    with day(1):
        made = [make.received(aoi) for _ in range(5)]
    with day(3):
        paused = make.at(made[0], "checking", sato=sato)
        services.ask_correction(case=paused, items={"account": "番号を"}, by=sato, seen=paused.version)
    gone = services.withdraw(case=made[1], by=sato, seen=made[1].version)
    rows, _n = queries.cases(sato)
    order = [row.id for row in rows]
    assert order[-1] == paused.pk, "what waits for the resident comes last"

    for place, pk in enumerate(order):
        before = order[place - 1] if place else None
        after = order[place + 1] if place + 1 < len(order) else None
        with django_assert_num_queries(3):
            assert queries.neighbours(sato, pk) == (before, after)
    assert queries.neighbours(sato, gone.pk) == (None, None)
    assert first.pk == order[0]

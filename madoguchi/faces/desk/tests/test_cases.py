"""What clerks and heads do with a case, and what a stale page may not."""

import datetime as dt

import pytest

from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.queries.desk.stuck import MOST
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM, Ref, new_id

FASTER = "ほかの人が先に進めました"
CORRECTED = {
    f"account:{name}": value
    for name, value in {**make.ACCOUNT, "holder_kana": "ミホン アオイ", "number": "7654321"}.items()
}


def test_the_list_asks_the_same_number_of_questions_for_one_case_and_for_ten(
    sato, aoi, django_assert_max_num_queries, django_assert_num_queries
):
    make.received(aoi)
    with django_assert_max_num_queries(40) as counted:
        assert sato.get("procedures:cases").status_code == 200
    for _ in range(9):
        make.received(aoi)

    with django_assert_num_queries(len(counted)):
        response = sato.get("procedures:cases")

    assert response.text.count('class="ref"') == 10


def test_home_asks_the_same_number_of_questions_for_one_case_and_for_ten(
    ogawa, aoi, django_assert_max_num_queries, django_assert_num_queries
):
    make.received(aoi)
    with django_assert_max_num_queries(50) as counted:
        assert ogawa.get("home").status_code == 200
    for _ in range(9):
        make.received(aoi)

    with django_assert_num_queries(len(counted)):
        ogawa.get("home")


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1" * 5000, "１"])
def test_a_page_number_nobody_has_is_a_page(sato, case, page):
    assert sato.get("procedures:cases", page=page).status_code == 200


def test_take_makes_it_mine_and_tells_the_second_clerk_who_was_first(sato, tamura, case):
    assert sato.post("procedures:take", case, next="/desk/").status_code == 302

    response = tamura.post("procedures:take", case, next="/desk/")

    case.refresh_from_db()
    assert case.assigned_id == sato.actor.account
    assert response.status_code == 409
    assert "佐藤さんが先に引き受けました" in response.text
    assert case.receipt in response.text


def test_advance_passes_the_case_on_and_pressing_twice_is_pressing_once(sato, case):
    sato.opened(case)
    press = {"seen": case.version, "to": "checking"}

    first, second = (sato.post("procedures:advance", case, **press) for _ in range(2))

    case.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 302)
    assert (case.state, case.version, case.steps.count()) == ("checking", 2, 2)


@pytest.mark.parametrize("seen", ["", "0", "x", "-1", "99999999999999999999"])
def test_a_form_without_the_version_it_was_drawn_from_changes_nothing(sato, case, seen):
    sato.opened(case)

    response = sato.post("procedures:advance", case, seen=seen, to="checking")

    case.refresh_from_db()
    assert (response.status_code, case.state) == (409, "received")
    assert FASTER in response.text


@pytest.mark.parametrize("to", ["", "granted", "returned", "nowhere", "withdrawn"])
def test_advance_goes_nowhere_the_flow_does_not_lead(sato, case, to):
    sato.opened(case)

    response = sato.post("procedures:advance", case, seen=case.version, to=to)

    case.refresh_from_db()
    assert (response.status_code, case.state) == (409, "received")


def test_a_clerk_is_told_who_decides_and_the_attempt_is_on_record(sato, deciding):
    sato.opened(deciding)
    assert "課の決裁をする人が進めます" in sato.get("procedures:case", deciding).text

    response = sato.post(
        "procedures:decide", deciding, seen=deciding.version, outcome="granted", then="decide"
    )

    assert response.status_code == 403
    assert not Decision.objects.exists()
    assert Event.objects.filter(verb=Event.REFUSED, facts__code="needs_head").exists()


def test_deciding_shows_outcome_applicant_and_what_will_be_sent_first(ogawa, deciding):
    ogawa.opened(deciding)

    response = ogawa.get("procedures:decide", deciding, outcome="granted")

    assert response.status_code == 200
    for words in ("「認定」を決裁しますか", "見本 あおい", "（PDF）", "受信箱"):
        assert words in response.text
    assert not Decision.objects.exists()


def test_two_who_decide_at_once_make_one_decision_and_the_second_reads_why(ogawa, deciding):
    kubo = type(ogawa)(make.clerk("kubo", "head", name="久保"))
    ogawa.opened(deciding)
    kubo.opened(deciding)
    press = {"seen": deciding.version, "outcome": "granted", "then": "decide"}

    first = ogawa.post("procedures:decide", deciding, **press)
    second = kubo.post("procedures:decide", deciding, **{**press, "outcome": "refused", "reason": "対象外"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert (
        "小川さんが" in second.text
        and "「認定」と決裁しました。あなたの操作は行われていません" in second.text
    )
    assert "対象外" in second.text, "what was typed stays"
    assert Decision.objects.get().outcome == "granted"


def test_pressing_decide_twice_decides_once(ogawa, deciding):
    ogawa.opened(deciding)
    press = {"seen": deciding.version, "outcome": "granted", "then": "decide"}

    answers = [ogawa.post("procedures:decide", deciding, **press).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Decision.objects.count() == 1


def test_refusing_needs_a_reason_and_keeps_what_was_typed(ogawa, deciding):
    ogawa.opened(deciding)

    response = ogawa.post(
        "procedures:decide", deciding, seen=deciding.version, outcome="refused", reason="  "
    )

    assert response.status_code == 422
    assert "理由は通知書に載ります" in response.text
    assert "「却下」を決裁しますか" in response.text
    assert not Decision.objects.exists()


def test_the_letter_goes_out_once_after_somebody_else_read_it(sato, ogawa, deciding):
    ogawa.opened(deciding).post(
        "procedures:decide", deciding, seen=deciding.version, outcome="granted", then="decide"
    )
    jobs.run_due()
    deciding.refresh_from_db()
    sato.opened(deciding)
    assert "決裁した人以外が確かめて送ります" in ogawa.get("procedures:case", deciding).text
    assert ogawa.post("procedures:send", deciding, read="1").status_code == 403

    unread = sato.post("procedures:send", deciding, seen=deciding.version)
    letter = Decision.objects.get().letter_id
    assert sato.browser.get(f"/desk/cases/{deciding.pk}/file/{letter}/").status_code == 200
    sent, again = (sato.post("procedures:send", deciding, seen=deciding.version, read="1") for _ in range(2))

    assert (unread.status_code, sent.status_code, again.status_code) == (422, 302, 302)
    decision = Decision.objects.get()
    assert (decision.checked_by, decision.decided_by) == (sato.actor.account, ogawa.actor.account)
    shown = sato.get("procedures:case", deciding)
    assert "終わりました" in shown.text
    assert "通知書を確かめて送りました" in shown.text


def test_a_correction_names_places_and_remarks_and_stops_the_clock(sato, case):
    case = make.at(case, "checking", sato=sato.actor)
    sato.opened(case)

    response = sato.post(
        "procedures:return",
        case,
        seen=case.version,
        then="send",
        **{"ask:account": "1", "remark:account": "ご本人の口座を"},
    )

    case.refresh_from_db()
    assert (response.status_code, case.state) == (302, "returned")
    assert case.paused_at is not None
    assert "停止中" in sato.get("procedures:cases").text
    assert "ご本人の口座を" in sato.get("procedures:case", case).text


def test_a_place_without_a_remark_asks_for_it_and_keeps_the_others(sato, case):
    case = make.at(case, "checking", sato=sato.actor)
    sato.opened(case)

    response = sato.post(
        "procedures:return",
        case,
        seen=case.version,
        **{"ask:account": "1", "ask:event": "1", "remark:event": "日付と合いません"},
    )

    case.refresh_from_db()
    assert (response.status_code, case.state) == (422, "checking")
    assert "日付と合いません" in response.text
    assert response.text.count('class="wrong"') == 1


def test_a_correction_of_nothing_is_refused(sato, case):
    case = make.at(case, "checking", sato=sato.actor)
    sato.opened(case)

    response = sato.post("procedures:return", case, seen=case.version)

    case.refresh_from_db()
    assert (response.status_code, case.state) == (422, "checking")


@pytest.fixture
def answered(sato, aoi, case) -> Case:
    """Aoi put her account right, as she was asked to."""
    case = make.at(case, "checking", sato=sato.actor)
    services.ask_correction(case=case, items={"account": "番号を"}, by=sato.actor, seen=case.version)
    case = Case.objects.get(pk=case.pk)
    posted = {"account": {**make.ACCOUNT, "number": "7654321"}}
    return services.answer_correction(case=case, posted=posted, by=aoi, seen=case.version)


def test_an_answered_place_shows_old_and_new_and_is_confirmed_before_it_goes_on(sato, answered):
    item = answered.corrections.get().items.get()
    shown = sato.opened(answered).get("procedures:case", answered)
    assert "返事が来た" in sato.get("home").text
    assert "<del>" in shown.text
    assert "••••321" in shown.text
    assert "7654321" not in shown.text

    press = {"seen": answered.version, "to": "deciding"}
    unseen = sato.post("procedures:confirm", answered, **press)
    passed = sato.post("procedures:confirm", answered, **press, item=str(item.pk))

    answered.refresh_from_db()
    item.refresh_from_db()
    assert (unseen.status_code, passed.status_code, answered.state) == (422, 302, "deciding")
    assert item.confirmed_at is not None


def test_an_answer_by_telephone_is_written_in_by_a_clerk(sato, case):
    case = make.at(case, "checking", sato=sato.actor)
    services.ask_correction(case=case, items={"account": "番号を"}, by=sato.actor, seen=case.version)
    case.refresh_from_db()
    sato.opened(case)
    page = sato.get("procedures:answer", case)
    assert "0000001" not in page.text.replace("000-0001", "")

    wrong = sato.post("procedures:answer", case, seen=case.version, **{**CORRECTED, "account:number": "x"})
    right = sato.post("procedures:answer", case, seen=case.version, **CORRECTED)

    case.refresh_from_db()
    assert (wrong.status_code, right.status_code, case.state) == (422, 302, "checking")
    assert "見本銀行" in wrong.text
    assert "職員が直しました" in sato.get("procedures:case", case).text


def test_withdrawing_asks_once_more_and_ends_the_case(sato, case):
    sato.opened(case)
    assert "申し出があったときだけ" in sato.get("procedures:withdraw", case).text

    unsaid = sato.post("procedures:withdraw", case, seen=case.version, how=" ")
    response = sato.post("procedures:withdraw", case, seen=case.version, how="本人から電話")

    case.refresh_from_db()
    assert unsaid.status_code == 422
    assert [note.text for note in case.notes.all()] == ["取下げの申し出：本人から電話"]
    assert (response.status_code, case.state) == (302, "withdrawn")
    assert case.receipt not in sato.get("procedures:cases").text
    assert case.receipt in sato.get("procedures:cases", only="closed").text


def test_a_note_stays_with_the_case_and_an_empty_one_is_refused(sato, case):
    sato.opened(case)

    empty = sato.post("procedures:note", case, text="  ")
    kept = sato.post("procedures:note", case, text="夜8時以降はメールがよい<b>")

    assert (empty.status_code, kept.status_code) == (422, 302)
    assert "夜8時以降はメールがよい&lt;b&gt;" in sato.get("procedures:case", case).text
    assert [event.facts for event in audit.events_about(case.ref) if event.verb == "case.noted"] == [{}]


def test_a_stuck_job_of_my_case_can_be_tried_again_and_that_is_recorded(sato, takagi, case):
    from madoguchi.kernel.jobs.models import Job, State  # the only test that breaks a job

    Job.objects.filter(kind="procedures.receipt_copy").update(state=State.FAILED, last_error="typst")
    job = Job.objects.get(kind="procedures.receipt_copy")
    assert case.receipt in sato.get("stuck").text
    assert case.receipt not in takagi.get("stuck").text
    again = f"/desk/stuck/jobs/{job.pk}/again/"

    assert takagi.browser.post(again).status_code == 404
    assert sato.browser.post(again).status_code == 302

    job.refresh_from_db()
    assert job.state == State.WAITING
    assert Event.objects.filter(verb="job.retried").count() == 1


def test_mail_that_did_not_reach_my_residents_is_mine_whatever_else_is_broken(sato, takagi, case):
    for number in range(MOST + 1):
        lost_mail(about=Ref("procedures", "case", str(new_id())), number=number)
    mine = lost_mail(about=case.ref, number=-1)
    again = f"/desk/stuck/deliveries/{mine.pk}/again/"

    shown = sato.get("stuck")
    assert case.receipt in shown.text
    assert '<span class="count">1</span>' in shown.text
    assert case.receipt not in takagi.get("stuck").text
    assert takagi.browser.post(again).status_code == 404
    assert sato.browser.post(again).status_code == 302

    mine.refresh_from_db()
    assert mine.state == "queued"


def lost_mail(*, about: Ref, number: int) -> Delivery:
    """A mail nobody got. The later its number, the earlier it was lost."""
    now = clock.now() - dt.timedelta(minutes=number)
    message = Message.objects.create(
        key=f"lost:{number}", kind="x", about=str(about), subject="x", created_at=now
    )
    party = people.keep_party(profile={}, by=SYSTEM)
    return Delivery.objects.create(
        message=message, recipient=party, channel="mail", state="failed", created_at=now
    )


def test_a_case_asks_as_often_among_one_as_among_many(
    sato, aoi, case, django_assert_max_num_queries, django_assert_num_queries
):
    sato.opened(case)
    with django_assert_max_num_queries(50) as counted:
        sato.get("procedures:case", case)
    for _ in range(6):
        make.received(aoi)

    with django_assert_num_queries(len(counted)) as captured:
        sato.get("procedures:case", case)

    reads = [one["sql"] for one in captured.captured_queries if "procedures_case" in one["sql"]]
    assert not any("LIMIT 1000" in sql for sql in reads)

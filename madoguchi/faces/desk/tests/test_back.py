"""What goes back, what is shown before it is done, and what is said to who was slower."""

import re

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.models import Attachment, Case, Decision, ReturnedDecision
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.desk.procedures.forms import as_number, is_slip
from madoguchi.kernel import jobs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

SEND = "2　確かめて、送る"
SLIP = "受付番号の最後の数字が合いません"


@pytest.fixture
def decided(ogawa, deciding) -> Case:
    """Ogawa granted it, and its letter is drawn."""
    services.decide(case=deciding, outcome="granted", by=ogawa.actor, seen=deciding.version)
    jobs.run_due()
    return Case.objects.get(pk=deciding.pk)


def test_sending_is_offered_only_to_who_opened_this_letter(sato, tamura, decided):
    sato.opened(decided)
    tamura.opened(decided)
    assert "1　通知書（PDF）をひらく" in sato.get("procedures:case", decided).text
    assert SEND not in sato.get("procedures:case", decided).text
    forced = sato.post("procedures:send", decided, seen=decided.version, read="1")
    assert forced.status_code == 422 and "通知書をまだ開いていません" in forced.text

    sato.browser.get(f"/desk/cases/{decided.pk}/file/{Decision.objects.get().letter_id}/")

    assert SEND in sato.get("procedures:case", decided).text
    assert SEND not in tamura.get("procedures:case", decided).text


def test_a_mistake_found_before_sending_goes_back_with_its_reason_on_record(sato, tamura, ogawa, decided):
    sato.opened(decided)
    assert "決裁へ差し戻す" in sato.get("procedures:case", decided).text

    empty = sato.post("procedures:send_back", decided, seen=decided.version, why=" ")
    done, again = (
        sato.post("procedures:send_back", decided, seen=decided.version, why="児童の氏名が違う<b>")
        for _ in range(2)
    )

    decided.refresh_from_db()
    assert (empty.status_code, done.status_code, again.status_code) == (422, 302, 302)
    assert (decided.state, decided.closed_at, ReturnedDecision.objects.count()) == ("deciding", None, 1)
    shown = sato.get("procedures:case", decided).text
    assert "「認定」を決裁へ差し戻しました" in shown and "児童の氏名が違う&lt;b&gt;" in shown
    assert "差し戻した通知書（送っていません）" in shown
    assert "児童の氏名が違う" not in tamura.get("procedures:case", decided).text, "only after a look"
    assert "「認定」を決裁する" in ogawa.opened(decided).get("procedures:case", decided).text


def test_the_head_hands_back_with_a_note_also_after_a_decision_was_undone(sato, ogawa, decided):
    services.send_back(case=decided, why="氏名", by=sato.actor)
    ogawa.opened(decided)
    case = Case.objects.get(pk=decided.pk)
    assert "担当へ差し戻す" in ogawa.get("procedures:case", case).text

    empty = ogawa.post("procedures:hand_back", case, seen=case.version, why="")
    done = ogawa.post("procedures:hand_back", case, seen=case.version, why="口座の名義を確かめて")

    case.refresh_from_db()
    assert (empty.status_code, done.status_code, case.state) == (422, 302, "checking")
    shown = ogawa.get("procedures:case", case).text
    assert "口座の名義を確かめて" in shown and "担当へ差し戻しました" in shown
    assert sato.opened(case).get("procedures:hand_back", case).status_code == 409


def test_a_refusal_is_read_as_a_letter_before_it_is_decided(ogawa, deciding):
    ogawa.opened(deciding)
    press = {"seen": deciding.version, "outcome": "refused", "reason": make.REASON}

    short = ogawa.post("procedures:decide", deciding, **{**press, "reason": "対象外"})
    letter = ogawa.post("procedures:decide", deciding, **press)
    edited = ogawa.post("procedures:decide", deciding, **press, then="edit")
    assert not Decision.objects.exists()
    done = ogawa.post("procedures:decide", deciding, **press, then="decide")

    assert short.status_code == 422 and "対象外" in short.text
    assert "data-settles" in letter.text, "the second press of a double click decides nothing"
    for words in ("この通知書の内容で「却下」を決裁する", make.REASON, "審査請求", "見本 あおい"):
        assert words in letter.text, words
    assert make.REASON in edited.text and "この通知書の内容で" not in edited.text
    assert done.status_code == 302 and Decision.objects.get().reason == make.REASON
    assert make.REASON in ogawa.get("procedures:case", deciding).text


def test_the_letter_is_not_previewed_without_a_look_and_hides_a_protected_address(ogawa, aoi, deciding):
    assert make.REASON not in ogawa.post("procedures:decide", deciding, outcome="refused").text
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    ogawa.opened(deciding)

    letter = queries.letter_preview(ogawa.actor, deciding.pk, "refused", make.REASON)

    assert letter.to_address == "" and "見本町1-2-3" not in str(letter)


@pytest.fixture
def promised(sato, deciding) -> Case:
    Attachment.objects.create(draft=deciding.draft, document="juminhyo", way="later", at=deciding.received_at)
    return deciding


def test_a_promised_paper_holds_the_grant_until_it_came_or_is_waived(sato, ogawa, promised):
    ogawa.opened(promised)
    sato.opened(promised)
    held = ogawa.post("procedures:decide", promised, seen=promised.version, outcome="granted", then="decide")
    assert held.status_code == 409 and "まだ届いていません" in held.text and "未着" in held.text

    empty = sato.post("procedures:paper", promised, document="juminhyo", then="waive", why=" ")
    waived = sato.post("procedures:paper", promised, document="juminhyo", then="waive", why="庁内で確かめた")
    again = sato.post("procedures:paper", promised, document="juminhyo")

    assert (empty.status_code, waived.status_code, again.status_code) == (422, 302, 409)
    shown = sato.get("procedures:case", promised).text
    assert "要らないことにしました" in shown and "庁内で確かめた" in shown
    assert (
        ogawa.post(
            "procedures:decide", promised, seen=promised.version, outcome="granted", then="decide"
        ).status_code
        == 302
    )


def test_a_paper_that_came_is_shown_with_its_day_and_needs_a_look(sato, tamura, promised):
    assert tamura.post("procedures:paper", promised, document="juminhyo").status_code == 403

    sato.opened(promised).post("procedures:paper", promised, document="juminhyo")

    assert "受け取りました" in sato.get("procedures:case", promised).text
    assert Attachment.objects.get(document="juminhyo").way == "paper"


def test_what_is_asked_is_listed_first_and_a_remark_ticks_its_place(sato, case):
    case = make.at(case, "checking", sato=sato.actor)
    sato.opened(case)
    typed = {"seen": case.version, "remark:account": "ご本人の口座を"}

    listed = sato.post("procedures:return", case, **typed)
    edited = sato.post("procedures:return", case, **typed, then="edit")

    case.refresh_from_db()
    assert case.state == "checking"
    assert "つぎの1か所" in listed.text and "「ご本人の口座を」" in listed.text
    assert re.search(r'name="ask:account" value="1" checked', edited.text)


def test_who_was_slower_by_their_own_window_is_told_so(sato, case):
    sato.opened(case)
    for to in ("checking", "deciding"):
        case = services.advance(case=case, to=to, by=sato.actor, seen=case.version)

    response = sato.post("procedures:withdraw", case, seen=1, how="電話で本人から")

    assert response.status_code == 409
    assert "別の画面で先に進めています" in response.text
    assert "電話で本人から" in response.text


def test_success_is_said_and_a_finished_case_offers_no_keys(sato, case):
    sato.opened(case).post("procedures:advance", case, seen=case.version, to="checking")
    assert "確認をはじめました。" in sato.get("procedures:case", case).text
    case.refresh_from_db()
    services.withdraw(case=case, by=sato.actor, seen=case.version)

    shown = sato.get("procedures:case", case).text

    assert "つぎへ進める</span>" not in shown and "ここを直してもらう</span>" not in shown


def test_a_head_counts_what_waits_for_a_decision_and_bold_is_for_whom_it_waits(sato, ogawa, deciding):
    assert "決裁待ち" not in sato.get("home").text
    assert queries.tally(ogawa.actor).to_decide == 1
    assert deciding.receipt in ogawa.get("procedures:cases", only="to_decide").text
    assert deciding.receipt not in sato.get("procedures:cases", only="to_decide").text

    rows = {desk.actor.name: queries.cases(desk.actor)[0][0].our_turn for desk in (sato, ogawa)}

    assert rows == {"佐藤": False, "小川": True}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2611-O427-7", "2611-0427-7"), ("26ll04277", "261104277"), ("児童手当", "児童手当"), ("Oil", "Oil")],
)
def test_letters_that_look_like_digits_are_digits_in_a_number(typed, number):
    assert as_number(typed) == number


def test_a_slip_of_the_last_digit_is_named(sato, case):
    wrong = f"{case.receipt[:-1]}{(int(case.receipt[-1]) + 1) % 10}"

    assert is_slip(wrong) and not is_slip(case.receipt) and not is_slip("0477234567")
    assert SLIP in sato.post("find", q=wrong).text
    assert sato.post("find", q=case.receipt.replace("0", "O").replace("1", "l")).status_code == 302
    answer = sato.post("procedures:receive", procedure=make.KEY, channel="phone", earlier=wrong)
    assert answer.status_code == 422 and SLIP in answer.text


def test_the_same_persons_cases_are_named_when_they_apply_again(sato, case):
    entry = sato.post("procedures:receive", procedure=make.KEY, channel="phone", earlier=case.receipt)

    shown = sato.browser.get(entry["Location"]).text

    assert "同じ方の案件が 1 件あります" in shown and case.receipt in shown and "同じ手続き" in shown


def test_leaving_the_form_keeps_what_is_valid_and_stays_where_something_is_wrong(sato):
    entry = sato.post("procedures:receive", procedure=make.KEY, channel="phone")["Location"]

    wrong = sato.browser.post(entry, {"event_on:y": "2026", "event_on:m": "13", "then": "leave"})
    kept = sato.browser.post(entry, {"works_as_public_servant:value": "no", "then": "leave"})

    assert wrong.status_code == 422 and 'value="13"' in wrong.text
    assert kept["Location"] == "/desk/receive/"

"""The decide page with what is decided beside the outcome, reasons to begin from, and the counter."""

import re

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision, HandOver
from madoguchi.engines.procedures.tests import make, make_utsushi
from madoguchi.kernel import jobs

GRANT = {
    "outcome": "granted",
    "decided.monthly:value": "12,345",
    "decided.starts_on:y": "2026",
    "decided.starts_on:m": "12",
    "decided.starts_on:d": "1",
}


def test_the_proposed_values_stand_in_the_boxes(ogawa, deciding):
    page = ogawa.opened(deciding).get("procedures:decide", deciding, outcome="granted").text

    assert re.search(r'name="decided.monthly:value"[^>]*value="15,000"', page)
    assert re.search(r'name="decided.starts_on:m"[^>]*value="12"', page)
    assert "支給する額（月額）" in page and "22歳の年度末まで" in page


def test_nobody_sees_a_proposal_before_a_look(ogawa, deciding):
    page = ogawa.get("procedures:decide", deciding, outcome="granted")

    assert "15,000" not in page.text and "decided.monthly" not in page.text


def test_the_letter_is_shown_with_what_was_typed_before_it_is_decided(ogawa, sato, deciding):
    ogawa.opened(deciding)

    letter = ogawa.post("procedures:decide", deciding, seen=deciding.version, **GRANT)

    assert letter.status_code == 200 and not Decision.objects.exists()
    assert "支給する額は月額12,345円、支給の始まりは令和8年12月1日（2026年）です。" in letter.text
    assert 'name="decided.monthly:value" value="12,345"' in letter.text, "carried to the next press"
    done = ogawa.post("procedures:decide", deciding, seen=deciding.version, **GRANT, then="decide")
    assert done.status_code == 302
    assert Decision.objects.get().values == {"monthly": 12345, "starts_on": "2026-12-01"}
    jobs.run_due()
    services.record_letter_opened(case=deciding, by=sato.actor)
    checked = sato.opened(deciding).get("procedures:case", deciding).text
    assert checked.count("12,345円") >= 2, "to whoever checks it, beside the button and among the decision"


def test_what_differs_from_the_proposal_is_said_before_it_is_decided(ogawa, deciding):
    ogawa.opened(deciding)
    assert "案とちがいます" not in ogawa.get("procedures:decide", deciding, outcome="granted").text

    letter = ogawa.post("procedures:decide", deciding, seen=deciding.version, **GRANT)
    again = ogawa.post("procedures:decide", deciding, seen=deciding.version, **GRANT, then="edit")

    for page in (letter, again):
        assert page.text.count("案とちがいます") == 1, "the day is as proposed"
        assert "案とちがいます（案 15,000円）" in page.text


def test_a_decision_that_cannot_be_made_yet_is_said_before_anything_is_typed(ogawa, deciding):
    Case.objects.filter(pk=deciding.pk).update(gaps=2)

    page = ogawa.opened(deciding).get("procedures:decide", deciding, outcome="granted").text

    assert "いまは、この決定をすることができません。" in page and "書かれていない答えが2か所あります" in page
    assert "いまは" not in ogawa.get("procedures:decide", deciding, outcome="refused").text.split("<form")[1]


def test_a_wrong_value_is_said_at_its_box_and_the_rest_is_kept(ogawa, deciding):
    ogawa.opened(deciding)

    again = ogawa.post(
        "procedures:decide",
        deciding,
        seen=deciding.version,
        **{**GRANT, "decided.monthly:value": "たくさん"},
    )

    assert again.status_code == 422 and not Decision.objects.exists()
    assert "金額を数字で書いてください" in again.text and 'value="たくさん"' in again.text
    assert re.search(r'name="decided.starts_on:m"[^>]*value="12"', again.text)


def test_the_real_pdf_opens_beside_the_words_and_nothing_is_kept(ogawa, deciding):
    ogawa.opened(deciding)

    paper = ogawa.post("procedures:decide", deciding, seen=deciding.version, **GRANT, then="pdf")

    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith("inline;")
    assert (paper["X-Content-Type-Options"], paper["Cache-Control"]) == ("nosniff", "private, no-store")
    assert not Decision.objects.exists()


def test_a_reason_begins_from_a_prepared_text_and_has_to_be_made_to_fit(ogawa, deciding):
    ogawa.opened(deciding)
    press = {"seen": deciding.version, "outcome": "refused"}
    assert "この文を、下の理由に入れる" in ogawa.get("procedures:decide", deciding, outcome="refused").text

    begun = ogawa.post("procedures:decide", deciding, **press, reason="", begin_with="no_child", then="begin")
    reason = re.search(r'<textarea id="reason"[^>]*>(.*?)</textarea>', begun.text, re.DOTALL)[1]
    assert "［確かめた書類］で確かめられなかった" in reason
    unfilled = ogawa.post("procedures:decide", deciding, **press, reason=reason)
    fits = ogawa.post(
        "procedures:decide", deciding, **press, reason=reason.replace("［確かめた書類］", "戸籍の写し")
    )

    assert unfilled.status_code == 422 and "［確かめた書類］" in unfilled.text
    assert '<a href="#reason">' in unfilled.text
    assert re.search(
        r'<textarea id="reason"[^>]* aria-invalid="true" aria-describedby="reason-error ', unfilled.text
    )
    assert unfilled.text.count('id="reason-error"') == 1
    assert "aria-invalid" not in fits.text
    assert fits.status_code == 200 and "3か月以内に、練馬区長に対して審査請求" in fits.text
    assert "6か月以内に、練馬区を被告として" in fits.text


@pytest.fixture
def ready(aoi, sato) -> Case:
    make_utsushi.publish()
    return make_utsushi.ready(aoi, decided_by=sato.actor)


TOLD = {"checked": "1", "to": "self", "shown": "licence", "copies": "２", "yen": "600円"}


def test_what_is_ready_is_handed_over_at_the_counter_by_another_person(sato, tamura, ready):
    listed = tamura.get("procedures:ready").text
    assert ready.receipt in listed and "見本" not in listed.split('<table class="list')[1]
    assert "あなた以外の人" in sato.get("procedures:ready").text
    form = tamura.opened(ready).get("procedures:hand_over", ready).text
    assert 'value="600"' in form and "番号は書きません" in form

    done = tamura.post("procedures:hand_over", ready, seen=ready.version, **TOLD)

    assert done.status_code == 302
    row = HandOver.objects.get()
    assert (row.copies, row.yen, row.shown) == (2, 600, "licence")
    shown = tamura.get("procedures:case", ready).text
    assert "運転免許証" in shown and "2通　600円" in shown and "確かめて、窓口で渡しました" in shown
    assert ready.receipt not in tamura.get("procedures:ready").text


def test_the_number_and_the_place_that_were_asked_for_stand_where_it_is_handed_over(aoi, sato, tamura):
    make_utsushi.publish(make_utsushi.with_places())
    ready = make_utsushi.ready(aoi, decided_by=sato.actor, copies=3, fetch_at="branch")
    assert "見本出張所の窓口" in tamura.get("procedures:ready").text

    form = tamura.opened(ready).get("procedures:hand_over", ready).text

    assert re.search(r'<input id="copies"[^>]* value="3">', form)
    assert "見本出張所の窓口" in form and "<dt>通数</dt><dd>3</dd>" in form
    again = tamura.post("procedures:hand_over", ready, seen=ready.version, **{**TOLD, "yen": "x"}).text
    assert re.search(r'<input id="copies"[^>]* value="２">', again), "what was typed stays"


def test_without_a_choice_it_stands_at_the_division_of_the_case(tamura, ready):
    listed = tamura.get("procedures:ready").text.split('<table class="list')[1]

    assert f"<td>{make.DIVISION}</td>" in listed


def test_a_hand_over_needs_a_look_a_check_and_another_person(sato, tamura, ready):
    assert tamura.post("procedures:hand_over", ready, seen=ready.version, **TOLD).status_code == 403
    assert (
        sato.opened(ready).post("procedures:hand_over", ready, seen=ready.version, **TOLD).status_code == 409
    )
    tamura.opened(ready)

    unread = tamura.post("procedures:hand_over", ready, seen=ready.version, **{**TOLD, "checked": ""})
    wrong = tamura.post("procedures:hand_over", ready, seen=ready.version, **{**TOLD, "copies": "たくさん"})

    assert (unread.status_code, wrong.status_code) == (422, 422)
    assert 'value="たくさん"' in wrong.text and not HandOver.objects.exists()


def test_the_lists_ask_as_often_for_one_as_for_many(
    aoi, sato, tamura, ready, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(25) as counted:
        tamura.get("procedures:ready")
    for _one in range(4):
        make_utsushi.ready(make.resident(f"r{_one}"), decided_by=sato.actor)

    with django_assert_num_queries(len(counted)):
        assert tamura.get("procedures:ready").text.count("data-row") == 5

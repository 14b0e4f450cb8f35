"""Nothing personal is shown before the reason is on record."""

from datetime import timedelta

import pytest

from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault.models import StoredFile

PERSONAL = ("見本 あおい", "ミホン", "見本町1-2-3", "見本 そう", "0000001", "見本銀行")


def personal_in(response) -> list[str]:
    return [word for word in PERSONAL if word in response.text]


def reads(case, desk) -> list[str]:
    return [
        event.purpose for event in audit.reads_about(case.ref) if event.actor_account == desk.actor.account
    ]


def test_no_name_stands_on_any_page_before_a_look(sato, case):
    for response in (
        sato.get("home"),
        sato.get("procedures:cases"),
        sato.get("procedures:case", case),
        sato.get("procedures:decide", case, outcome="granted"),
        sato.get("procedures:return", case),
        sato.get("procedures:withdraw", case),
    ):
        assert personal_in(response) == []
    assert reads(case, sato) == []


def test_the_case_before_a_reason_asks_for_one_and_chooses_none(sato, case):
    response = sato.get("procedures:case", case)

    assert response.status_code == 200
    assert "見る理由を選んでください" in response.text
    assert "checked" not in response.text.split("<dialog")[0]
    assert response.text.count("まだ見えません") > 3


def test_the_reason_is_on_record_before_the_case_is_shown(sato, case):
    answer = sato.look(case, "asked")

    assert answer.status_code == 302
    assert personal_in(answer) == []
    assert reads(case, sato) == ["ご本人からの問い合わせ（電話・窓口）"]
    shown = sato.get("procedures:case", case)
    assert "見本 あおい" in shown.text
    assert "から記録しています。ご本人にも見えます" in shown.text


@pytest.mark.parametrize(
    "posted", [{}, {"reason": ""}, {"reason": "curious"}, {"reason": "other", "other": "  "}]
)
def test_without_a_reason_nothing_is_shown_and_nothing_recorded(sato, case, posted):
    response = sato.post("procedures:look", case, **posted)

    assert response.status_code == 422
    assert personal_in(response) == []
    assert reads(case, sato) == []
    assert "見る理由を1つ選んでください" in response.text


def test_the_other_reason_is_recorded_in_the_clerks_words(sato, case):
    sato.post("procedures:look", case, reason="other", other="監査の抽出で")

    assert reads(case, sato) == ["監査の抽出で"]


def test_changing_the_reason_veils_the_case_again(sato, case):
    sato.opened(case)

    response = sato.get("procedures:case", case, reason="change")

    assert personal_in(response) == []
    assert "見る理由を選んでください" in response.text


def test_one_clerks_reason_opens_nothing_for_another(sato, tamura, case):
    sato.opened(case)

    assert personal_in(tamura.get("procedures:case", case)) == []


def test_a_reason_lasts_an_hour(sato, case):
    sato.opened(case)

    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert personal_in(sato.get("procedures:case", case)) == []


@pytest.mark.parametrize(
    ("route", "posted"),
    [
        ("advance", {"to": "checking"}),
        ("note", {"text": "x"}),
        ("return", {"remark:event": "x"}),
        ("withdraw", {}),
        ("confirm", {}),
        ("whole", {}),
    ],
)
def test_nothing_is_done_with_a_case_that_was_not_opened(sato, case, route, posted):
    response = sato.post(f"procedures:{route}", case, seen=case.version, **posted)

    case.refresh_from_db()
    assert response.status_code == 403
    assert (case.state, case.version, case.notes.count()) == ("received", 1, 0)
    assert "先に、見る理由を選んでください" in response.text
    assert personal_in(response) == []


def test_an_account_number_is_short_until_somebody_asks_and_that_is_recorded_too(sato, case):
    sato.opened(case)
    assert "••••001" in sato.get("procedures:case", case).text

    whole = sato.post("procedures:whole", case)

    assert "0000001" in whole.text.replace("000-0001", "")
    assert "no-store" in whole["Cache-Control"]
    assert next(event.what for event in audit.reads_about(case.ref)) == "口座番号のぜんぶ"
    assert "••••001" in sato.get("procedures:case", case).text


def test_a_protected_address_is_on_no_page_whatever_the_reason(sato, aoi, case):
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    jobs.run_due()
    sato.opened(case)

    for response in (sato.get("procedures:case", case), sato.get("procedures:return", case)):
        assert "見本町1-2-3" not in response.text
        assert "秘匿　権限のある人だけ" in response.text
    copy = StoredFile.objects.get(about=str(case.ref), name__startswith="receipt-")
    assert sato.browser.get(f"/desk/cases/{case.pk}/file/{copy.pk}/").status_code == 404


def test_a_paper_opens_only_after_a_look_and_stays_in_no_cache(sato, case):
    jobs.run_due()
    copy = StoredFile.objects.get(about=str(case.ref), name__startswith="receipt-")
    href = f"/desk/cases/{case.pk}/file/{copy.pk}/"

    refused = sato.browser.get(href)
    sato.opened(case)
    response = sato.browser.get(href)

    assert (refused.status_code, refused["Content-Type"].split(";")[0]) == (403, "text/html")
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_case_does_not_open_through_this_one(sato, aoi, case):
    other = make.received(aoi)
    jobs.run_due()
    copy = StoredFile.objects.get(about=str(other.ref))
    sato.opened(case)

    assert sato.browser.get(f"/desk/cases/{case.pk}/file/{copy.pk}/").status_code == 404

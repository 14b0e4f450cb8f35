"""Nothing personal is shown before the reason is on record."""

from datetime import timedelta

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM, Ref
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
    refused = sato.browser.get(f"/desk/cases/{case.pk}/file/{copy.pk}/")
    assert refused.status_code == 403
    assert "権限のある人に頼む" in refused.text and "権限のある人だけがひらけます" in refused.text


def test_where_a_protected_person_is_stays_hidden_telephone_and_mail_too(sato, aoi):
    reach = {
        "applicant.phone": {"value": "00-0000-0042"},
        "applicant.email": {"value": "aoi.home@mihon.invalid"},
    }
    case = make.received(aoi, {**make.ANSWERS, **reach})
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)

    shown = sato.opened(case).get("procedures:case", case)

    assert "00-0000-0042" not in shown.text and "aoi.home" not in shown.text
    assert shown.text.count("秘匿　権限のある人だけ") == 3


def test_the_right_of_another_division_opens_nothing_here(sato, aoi, case):
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    people.keep_division(key="介護保険課", name="介護保険課")
    chair = people.keep_post(key="kaigo", division="介護保険課", title="担当", roles=["sees_protected"])
    account = identity.account(sato.actor.account, kind="staff")
    people.appoint(account=account, post=chair, since=make.dt.date(2020, 4, 1), by=SYSTEM)

    assert "見本町1-2-3" not in sato.opened(case).get("procedures:case", case).text


def test_no_paper_of_a_protected_person_opens_without_the_right_and_one_can_ask(
    sato, tamura, ogawa, aoi, case
):
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)
    case = make.at(case, "deciding", sato=sato.actor)
    services.decide(case=case, outcome="granted", by=ogawa.actor, seen=case.version)
    jobs.run_due()
    keeper = type(sato)(make.clerk("keeper", "sees_protected", name="鍵谷"))
    letter = StoredFile.objects.get(about=str(case.ref), name__startswith="決定通知書")
    upload = vault.keep_artefact(
        content=b"%PDF", name="u.pdf", content_type="application/pdf", about=Ref.to(case.draft), kind="upload"
    )

    tamura.opened(case)
    for paper in (letter, upload):
        assert tamura.browser.get(f"/desk/cases/{case.pk}/file/{paper.pk}/").status_code == 403
    shown = tamura.get("procedures:case", case)
    assert "通知書は権限のある人が確かめて送ります" in shown.text and "鍵谷" in shown.text
    assert "/file/" not in shown.text
    assert tamura.post("procedures:send", case, seen=case.version, read="1").status_code == 403
    for _ in range(2):
        assert tamura.post("procedures:ask_keeper", case).status_code == 302

    asked = keeper.opened(case).get("procedures:case", case)
    assert asked.text.count("権限のある人にお願いします") == 1
    assert keeper.browser.get(f"/desk/cases/{case.pk}/file/{letter.pk}/").content.startswith(b"%PDF")
    assert keeper.post("procedures:send", case, seen=case.version, read="1").status_code == 302


def test_the_whole_account_number_does_not_renew_the_hour(sato, case):
    sato.opened(case)
    with clock.frozen(clock.now() + timedelta(minutes=50)):
        assert sato.post("procedures:whole", case).status_code == 200

    with clock.frozen(clock.now() + timedelta(minutes=70)):
        assert personal_in(sato.get("procedures:case", case)) == []


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
